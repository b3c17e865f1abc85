# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The id maps of an account's containers.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.images.store import IdMaps
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.keep_id import keep_id_map, layer_ids
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.subordinate_ids import parse_subordinate_ids
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text

__all__ = ["keep_id_maps"]


def keep_id_maps(account: Account) -> IdMaps:
    """The maps that ``--userns=keep-id`` gives most of the account's containers, where its storage.conf names none.

    A Podman for which it names none is one that maps users (5.2 and newer).
    """
    uid, gid = layer_ids(account.uid, account.gid, maps_users=True)
    return IdMaps(
        keep_id_map(uid, _count("/etc/subuid", account)),
        keep_id_map(gid, _count("/etc/subgid", account)),
    )


def _count(path: str, account: Account) -> int:
    owners = {account.name, str(account.uid)}
    return sum(item.count for item in parse_subordinate_ids(read_text(path) or "") if item.owner in owners)
