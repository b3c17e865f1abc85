# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives each node its share of the archive that the report makes of all logs.

The documentation is the module's of the same name.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.plugin_utils._action import Action, Parameters

__all__ = ["ActionModule"]

#: As the module has it.
MOST = 8 * 2**20

#: Of all nodes together, in bytes: the controller holds them in its memory.
MOST_OF_ALL = 64 * 2**20


class ActionModule(Action):
    """The action of ray.containers.logs_info."""

    def answer(self, task_vars: Parameters) -> Parameters:
        """What the node tells."""
        arguments = dict(self._task.args)
        nodes = len(task_vars.get("ansible_play_hosts_all") or ()) or 1
        arguments["most"] = min(int(arguments.get("most", MOST)), MOST_OF_ALL // nodes)
        told: Parameters = self._execute_module(module_args=arguments, task_vars=task_vars)
        # Megabytes that nobody reads in a terminal, however verbose the run is.
        return {**told, "_ansible_verbose_override": True}
