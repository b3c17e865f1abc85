# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands at a path, and whose it is; a file of its own, since most modules do without.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import grp
import os
import pwd
import stat
from dataclasses import dataclass

__all__ = ["FileState", "file_state"]


@dataclass(frozen=True)
class FileState:
    """What stands at a path: its permission bits and the names of its owner and group."""

    mode: int
    owner: str
    group: str


def file_state(path: str) -> FileState | None:
    """The state of *path*, or None when nothing is there. Links are not followed."""
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return FileState(stat.S_IMODE(found.st_mode), _owner(found.st_uid), _group(found.st_gid))


def _owner(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)
