# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all actions of the collection have in common: errors become results, and no secret is in what they tell.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.ray.containers.plugins.module_utils._ansible import failure
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.said import said

__all__ = ["Action", "Parameters"]

Parameters = dict[str, t.Any]


class Action(ActionBase):
    """An action whose result leaves here, and nowhere else."""

    #: Parts of the result that are for the tasks that follow, and are no text for an operator.
    PASSED_ON: t.ClassVar[tuple[str, ...]] = ()

    def run(self, tmp: str | None = None, task_vars: Parameters | None = None) -> Parameters:
        """Be the task."""
        result: Parameters = super().run(tmp, task_vars)
        #: Values that must not stand in the result.
        self.secrets: set[str] = set()
        try:
            answer = self.answer(task_vars or {})
        except OperatorError as error:
            answer = {"failed": True, **failure(error)}
        passed_on = {name: answer.pop(name) for name in self.PASSED_ON if name in answer}
        return {**result, **said(answer, self.secrets), **passed_on}

    def answer(self, task_vars: Parameters) -> Parameters:
        """The result.

        :raises OperatorError: what went wrong, and what to do.
        """
        raise NotImplementedError
