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
from ansible_collections.ray.containers.plugins.module_utils._host import accounts, files, user_files
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
            _write(action)
        elif isinstance(action, MakeDirectory):
            _make_directory(action)
        elif isinstance(action, Remove) and action.as_user:
            # Only a host that loses something of the user's compiles it.
            from ansible_collections.ray.containers.plugins.module_utils._host.removal import remove_shared

            remove_shared(action.path, action.as_user)
        elif isinstance(action, Remove):
            files.remove(action.path)
        elif isinstance(action, RunCommand):
            self.commands.run(action.argv, user=action.user)
        else:
            raise TypeError(f"no capability carries out {action!r}")

    def close(self) -> None:
        """Give back what is held, such as a lock; called when everything is done, or has failed."""

    def result(self, observed: Observed, plan: Plan) -> dict[str, t.Any]:
        """What the module returns beside changed, steps, actions and diff.

        In check mode the plan was not carried out, and the result tells what would be.
        """
        return {}


def _write(action: WriteFile) -> None:
    if action.as_user:
        user_files.files_of(action.as_user).write_text(action.path, action.content, mode=action.mode)
        return
    gid = accounts.group_id(action.group) if action.group else -1
    above = 0o700 if action.secret else 0o755
    files.write_text(action.path, action.content, mode=action.mode, gid=-1 if gid is None else gid, above=above)


def _make_directory(action: MakeDirectory) -> None:
    if action.as_user:
        user_files.files_of(action.as_user).make_directory(action.path, mode=action.mode)
        return
    owner = accounts.account(action.owner) if action.owner else None
    gid = accounts.group_id(action.group) if action.group else None
    uid, own = (owner.uid, owner.gid) if owner else (-1, -1)
    files.make_directory(action.path, mode=action.mode, uid=uid, gid=own if gid is None else gid)
