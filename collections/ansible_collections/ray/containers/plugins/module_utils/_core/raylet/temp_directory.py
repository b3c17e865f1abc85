# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ray's own directory, closed to every account of the host but the Ray user's: as values, and as commands of a unit.

Ray makes it, and what it makes in it, open to everybody (Ray 2.60.0 _common/utils.py, `try_make_directory_shared`: mode
0777), so that whoever has an account could replace `session_latest`, read what logs tell of environments, and connect to
the raylet's sockets. A directory of the Ray user's own is opened again at every start. One that belongs to root is not:
Ray passes over that it may not change the mode. The Ray user works in it by an entry of its access list. It names a user
and not a group: what runs in an application's container has the group that its image gives it.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import struct

__all__ = [
    "ABSENT",
    "ANOTHERS",
    "CLOSED",
    "OPEN",
    "PREPARE",
    "SET_ASIDE",
    "TEMP_DIR",
    "TMPFILES",
    "access_list",
    "state_of",
]

TEMP_DIR = "/tmp/ray"

#: What a directory that others could write to is moved into, with six more characters; for root alone.
SET_ASIDE = f"{TEMP_DIR}-before."

#: States of the directory. Of an open one, root or the Ray user is the owner; in any other, an account has made it that was
#: never to.
ABSENT, CLOSED, OPEN, ANOTHERS = "absent", "closed", "open", "another's"

#: For systemd-tmpfiles: the access list, and that nothing in it is swept away as the rest of /tmp may be, such as the
#: sockets of a raylet that runs. It does not make the directory: that would adopt what somebody has put there before.
TMPFILES = """# Managed by ray.containers.raylet; changes are overwritten.
a /tmp/ray - - - - u::rwx,u:{user}:rwx,g::---,m::rwx,o::---
x /tmp/ray
x /tmp/ray/*
"""

#: For /bin/sh, as root: what is not root's own, or is open to others, is moved away, whatever it is, and never looked into.
#: Where somebody makes it again in between, mkdir fails, and the service with it, which is then started again. 0770 is
#: what the mode looks like with the access list.
PREPARE = (
    '[ -n "$(find /tmp/ray -maxdepth 0 -type d -user 0 \\( ! -perm /022 -o -perm 770 \\) 2>/dev/null)" ] || '
    '{ { [ ! -e /tmp/ray ] && [ ! -L /tmp/ray ]; } || mv -T /tmp/ray "$(mktemp -d /tmp/ray-before.XXXXXX)/ray"; } && '
    "{ [ -d /tmp/ray ] || mkdir -m 0700 /tmp/ray; }"
)

#: acl(5) and the kernel's include/uapi/linux/posix_acl_xattr.h: the version, then (tag, permissions, id) of each entry.
_VERSION = 2
_NOBODY = 0xFFFFFFFF
_OWNER, _USER, _GROUP, _MASK, _OTHERS = 1, 2, 4, 16, 32


def access_list(uid: int) -> bytes:
    """The attribute ``system.posix_acl_access`` of the directory: for root and for the user, and for nobody else."""
    entries = ((_OWNER, 7, _NOBODY), (_USER, 7, uid), (_GROUP, 0, _NOBODY), (_MASK, 7, _NOBODY), (_OTHERS, 0, _NOBODY))
    return struct.pack("<I", _VERSION) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def state_of(*, owner: int, is_directory: bool, found: bytes, uid: int | None) -> str:
    """What to think of what is there.

    :param owner: its user id; *found* its access list, empty for none.
    :param uid: the Ray user's, None for an account that is yet to make.
    """
    if uid is not None and is_directory and owner == 0 and found == access_list(uid):
        return CLOSED
    return OPEN if is_directory and owner in (0, uid) else ANOTHERS
