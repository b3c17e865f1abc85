# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an account may change or open, asked of the kernel by a process that has its ids: access lists count, too.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import os
import stat
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

__all__ = ["Answers", "Identity", "permitted"]


@dataclass(frozen=True)
class Identity:
    """An account, or one that is yet to make.

    :param groups: the ids of all its groups, the primary one first; *group_names* are the names of those that have one.
    """

    name: str
    uid: int
    groups: tuple[int, ...]
    group_names: tuple[str, ...]


@dataclass(frozen=True)
class Answers:
    """Of the places asked for: those that the account may change, may open, and may put others in the place of."""

    writable: t.Sequence[str] = ()
    devices: t.Sequence[str] = ()
    programs: t.Sequence[str] = ()


def permitted(
    identity: Identity, *, places: t.Iterable[str], devices: t.Iterable[str], programs: t.Iterable[str]
) -> Answers:
    """Ask for all of them, in a child that has become the account."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.close(reading)
            _become(identity)
            told = Answers(
                [path for path in places if _may_write(path)],
                [path for path in devices if os.access(path, os.R_OK) or os.access(path, os.W_OK)],
                [path for path in programs if _may_replace(path)],
            )
            with os.fdopen(writing, "w", encoding="utf-8", errors="surrogateescape") as stream:
                json.dump(vars(told), stream)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8", errors="surrogateescape") as stream:
        text = stream.read()
    _pid, status = os.waitpid(child, 0)
    if status:
        raise OperatorError(
            f"What {identity.name} may change on this host cannot be asked",
            why="a process with the account's ids ended without an answer",
            remedy="Run again, as root",
        )
    return Answers(**json.loads(text))


def _become(identity: Identity) -> None:
    if os.geteuid() == 0:
        os.setgroups(list(identity.groups))
        os.setgid(identity.groups[0] if identity.groups else identity.uid)
        os.setuid(identity.uid)


def _may_write(path: str) -> bool:
    """Of a file or a directory: a unit that is masked is a link to a device that everybody may write to."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) and os.access(path, os.W_OK)


def _may_replace(path: str) -> bool:
    """Whether the file is the account's to change, or a directory above it, where it may also be yet to make.

    A sticky directory guards what others own.
    """
    if _may_write(path):
        return True
    directory = os.path.dirname(os.path.realpath(path))
    while True:
        if _may_write(directory) and not os.stat(directory).st_mode & stat.S_ISVTX:
            return True
        if directory == "/":
            return False
        directory = os.path.dirname(directory)
