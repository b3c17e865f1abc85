# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that holds the user namespace of an account's Podman, and what it has mapped there.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.subordinate_ids import Ranges
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of

__all__ = ["alive_file", "mapped_by", "pause_file", "pause_process"]

#: Of a process id, in bytes.
SHORT = 64


def pause_file(uid: int) -> str:
    """Where Podman keeps its id."""
    return f"/run/user/{uid}/libpod/tmp/pause.pid"


def alive_file(uid: int) -> str:
    """What Podman makes when it first runs after the node has started; without it, it knows that no container runs."""
    return f"/run/user/{uid}/libpod/tmp/alive"


def pause_process(user: str, uid: int) -> int:
    """Its id, as Podman's pause.pid has it; 0 for none."""
    try:
        text = files_of(user).read_part(pause_file(uid), SHORT, 0).decode("utf-8", errors="replace").strip()
    except OperatorError:
        return 0
    return int(text) if text.isdigit() else 0


def mapped_by(pid: int, uid: int) -> tuple[Ranges, Ranges] | None:
    """The ranges of users and of groups beside the account itself; None where the process is gone, or another account's."""
    try:
        if not pid or os.stat(f"/proc/{pid}").st_uid != uid:
            return None
        users, groups = (_map(pid, kind) for kind in ("uid", "gid"))
    except OSError:
        return None
    return _ranges(users), _ranges(groups)


def _map(pid: int, kind: str) -> str:
    with open(f"/proc/{pid}/{kind}_map", encoding="ascii") as stream:
        return stream.read()


def _ranges(text: str) -> Ranges:
    rows = [line.split() for line in text.splitlines()]
    return tuple((int(row[1]), int(row[2])) for row in rows if len(row) == 3 and row[0] != "0")
