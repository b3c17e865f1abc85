# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the credentials that the inventory names beside it, before an image is pushed.

The documentation is the module's of the same name.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.plugin_utils._action import Action, Parameters
from ansible_collections.ray.containers.plugins.plugin_utils._controller_files import ControllerFiles

__all__ = ["ActionModule"]


class ActionModule(Action):
    """The action of ray.containers.image_push."""

    def answer(self, task_vars: Parameters) -> Parameters:
        """What the module tells."""
        files = ControllerFiles.of(task_vars, self._loader)
        arguments = dict(self._task.args)
        listed = arguments.get("registries")
        if isinstance(listed, list):
            arguments["registries"] = [files.with_auth_file(entry) for entry in listed]
        answer: Parameters = self._execute_module(module_args=arguments, task_vars=task_vars)
        return answer
