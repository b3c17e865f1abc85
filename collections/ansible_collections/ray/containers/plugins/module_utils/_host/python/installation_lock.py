# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One installer at a time in a directory.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import typing as t

__all__ = ["installation_lock"]


@contextlib.contextmanager
def installation_lock(path: str) -> t.Iterator[int]:
    """Be the only installer below *path*, also when several nodes share it (NFS, or a volume).

    Gives the descriptor of the lock, which every command that writes there must keep open: when this process is killed, the
    lock is free only once the last of them has ended. flock and not lockf, whose locks die with this process; over NFS the
    kernel makes the one of the other (flock(2)).
    """
    os.makedirs(path, exist_ok=True)
    with open(f"{path}/.lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as error:
            # A file system without locks is not one that nodes share on purpose.
            if error.errno not in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP):
                raise
        yield lock.fileno()
