# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads from the Serve config what is to be asked of the images: its rules never travel to a host.

The documentation is the module's of the same name.
"""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.ray.containers.plugins.module_utils._ansible import failure
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import as_text
from ansible_collections.ray.containers.plugins.plugin_utils._parity.verdict import applications_in

__all__ = ["ActionModule"]

Parameters = dict[str, t.Any]


class ActionModule(ActionBase):
    """The action of ray.containers.app_images."""

    def run(self, tmp: str | None = None, task_vars: Parameters | None = None) -> Parameters:
        """Be the task."""
        result: Parameters = super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        if arguments.get("config"):
            try:
                arguments["config"] = as_text(applications_in(arguments["config"]))
            except OperatorError as error:
                return {**result, "failed": True, **failure(error)}
        result.update(
            self._execute_module(module_name="ray.containers.app_images", module_args=arguments, task_vars=task_vars)
        )
        return result
