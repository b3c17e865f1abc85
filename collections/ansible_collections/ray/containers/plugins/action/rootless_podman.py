# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives the module the registry credentials that lie beside the inventory.

The documentation is the module's of the same name.
"""

from __future__ import annotations

from pathlib import Path

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import node
from ansible_collections.ray.containers.plugins.plugin_utils._action import Action, Parameters
from ansible_collections.ray.containers.plugins.plugin_utils._controller_files import ControllerFiles

__all__ = ["ActionModule"]


class ActionModule(Action):
    """The action of ray.containers.rootless_podman."""

    def answer(self, task_vars: Parameters) -> Parameters:
        """What the module tells."""
        files = ControllerFiles.of(task_vars, self._loader)
        arguments = dict(self._task.args)
        given = arguments.get("auth") or []
        documents = list(given) if isinstance(given, list) else [given]
        listed = arguments.get("registries")
        for entry in listed if isinstance(listed, list) else ():
            named = files.with_auth_file(entry)
            if named.get("auth_file"):
                documents.append(_text(named["auth_file"], files.path(str(entry["auth_file"]))))
        if documents:
            arguments["auth"] = documents
        answer: Parameters = self._execute_module(module_args=arguments, task_vars=task_vars)
        return answer


def _text(path: str, shown: str) -> str:
    """The content of a file.

    :param shown: its path as the operator knows it.
    :raises OperatorError: it cannot be read.
    """
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = f"{shown}, which ray_registries names as auth_file, cannot be read on the controller"
        raise node.error(node.CREDENTIALS, what, why=getattr(error, "strerror", None) or "it is no text") from error
