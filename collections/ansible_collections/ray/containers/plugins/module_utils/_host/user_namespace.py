# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removing what an account's containers have left: files of its subordinate ids, which the account itself may not touch.

A child of root's enters a user namespace with exactly the account's ids, as newuidmap would give it, and becomes root there.
So it can do what `podman unshare` can do as that account, and asks neither its Podman nor its configuration for it.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.rootless.subordinate_ids import parse_subordinate_ids
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import UserFiles
from ansible_collections.ray.containers.plugins.module_utils._host.user_process import UserProcess

__all__ = ["files_in_namespace", "id_map"]

CLONE_NEWUSER = 0x10000000


def files_in_namespace(account: Account) -> UserFiles:
    """The territory of an account and of its containers. For root only."""
    maps = {
        "uid_map": id_map(account.uid, files.read_text("/etc/subuid") or "", account),
        "gid_map": id_map(account.gid, files.read_text("/etc/subgid") or "", account),
    }
    return UserFiles(account.name, UserProcess(lambda: _enter(maps)).ask)


def id_map(own: int, subordinate: str, account: Account) -> str:
    """The lines of a map (user_namespaces(7)): the account's id is root's, its subordinate ids follow."""
    lines, inside = [f"0 {own} 1"], 1
    for each in parse_subordinate_ids(subordinate):
        if each.owner in (account.name, str(account.uid)) and each.count:
            lines.append(f"{inside} {each.start} {each.count}")
            inside += each.count
    return "\n".join(lines) + "\n"


def _enter(maps: t.Mapping[str, str]) -> None:
    import ctypes

    to_write, written = os.pipe(), os.pipe()
    this = os.getpid()
    if not os.fork():
        # Maps are written from outside, where root is root.
        try:
            os.read(to_write[0], 1)
            for name, text in maps.items():
                with open(f"/proc/{this}/{name}", "w", encoding="ascii") as stream:
                    stream.write(text)
            os.write(written[1], b".")
        finally:
            os._exit(0)
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "no user namespace")
    os.close(written[1])
    os.write(to_write[1], b".")
    if not os.read(written[0], 1):
        raise OSError("its ids cannot be mapped")
    os.setgroups([])
    os.setgid(0)
    os.setuid(0)
