# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at Ray's own directory on this host, and making it so that it is closed to other accounts.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import stat
import tempfile

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.temp_directory import (
    ABSENT,
    SET_ASIDE,
    TEMP_DIR,
    access_list,
    state_of,
)
from ansible_collections.ray.containers.plugins.module_utils._host.file_state import owner_name

__all__ = ["foreign", "make", "remove", "set_aside", "shelves", "state"]

ATTRIBUTE = "system.posix_acl_access"


def state(uid: int | None) -> str:
    """How the directory is; see `state_of`. A link is not followed.

    :param uid: the Ray user's, None for an account that is yet to make.
    """
    try:
        found = os.lstat(TEMP_DIR)
    except FileNotFoundError:
        return ABSENT
    attribute = b""
    with contextlib.suppress(OSError):
        attribute = os.getxattr(TEMP_DIR, ATTRIBUTE, follow_symlinks=False)
    return state_of(owner=found.st_uid, is_directory=stat.S_ISDIR(found.st_mode), found=attribute, uid=uid)


def foreign(uid: int) -> str:
    """What the Ray of another account has left there in the way of the Ray user's; empty for nothing.

    Statuses alone: nothing is opened on the way of a link. One that leads out of the directory is not followed.
    """
    session = os.path.realpath(f"{TEMP_DIR}/session_latest")
    for path in (session, f"{TEMP_DIR}/ray_current_cluster"):
        if not path.startswith(f"{TEMP_DIR}/"):
            continue
        with contextlib.suppress(OSError):
            owner = os.lstat(path).st_uid
            if owner != uid:
                return f"{path} belongs to {owner_name(owner)}"
    return ""


def set_aside() -> None:
    """Move away what is there, whatever it is, to where root alone can look into it.

    :raises OperatorError: it is a mount point.
    """
    shelf = tempfile.mkdtemp(prefix=os.path.basename(SET_ASIDE), dir=os.path.dirname(SET_ASIDE))
    try:
        os.rename(TEMP_DIR, f"{shelf}/ray")
    except OSError as error:
        os.rmdir(shelf)
        _fail(error)


def shelves() -> tuple[str, ...]:
    """Where something was set aside: directories of root's, for root alone."""
    found = {path: os.lstat(path) for path in sorted(glob.glob(f"{SET_ASIDE}*"))}
    return tuple(path for path, each in found.items() if each.st_uid == 0 and stat.S_ISDIR(each.st_mode))


def remove(path: str, user: str) -> None:
    """Take the directory, or one that was set aside, away with all that is in it.

    :param user: the Ray user, as whom its own files are removed.
    :raises OperatorError: something is left; says what, and why.
    """
    # Only a host that Ray is taken off compiles it.
    from ansible_collections.ray.containers.plugins.module_utils._host.descriptors import OPEN_DIRECTORY, remove_tree
    from ansible_collections.ray.containers.plugins.module_utils._host.removal import remove_shared

    if path != TEMP_DIR:
        # Nobody else comes there, and no link is followed.
        above = os.open(os.path.dirname(path), OPEN_DIRECTORY)
        try:
            remove_tree(above, os.path.basename(path), lambda _found: True)
        finally:
            os.close(above)
    elif os.path.isdir(path) and os.lstat(path).st_uid == 0:
        for name in os.listdir(path):
            remove_shared(f"{path}/{name}", user)
        os.rmdir(path)
    else:
        remove_shared(path, user)


def make(uid: int) -> bool:
    """Make the directory, for root and this user alone; false where there is one.

    :raises OperatorError: the filesystem has no access lists.
    """
    try:
        os.mkdir(TEMP_DIR, 0o700)
    except FileExistsError:
        return False
    try:
        os.setxattr(TEMP_DIR, ATTRIBUTE, access_list(uid), follow_symlinks=False)
    except OSError as error:
        os.rmdir(TEMP_DIR)
        _fail(error)
    return True


def _fail(error: OSError) -> None:
    """Tell why the directory cannot be closed."""
    # Only a host that is refused compiles it.
    from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import privileges
    from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error as said

    told = {
        errno.EBUSY: "it is a mount point, and others may write to it",
        errno.EOPNOTSUPP: "its filesystem has no access lists",
    }
    why = told.get(error.errno or 0, os.strerror(error.errno or 0))
    raise said(privileges.TEMP_DIR, f"{TEMP_DIR} cannot be closed to other accounts of this host", why=why) from error
