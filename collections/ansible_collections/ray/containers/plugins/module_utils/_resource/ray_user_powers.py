# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the Ray user can become root of this host: as it was noted, or looked for again where anything has changed.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.privileges.refusal import check_powers
from ansible_collections.ray.containers.plugins.module_utils._host import accounts
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.privileges import changes

__all__ = ["Look", "look", "refuse"]

#: Ids that own nothing, for an account whose own are not known yet: what everybody may change counts all the same.
NOBODY = 65534


@dataclass(frozen=True)
class Look:
    """What was found.

    :param found: (code, evidence) of each way to become root, errors first.
    :param now: a digest of what it depends on.
    :param noted: whether it was found by an earlier run, and noted.
    """

    found: tuple[tuple[str, str], ...]
    now: str
    noted: bool


def refuse(commands: Commands, user: str, policy: str) -> None:
    """Refuse an account that can become root, before anything is changed on the host for it.

    :param policy: ``refuse`` or ``allow``.
    :raises OperatorError: it can, and that is not allowed.
    """
    if policy != "allow":
        check_powers(user, policy, look(commands, user, NOBODY, NOBODY).found)


def look(commands: Commands, user: str, uid: int, gid: int) -> Look:
    """Look at the account, or at one of that name and these ids that is yet to make. Changes nothing.

    Sudo is asked only where something has changed since it was asked last.
    """
    account = accounts.account(user)
    groups = accounts.groups_of(account) if account else (gid,)
    names = [accounts.group_name(group) for group in groups]
    named = tuple(dict.fromkeys(name for name in (*names, *([] if account else [user])) if name))
    now = changes.fingerprint(user, account.uid if account else uid, map(str, (*groups, *named)))
    noted = changes.noted(user, now)
    if noted is not None:
        return Look(tuple((code, evidence) for code, evidence in noted), now, noted=True)
    # Only a host on which something has changed compiles it.
    from ansible_collections.ray.containers.plugins.module_utils._host.privileges.access import Identity
    from ansible_collections.ray.containers.plugins.module_utils._host.privileges.examination import examine

    identity = Identity(user, account.uid if account else uid, groups, named)
    found = examine(commands, identity, exists=account is not None)
    return Look(tuple((finding.entry.code, finding.evidence) for finding in found), now, noted=False)
