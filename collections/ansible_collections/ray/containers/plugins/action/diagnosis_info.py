# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds to a node's findings what only the controller can judge: how its images and its clock differ, and, on the head,
which nodes of the cluster the inventory does not have. And says which module fixes what is to be fixed.

The documentation is the module's of the same name.
"""

from __future__ import annotations

import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.faults.of_runtimes import OTHER_CLOCK
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import CLOCK, RUNTIME
from ansible_collections.ray.containers.plugins.plugin_utils._action import Action, Parameters
from ansible_collections.ray.containers.plugins.plugin_utils._diagnosis_fix import fixed_by, holds
from ansible_collections.ray.containers.plugins.plugin_utils._finding import finding
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.known_variables import KnownHosts
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.stray_nodes import stray_nodes
from ansible_collections.ray.containers.plugins.plugin_utils._parity.verdict import findings

__all__ = ["ActionModule"]

#: A clock that is off by less does no harm, and the answer takes its time, too.
CLOCK_SECONDS = 10.0


class ActionModule(Action):
    """The action of ray.containers.diagnosis_info."""

    def answer(self, task_vars: Parameters) -> Parameters:
        """What the module tells, and the findings that are made of it."""
        fix = str(self._task.args.get("fix") or "").upper()
        module = fixed_by(fix) if fix else ""
        before = time.time()
        arguments = dict(self._task.args)
        arguments.setdefault("nodes", _workers(task_vars))
        result: Parameters = self._execute_module(module_args=arguments, task_vars=task_vars)
        clock = result.pop("clock", None)
        told, nodes = result.pop("told", {}), result.pop("nodes", [])
        if told:
            # Differences of versions come first: they explain everything else.
            of_parity = [{**each.as_result(), "time": told["time"]} for each in findings(told)]
            result["findings"] = [*of_parity, *result.get("findings", [])]
            _looked(result, RUNTIME, of_parity)
        if clock is not None:
            of_clock = list(_of_clock(clock, before, time.time()))
            result["findings"] = [*result.get("findings", []), *of_clock, *stray_nodes(nodes, task_vars)]
            _looked(result, CLOCK, of_clock)
        if fix:
            result["fixed_by"] = module if holds(fix, result.get("findings", ())) else ""
        return _failed_on(result, self._task.args.get("fail_on", "never"))


def _looked(result: Parameters, question: str, findings: t.Sequence[t.Any]) -> None:
    """Tell what came of what the controller has looked at, where the node tells of its own looks."""
    if result.get("looks"):
        before = result["looks"].get(question)
        result["looks"][question] = "wrong" if findings or before == "wrong" else "well"


def _workers(variables: Parameters) -> list[str]:
    """The addresses of the workers, for the head; none for a worker."""
    groups, hosts = variables.get("groups") or {}, KnownHosts(variables.get("hostvars") or {})
    if variables.get("inventory_hostname") not in groups.get("ray_head", ()):
        return []
    found = []
    # As the playbooks have it: a worker is whoever is no head, in whatever group below ray_cluster.
    named = dict.fromkeys([*groups.get("ray_workers", ()), *groups.get("ray_cluster", ())])
    for name in (each for each in named if each not in groups["ray_head"]):
        known = hosts.get(name, {})
        found.append(str(known.get("ray_node_ip_address") or known.get("ansible_host") or name))
    return found


def _of_clock(clock: float, before: float, after: float) -> t.Iterator[dict[str, t.Any]]:
    """The finding for a clock that shows a time that was not between the question and the answer."""
    off = min(clock - before, 0.0) + max(clock - after, 0.0)
    if abs(off) > CLOCK_SECONDS:
        sentence = f"The node's clock is {abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} the controller's"
        seen = f"time() on the node and on the controller differ by {off:+.0f} s"
        yield finding(OTHER_CLOCK.entry, sentence, seen, brief="its clock is off")


def _failed_on(result: Parameters, severity: str) -> Parameters:
    """The result as a failure where there are findings as bad as *severity*, for a run that somebody's cron starts."""
    counted = [finding.get("severity") for finding in result.get("findings", ())]
    bad = [each for each in counted if each == "error" or severity == "warning"]
    if severity == "never" or not bad or result.get("failed"):
        return result
    said = f"{len(bad)} finding{'s' if len(bad) > 1 else ''} at or above {severity}"
    return {**result, "failed": True, "msg": f"{said}, and fail_on is {severity}"}
