# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands at a path of root's, and whose it is; a file of its own, since most modules do without.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import grp
import os
import pwd
import stat
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._host.descriptors import kind_of

__all__ = ["FileState", "file_state", "group_name", "owner_name"]


@dataclass(frozen=True)
class FileState:
    """What stands at a path: its permission bits, the names of its owner and group, and its kind (`kind_of`)."""

    mode: int
    owner: str
    group: str
    kind: str = "directory"


def file_state(path: str, *, follow: bool = False) -> FileState | None:
    """The state of *path*, or None when nothing is there; of a link its own unless it is to be followed."""
    try:
        found = os.stat(path) if follow else os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return FileState(
        stat.S_IMODE(found.st_mode), owner_name(found.st_uid), group_name(found.st_gid), kind_of(found.st_mode)
    )


def owner_name(uid: int) -> str:
    """The account of a user id; the number where none has it."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def group_name(gid: int) -> str:
    """The group of an id; the number where none has it."""
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)
