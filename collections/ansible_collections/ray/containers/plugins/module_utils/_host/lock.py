# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lock on this host that one process holds, and that says whose it is.

The kernel gives it back when that process has ended, however it ended, and nothing of it outlives a boot. lockf and not
flock: a program that the holder has started, and that lives on, does not keep it.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import fcntl
import json
import os
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._host import files

__all__ = ["Lock", "holder_of"]

#: Of what the holder says of itself, in bytes.
LONGEST = 64 * 2**10

Holder = t.Dict[str, t.Any]


class Lock:
    """The lock whose file is *path*; a process must not make two at once."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor = files.lock_file(path)

    def taken(self, holder: Holder) -> bool:
        """Whether it is ours now; *holder* is what others are told of us then."""
        if not self._is_current():
            self.release()
            self._descriptor = files.lock_file(self._path)
        try:
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        # Between the look above and the lock, somebody may have taken it away from a holder whose time was up.
        if not self._is_current():
            return False
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, json.dumps(holder).encode(), 0)
        return True

    def holder(self) -> Holder:
        """What its holder says, or has said."""
        return _read(self._descriptor)

    def take_away(self) -> None:
        """Put another file in the place of the one that is locked: whoever holds that, holds nothing (`is_ours`)."""
        files.write_text(self._path, "", mode=0o600, above=0o700)

    @property
    def is_ours(self) -> bool:
        """Whether it still is, once it was `taken`."""
        return self._is_current()

    def release(self) -> None:
        os.close(self._descriptor)

    def _is_current(self) -> bool:
        try:
            there = os.lstat(self._path)
        except FileNotFoundError:
            return False
        ours = os.fstat(self._descriptor)
        return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)


def holder_of(path: str) -> Holder:
    """What the holder of the lock whose file is *path* says; empty when nobody holds it. Not for a process that has a `Lock`."""
    if files.read_text(path, LONGEST) is None:
        return {}
    descriptor = files.lock_file(path)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return _read(descriptor)
    finally:
        os.close(descriptor)
    return {}


def _read(descriptor: int) -> Holder:
    try:
        said = json.loads(os.pread(descriptor, LONGEST, 0) or b"{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
