# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands between root and the Ray user (RC-330, RC-332, RC-391 and RC-392).

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["HOME", "IN_THE_WAY", "NO_ANSWER", "REPLACEABLE"]

REPLACEABLE = Entry(
    "RC-330",
    "Root does not go where another account could lead it",
    "error",
    "what an account can rename or link, root would read, write or remove in its place",
    "Look at it with `ls -ld`; give it to root and close it to others (chown root:root, chmod go-w), or name another path",
    "CWE-59; tmpfiles.d(5) and sshd_config(5), StrictModes, hold to the same rule",
)
HOME = Entry(
    "RC-332",
    "The home of the Ray user's account cannot be used as it is",
    "error",
    "a home that this collection did not make is not changed: it may be somebody's, or a part of the system",
    "Name another account in ray_user, or one that does not exist yet, which is made with a home of its own",
    "this collection, module rootless_podman",
)
IN_THE_WAY = Entry(
    "RC-391",
    "A path of the Ray user's is occupied",
    "error",
    "the Ray user, and with it every application, can put there what it wants",
    "Look at it with `ls -ld` as that user, and move it away",
    "this collection, docs/security.md",
)
NO_ANSWER = Entry(
    "RC-392",
    "A file system of the Ray user's does not answer",
    "error",
    "what was asked of it as that user did not come to an end in time, or the process that asked was ended",
    "Look for mounts of the Ray user's and for its processes (findmnt, ps -u), unmount or end them, and run again",
    "this collection, docs/security.md",
)
