# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the files that queries send, which lie on the controller, and opens a Serve config that was sealed for its way here.

The documentation is the module's of the same name.
"""

from __future__ import annotations

import base64
import getpass
import os
import socket
import typing as t
from pathlib import Path

from ansible.errors import AnsibleError

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.locks import LOCKED
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import of_config, of_queries
from ansible_collections.ray.containers.plugins.plugin_utils._action import Action, Parameters
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.stray_nodes import stray_nodes
from ansible_collections.ray.containers.plugins.plugin_utils._sealed_config import unsealed

__all__ = ["ActionModule"]

#: As the module has it.
LOCK_TIMEOUT = 600


def _operator() -> str:
    """Who runs Ansible, and where."""
    return f"{os.environ.get('SUDO_USER') or getpass.getuser()}@{socket.gethostname()}"


class ActionModule(Action):
    """The action of ray.containers.serve_config."""

    def answer(self, task_vars: Parameters) -> Parameters:
        """What the module tells."""
        arguments = dict(self._task.args)
        if "config" in arguments:
            arguments["config"] = unsealed(arguments["config"])
        queries = arguments.get("queries")
        # Also what a module says that breaks goes by here, past its own masks.
        self.secrets |= of_config(arguments.get("config")) | of_queries(queries)
        if isinstance(queries, list):
            arguments["queries"] = [self._with_content(query, task_vars) for query in queries]
        arguments["who"] = arguments.get("who") or _operator()
        return self._in_turn(arguments, task_vars)

    def _in_turn(self, arguments: Parameters, task_vars: Parameters) -> Parameters:
        """What the module tells, once no other run deploys: whoever has to wait is told for whom."""
        patience = int(arguments.get("lock_timeout", LOCK_TIMEOUT))
        told = self._sent({**arguments, "lock_timeout": 0}, task_vars)
        if told.get("code") != LOCKED.code or not patience:
            return told
        self._display.display(f"waiting for at most {patience} s: {told.get('waits_for')}")
        return self._sent({**arguments, "lock_timeout": patience}, task_vars)

    def _sent(self, arguments: Parameters, task_vars: Parameters) -> Parameters:
        told: Parameters = self._execute_module(
            module_name="ray.containers.serve_config", module_args=arguments, task_vars=task_vars
        )
        strays = stray_nodes(told.pop("nodes", ()), task_vars)
        return {**told, "findings": strays} if strays else told

    def _with_content(self, query: t.Any, task_vars: Parameters) -> t.Any:
        """The query with what its file holds in the place of the file."""
        if not isinstance(query, dict) or not query.get("file"):
            return query
        path = self._found(str(query["file"]), task_vars)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise OperatorError(
                f"The query of application {query.get('application')} cannot send {path}",
                why=error.strerror or str(error),
                remedy="Correct the query's file",
            ) from error
        return {
            **{key: value for key, value in query.items() if key != "file"},
            "content": base64.b64encode(content).decode(),
        }

    def _found(self, name: str, task_vars: Parameters) -> Path:
        """Where Ansible finds such a file: beside the inventory, or where files of the play and its role lie."""
        beside = Path(str(task_vars.get("inventory_dir") or ".")) / name
        if beside.is_file():
            return beside
        try:
            return Path(self._find_needle("files", name))
        except AnsibleError:
            return beside
