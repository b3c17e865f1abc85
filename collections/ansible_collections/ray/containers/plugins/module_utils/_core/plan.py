# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans: what a module will do, as values that can be shown, compared and tested without a host.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

__all__ = ["MakeDirectory", "Plan", "Remove", "RunCommand", "Step", "WriteFile"]


@dataclass(frozen=True)
class WriteFile:
    """Put *content* into *path* by way of a temporary file and a rename.

    :param as_user: in whose territory the path lies: written as that user, whose the file then is; root's when empty.
    :param group: that a file of root's is given to.
    :param secret: keeps the content out of diffs.
    """

    path: str
    content: str
    mode: int = 0o644
    as_user: str = ""
    group: str = ""
    secret: bool = False


@dataclass(frozen=True)
class MakeDirectory:
    """Make *path* a directory of exactly this mode; missing parents, too (0755).

    :param as_user: in whose territory it lies: made as that user; root's when empty.
    :param owner: whom a directory in root's territory is given to: the border of another one.
    """

    path: str
    mode: int = 0o755
    as_user: str = ""
    owner: str = ""
    group: str = ""


@dataclass(frozen=True)
class Remove:
    """Take the file, link or directory tree *path* away.

    :param as_user: who has directories in it: they are emptied as that user, and root removes only what is its own.
    """

    path: str
    as_user: str = ""


@dataclass(frozen=True)
class RunCommand:
    """Run *argv* as *user* (root when empty); a non-zero exit fails the plan."""

    argv: tuple[str, ...]
    user: str = ""


@dataclass(frozen=True)
class Step:
    """One thing that a plan does.

    :param action: a frozen value that says it to the machine: one of the actions above, or one of a
        capability's own.
    :param summary: says it to the operator: what is done and why, as one sentence.
    :param before: the state before, for diff mode.
    :param after: the state after, for diff mode.
    :param changes: whether carrying the step out changes the host; a proof or a check does not.
    """

    action: t.Any
    summary: str
    before: str = ""
    after: str = ""
    changes: bool = True


@dataclass(frozen=True)
class Plan:
    """The ordered steps from what was observed to what is desired; empty when there is nothing to do."""

    steps: tuple[Step, ...] = ()

    @property
    def changed(self) -> bool:
        return any(step.changes for step in self.steps)

    @property
    def summaries(self) -> list[str]:
        return [step.summary for step in self.steps]

    def diff(self) -> list[dict[str, str]]:
        """The steps' before and after, in the shape of Ansible's diff mode."""
        return [
            {"before_header": step.summary, "after_header": step.summary, "before": step.before, "after": step.after}
            for step in self.steps
            if step.changes
        ]
