# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether anything has changed on this host by which the Ray user could have become root: a look, without a process.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import hashlib
import os
import stat
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.privileges.places import (
    ABOVE,
    FILES,
    LARGE,
    OURS,
    SERVICES,
    SMALL,
)
from ansible_collections.ray.containers.plugins.module_utils._host.records import Records

__all__ = ["Noted", "fingerprint", "note", "noted"]

#: Goes up when a host is looked at otherwise.
VERSION = 1

#: (code, evidence) of each finding.
Noted = t.List[t.List[str]]  # evaluated, also on Python 3.8


def fingerprint(user: str, uid: int, groups: t.Iterable[str]) -> str:
    """A digest of the account, and of where the rules and the programs of root lie."""
    seen: list[t.Any] = [VERSION, user, uid, sorted(groups)]
    for directory in SMALL:
        seen += _entries(directory)
    for path in (*SMALL, *ABOVE, *SERVICES):
        seen.append(_permissions(path))
    for path in LARGE:
        seen.append((_permissions(path), _time(path, "st_mtime_ns")))
    for path in FILES:
        seen.append((_permissions(path), _time(path, "st_ctime_ns")))
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def noted(user: str, now: str) -> Noted | None:
    """What was found of the account when the host was as it is *now*; None when nobody has looked since."""
    record = Records("privileges").get(user)
    if isinstance(record, dict) and record.get("seen") == now:
        return list(record.get("found") or [])
    return None


def note(user: str, now: str, found: Noted) -> None:
    """Remember it."""
    Records("privileges").put(user, {"seen": now, "found": found})


def _entries(directory: str) -> t.Iterator[t.Any]:
    try:
        with os.scandir(directory) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in found:
        is_directory = entry.is_dir(follow_symlinks=False)
        told = _permissions(entry.path)
        # What systemd makes when a unit is enabled says nothing new.
        usual = is_directory and told[1:] == (stat.S_IFDIR | 0o755, 0, 0)
        if not (entry.name.startswith(OURS) or usual):
            yield (told, 0 if is_directory else _time(entry.path, "st_ctime_ns"))


def _permissions(path: str) -> tuple[t.Any, ...]:
    try:
        found = os.lstat(path)
    except OSError:
        return (path,)
    return (path, stat.S_IFMT(found.st_mode) | stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid)


def _time(path: str, which: str) -> int:
    try:
        return int(getattr(os.stat(path), which))
    except OSError:
        return 0
