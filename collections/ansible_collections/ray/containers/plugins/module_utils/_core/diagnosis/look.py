# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a live look at a node says: which faults hold now, and what could not be looked at.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import Fault

__all__ = ["CurrentFault", "Look", "Subject", "every", "first"]


@dataclass(frozen=True)
class Subject:
    """Whom a node's looks are about.

    :param user: the account that Ray runs as; *uid* is None where there is no such account.
    :param image: of the container that the raylet runs in; empty for one that runs on the host.
    :param ours: whether the raylet is this collection's service; one that somebody started by hand has no unit.
    :param raylet: the process id of the raylet itself; 0 where none runs.
    """

    user: str
    uid: int | None = None
    home: str = ""
    image: str = ""
    ours: bool = True
    is_head: bool = False
    raylet: int = 0

    @property
    def in_container(self) -> bool:
        """Whether Podman, Ray and Python are those of the raylet's container."""
        return bool(self.image)


@dataclass(frozen=True)
class CurrentFault:
    """A fault that holds now.

    :param sentence: what is wrong, of this node and in an operator's words; no final full stop.
    :param evidence: what was seen, in one line.
    :param remedy: what to do here, if possible a command; the fault's own where it is empty.
    :param brief: the same in a few words, for a fault that is the consequence of another one.
    :param subject: an image, an application, a path: two of one code are two findings where this differs.
    """

    fault: Fault
    sentence: str
    evidence: str = ""
    remedy: str = ""
    brief: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Look:
    """The answer to one question.

    :param held: what is wrong; nothing for a question that was answered well.
    :param unanswered: why it could not be looked at; empty when it was.
    :param moot: why there is nothing to look at on this node; that need not be told.
    """

    question: str
    held: tuple[CurrentFault, ...] = ()
    unanswered: str = ""
    moot: str = ""

    @property
    def answered(self) -> bool:
        """It was looked at."""
        return not self.unanswered and not self.moot

    @property
    def answer(self) -> str:
        """What came of it: ``well``, ``wrong``, ``unknown`` or ``moot``."""
        if not self.answered:
            return "unknown" if self.unanswered else "moot"
        return "wrong" if self.held else "well"


def first(*found: CurrentFault | None) -> tuple[CurrentFault, ...]:
    """The first that holds: of several things wrong with one thing only the first is to be mended first."""
    return next(((held,) for held in found if held), ())


def every(found: t.Iterable[CurrentFault | None]) -> tuple[CurrentFault, ...]:
    """All that hold."""
    return tuple(held for held in found if held)
