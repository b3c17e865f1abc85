# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Podman's locks of an account, in the memory that all accounts of a host share.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import stat

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.file_state import owner_name

__all__ = ["give_locks_back", "locks_of", "locks_owner"]


def locks_of(uid: int) -> str:
    """Where they lie (podman libpod/runtime.go, getLockManager)."""
    return f"/dev/shm/libpod_rootless_lock_{uid}"


def locks_owner(uid: int) -> str:
    """Whose they are; empty where there are none yet."""
    try:
        return owner_name(os.lstat(locks_of(uid)).st_uid)
    except FileNotFoundError:
        return ""


def give_locks_back(uid: int, gid: int) -> None:
    """Make them the account's again.

    :raises OperatorError: what stands there is no file of its own.
    """
    path = locks_of(uid)
    opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            raise OperatorError(f"{path} cannot be given back", why="it is no file of its own", remedy=f"rm {path}")
        os.fchown(opened, uid, gid)
        os.fchmod(opened, 0o600)
    finally:
        os.close(opened)
