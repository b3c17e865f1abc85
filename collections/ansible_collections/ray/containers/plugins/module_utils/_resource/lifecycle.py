# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one shape of every capability: observe, plan, apply.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import abc
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.plan import (
    MakeDirectory,
    Plan,
    Remove,
    RunCommand,
    Step,
    WriteFile,
)
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands

__all__ = ["Resource"]

Observed = t.TypeVar("Observed")


class Resource(abc.ABC, t.Generic[Observed]):
    """A capability of a host that a module brings into its desired state."""

    def __init__(self, commands: Commands) -> None:
        self.commands = commands

    @property
    def secrets(self) -> t.Collection[str]:
        """Values that must not stand in what the module says; asked when everything is done, or has failed."""
        return ()

    @abc.abstractmethod
    def observe(self) -> Observed:
        """Ask the host once, change nothing, and return what was found as a frozen value."""

    @abc.abstractmethod
    def plan(self, observed: Observed) -> Plan:
        """Decide, without asking the host again; the decision itself is a pure function of `_core`."""

    def apply(self, step: Step) -> None:
        """Carry one step out. Capabilities with actions of their own extend this and hand the rest up."""
        action = step.action
        if isinstance(action, WriteFile):
            files.write_text(action.path, action.content, mode=action.mode, owner=action.owner, group=action.group)
        elif isinstance(action, MakeDirectory):
            files.make_directory(action.path, mode=action.mode, owner=action.owner, group=action.group)
        elif isinstance(action, Remove):
            files.remove(action.path)
        elif isinstance(action, RunCommand):
            self.commands.run(action.argv, user=action.user)
        else:
            raise TypeError(f"no capability carries out {action!r}")

    def result(self, observed: Observed, plan: Plan) -> dict[str, t.Any]:
        """What the module returns beside changed, steps, actions and diff.

        In check mode the plan was not carried out, and the result tells what would be.
        """
        return {}
