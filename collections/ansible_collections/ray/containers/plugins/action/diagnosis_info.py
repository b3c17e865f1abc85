# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds to a node's findings how its images differ from it: the node tells both sides, and they are judged here.

The documentation is the module's of the same name.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.plugin_utils._action import Action, Parameters
from ansible_collections.ray.containers.plugins.plugin_utils._parity.verdict import findings

__all__ = ["ActionModule"]


class ActionModule(Action):
    """The action of ray.containers.diagnosis_info."""

    def told(self, task_vars: Parameters) -> Parameters:
        """What the module tells, and the findings that are made of it."""
        result: Parameters = self._execute_module(task_vars=task_vars)
        told = result.pop("told", {})
        if told:
            # Differences of versions come first: they explain everything else.
            of_parity = [{**finding.as_result(), "time": told["time"]} for finding in findings(told)]
            result["findings"] = [*of_parity, *result.get("findings", [])]
        return result
