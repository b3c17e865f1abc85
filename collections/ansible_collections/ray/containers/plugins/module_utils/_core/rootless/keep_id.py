# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The id map of ``--userns=keep-id``, under which Ray starts every worker.

Podman keeps each layer of an image under one id map. A container that asks for another map waits until the whole
image was copied and chowned, once for every image (about 7 s and 780 MB for one of 780 MB), unless the store can
shift ids, which the kernel's overlay cannot do for an unprivileged user. A store whose layers are under the map of
keep-id from the pull on (storage.conf, ``remap-uids`` and ``remap-gids``) has nothing to copy, and images go on
sharing their layers; ``userns = "keep-id"`` in containers.conf gives Ray's first, short container the same map.
Seen with Podman 4.3.1: both of Ray's commands start in 0.3 s right after the pull, with the owners that the image has.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

__all__ = ["RAYS_UID", "IdRange", "keep_id_map", "keep_id_option", "layer_ids", "ranges_of", "remap_option"]

#: The user id of Ray's own images, and of most that are made from them.
RAYS_UID = 1000


@dataclass(frozen=True)
class IdRange:
    """*size* ids from *container_id* on inside are those from *host_id* on in the user's own namespace."""

    container_id: int
    host_id: int
    size: int


def keep_id_map(own_id: int, subordinate_count: int) -> tuple[IdRange, ...]:
    """The map that ``--userns=keep-id`` makes, range by range in Podman's order.

    Podman 4.3.1 pkg/util/utils.go, GetKeepIDMapping: in the user's namespace 0 is the user and the subordinate ids
    follow from 1 on. The order matters: containers/storage compares maps as lists (store.go, imageTopLayerForMapping).

    :param own_id: the user's id, or that of its primary group.
    :param subordinate_count: how many subordinate ids of that kind the user has.
    """
    below = IdRange(0, 1, min(own_id, subordinate_count))
    own = IdRange(own_id, 0, 1)
    above = IdRange(own_id + 1, own_id + 1, subordinate_count - own_id)
    return tuple(item for item in (below, own, above) if item.size > 0)


def layer_ids(uid: int, gid: int, *, maps_users: bool) -> tuple[int, int]:
    """The user and group id inside for whose containers the store keeps its layers.

    The account's own, unless its raylets start images as the user id that they are made for (`_host.podman.rays_podman`), which
    gives the group the user's number.

    :param maps_users: see `remapping.maps_users`.
    """
    return (RAYS_UID, RAYS_UID) if maps_users and uid != RAYS_UID else (uid, gid)


def keep_id_option(uid: int, ids: tuple[int, int]) -> str:
    """The user namespace of containers that name none, in containers.conf: the one that *ids* of the layers are for.

    :param uid: the account's.
    """
    return "keep-id" if ids[0] == uid else f"keep-id:uid={ids[0]},gid={ids[1]}"


def remap_option(ranges: t.Iterable[IdRange]) -> str:
    """The value of ``remap-uids`` or ``remap-gids`` in storage.conf.

    One text of numbers with colons throughout: containers/storage takes it apart at colons only, whatever
    containers-storage.conf(5) says of lists (pkg/idtools/parser.go, ParseIDMap; 1.43).
    """
    return ":".join(f"{item.container_id}:{item.host_id}:{item.size}" for item in ranges)


def ranges_of(option: str) -> tuple[IdRange, ...]:
    """The ranges of a ``remap-uids`` or ``remap-gids``; none of what is no such value."""
    numbers = [int(word) for word in option.split(":") if word.isdigit()]
    if len(numbers) != option.count(":") + 1 or len(numbers) % 3:
        return ()
    return tuple(IdRange(*numbers[place : place + 3]) for place in range(0, len(numbers), 3))
