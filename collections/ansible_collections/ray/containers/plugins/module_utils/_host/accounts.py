# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts, groups and homes of this host.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import grp
import os
import pwd
import typing as t
from dataclasses import dataclass

__all__ = [
    "Account",
    "account",
    "account_with_uid",
    "first_free_group_id",
    "group_id",
    "group_name",
    "groups_of",
    "own_home",
    "taken_user_ids",
]


@dataclass(frozen=True)
class Account:
    """An account as the name service knows it; *group* is the name of its primary group, *comment* what it is called."""

    name: str
    uid: int
    gid: int
    group: str
    home: str
    comment: str = ""


def account(name: str) -> Account | None:
    """The account of that name, or None."""
    try:
        return _account(pwd.getpwnam(name))
    except KeyError:
        return None


def account_with_uid(uid: int) -> Account | None:
    """The account that has the user id, or None."""
    try:
        return _account(pwd.getpwuid(uid))
    except KeyError:
        return None


def taken_user_ids(candidates: t.Iterable[int]) -> tuple[int, ...]:
    """Those of *candidates* that an account has."""
    return tuple(uid for uid in candidates if account_with_uid(uid))


def group_id(name: str) -> int | None:
    """The id of the group of that name, or None when there is none."""
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        return None


def group_name(gid: int) -> str:
    """The name of the group of that id; empty when it has none."""
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return ""


def groups_of(user: Account) -> tuple[int, ...]:
    """The ids of all groups that a process of the account has, the primary one first."""
    return tuple(dict.fromkeys((user.gid, *os.getgrouplist(user.name, user.gid))))


def first_free_group_id(start: int) -> int:
    """The lowest group id from *start* on that no group has."""
    while True:
        try:
            grp.getgrgid(start)
        except KeyError:
            return start
        start += 1


def own_home() -> str:
    """The home of the account that this module runs as. Root's is root's, whatever HOME sudo has left: programs of root's
    would read another account's configuration there."""
    if os.geteuid() == 0:
        return pwd.getpwuid(0).pw_dir
    return os.path.expanduser("~")


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(
        entry.pw_name,
        entry.pw_uid,
        entry.pw_gid,
        group_name(entry.pw_gid),
        entry.pw_dir,
        entry.pw_gecos.partition(",")[0],
    )
