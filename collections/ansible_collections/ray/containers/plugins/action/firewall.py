# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says to the module what the inventory's names and the Serve config mean, and comes again once its rules are loaded.

The documentation is the module's of the same name.
"""

from __future__ import annotations

import time
import typing as t

from ansible.errors import AnsibleConnectionFailure

from ansible_collections.ray.containers.plugins.module_utils._ansible import failure
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.firewall import TAKEN_BACK
from ansible_collections.ray.containers.plugins.module_utils._core.firewall.plan import PATIENCE
from ansible_collections.ray.containers.plugins.plugin_utils._action import Action, Parameters
from ansible_collections.ray.containers.plugins.plugin_utils._firewall.new_connection import new_connection
from ansible_collections.ray.containers.plugins.plugin_utils._firewall.openings import openings
from ansible_collections.ray.containers.plugins.plugin_utils._firewall.sources import Inventory
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.known_variables import KnownHosts
from ansible_collections.ray.containers.plugins.plugin_utils._sealed_config import unsealed

__all__ = ["ActionModule"]

#: What a result tells of a change, and is not true of one that was taken back.
OF_A_CHANGE = ("firewall", "steps", "diff")

#: Seconds to go on knocking after the rules must have been taken back, and seconds between two knocks.
GRACE = 30.0
PAUSE = 1.0


class ActionModule(Action):
    """The action of ray.containers.firewall."""

    def answer(self, task_vars: Parameters) -> Parameters:
        """What the module tells of its first half, and what becomes of it."""
        arguments = self._understood(dict(self._task.args), task_vars)
        result: Parameters = self._execute_module(module_args=arguments, task_vars=task_vars)
        token = result.pop("confirm", "")
        closes = result.get("firewall", {}).get("closes", [])
        if closes:
            result["warnings"] = [*result.get("warnings", []), _closed(closes, check_mode=self._task.check_mode)]
        if not token:
            return result
        kept = self._come_again(token, task_vars)
        result["actions"] = [*result.get("actions", []), *kept.pop("actions", [])]
        if kept.get("failed"):
            # The host is as it was before.
            told = {name: value for name, value in result.items() if name not in OF_A_CHANGE}
            return {**told, **kept, "changed": False}
        return result

    def _understood(self, arguments: Parameters, variables: Parameters) -> Parameters:
        """The arguments in the node's own words, and without the Serve config, which may hold secrets."""
        if arguments.get("state", "present") != "present":
            return {"state": arguments["state"]}
        arguments["config"] = unsealed(arguments.get("config"))
        rows = openings(arguments, Inventory(variables.get("groups", {}), KnownHosts(variables.get("hostvars", {}))))
        return {"understood": rows, "ssh_ports": arguments.get("ssh_ports") or []}

    def _come_again(self, token: str, task_vars: Parameters) -> Parameters:
        """Say by a new connection that the host is within reach, for as long as it may be again."""
        deadline = time.monotonic() + PATIENCE + GRACE
        said = ""
        while True:
            try:
                with new_connection(self._connection):
                    kept: Parameters = self._execute_module(module_args={"confirm": token}, task_vars=task_vars)
            except AnsibleConnectionFailure as problem:
                said = _said(problem)
                if time.monotonic() < deadline:
                    time.sleep(PAUSE)
                    continue
                kept = {"failed": True}
            kept.pop("exception", None)
            if kept.get("failed") and said:
                host = task_vars.get("inventory_hostname", "the host")
                why = f"no new connection to it came about while they held: {said}"
                return {
                    **kept,
                    **failure(error(TAKEN_BACK, f"The firewall's rules were taken back on {host}", why=why)),
                }
            return kept


def _closed(services: t.Sequence[str], *, check_mode: bool) -> str:
    when = "would close" if check_mode else "closes"
    what = f"The firewall {when} what else this host serves: {', '.join(services)}"
    return f"{what}. Name in ray_firewall_allow what is to stay open"


def _said(problem: Exception) -> str:
    """What ssh says last, without Ansible's words around it."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    last = lines[-1] if lines else "it does not answer"
    return last[last.find("ssh: connect to ") :] if "ssh: connect to " in last else last
