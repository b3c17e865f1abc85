# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes the token of a cluster in the file that the controller keeps it in, in Ansible's own process.

The documentation is the module's of the same name.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.cluster_token import NO_NEXT, NOT_ALL
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error
from ansible_collections.ray.containers.plugins.plugin_utils._action import Action, Parameters
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.token_files import TokenFiles

__all__ = ["ARGUMENT_SPEC", "ActionModule"]

ARGUMENT_SPEC: Parameters = {
    "state": {"type": "str", "choices": ["begun", "finished"], "required": True},
    "token": {"type": "str", "required": True, "no_log": True},
    "next_token": {"type": "str", "required": True, "no_log": True},
}


class ActionModule(Action):
    """The action of ray.containers.cluster_token."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def answer(self, task_vars: Parameters) -> Parameters:
        """What became of the files."""
        arguments = dict(self._task.args)
        token, upcoming = (str(arguments.get(name) or "") for name in ("token", "next_token"))
        self.secrets |= set(filter(None, (token, upcoming)))
        self.validate_argument_spec(argument_spec=ARGUMENT_SPEC)
        files = TokenFiles.of(task_vars)
        if arguments["state"] == "begun":
            _reject(files, token, upcoming, str(task_vars.get("ansible_limit") or ""))
            return _answer([])
        steps = []
        if upcoming == files.read_next():
            steps.append(f"Keep the new token in {files.path}")
            if not self._task.check_mode:
                files.rotate()
        return _answer(steps)


def _reject(files: TokenFiles, token: str, upcoming: str, limit: str) -> None:
    """Refuse what would end half-way.

    :raises OperatorError: with what to do.
    """
    if limit:
        raise error(NOT_ALL, f"The token cannot be changed on {limit} alone")
    if token and upcoming and token != upcoming and (token == files.read() or upcoming != files.read_next()):
        return
    files.next.unlink(missing_ok=True)
    if token and token != files.read():
        raise error(NO_NEXT, "The cluster's token is that of the variable ray_auth_token, and no new one is given")
    raise error(NO_NEXT, "There is no new token to change to, or it is the one that the cluster has")


def _answer(steps: t.Sequence[str]) -> Parameters:
    diff = [
        {"before_header": step, "after_header": step, "before": "the old token\n", "after": "the new token\n"}
        for step in steps
    ]
    return {"changed": bool(steps), "steps": list(steps), "actions": [], "diff": diff}
