# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads from the Serve config what is to be asked of the images: its rules never travel to a host.

The documentation is the module's of the same name.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import as_text
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import of_config
from ansible_collections.ray.containers.plugins.plugin_utils._action import Action, Parameters
from ansible_collections.ray.containers.plugins.plugin_utils._parity.verdict import applications_in
from ansible_collections.ray.containers.plugins.plugin_utils._sealed_config import unsealed

__all__ = ["ActionModule"]


class ActionModule(Action):
    """The action of ray.containers.app_images."""

    def answer(self, task_vars: Parameters) -> Parameters:
        """What the module tells."""
        arguments = dict(self._task.args)
        if arguments.get("config"):
            config = unsealed(arguments["config"])
            self.secrets |= of_config(config)
            arguments["config"] = as_text(applications_in(config))
        told: Parameters = self._execute_module(
            module_name="ray.containers.app_images", module_args=arguments, task_vars=task_vars
        )
        return told
