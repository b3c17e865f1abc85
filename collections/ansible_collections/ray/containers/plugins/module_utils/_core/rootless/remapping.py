# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Podman keeps layers under a map of ids, and maps users; asked only until a host is proven with its Podman.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.engine.os_release import (
    OsRelease,
    base_release,
    version_tuple,
)

__all__ = ["maps_users", "remaps_layers"]

#: The first releases with Podman 5.
_PODMAN_5: dict[str, tuple[int, ...]] = {
    "debian": (13,),
    "ubuntu": (24, 10),
    "fedora": (40,),
    "el": (9, 5),
    "amzn": (2023,),
    "suse": (16,),
    "arch": (),
    "alpine": (3, 20),
}

#: The first releases with Podman 4.3.
_PODMAN_4_3: dict[str, tuple[int, ...]] = {
    "debian": (12,),
    "ubuntu": (23, 4),
    "fedora": (37,),
    "el": (8, 8),
    "amzn": (2023,),
    "suse": (15, 5),
    "arch": (),
    "alpine": (3, 17),
}


def maps_users(version: str, os_release: OsRelease) -> bool:
    """Whether Podman takes ``--userns=keep-id:uid=``, so that an image may have another user id than the Ray user.

    :param version: of the installed Podman; empty for one that is still to come from the distribution.
    """
    number = version_tuple(version)
    if number:
        return number >= (4, 3)
    base, release = base_release(os_release)
    return base in _PODMAN_4_3 and release >= _PODMAN_4_3[base]


def remaps_layers(version: str, os_release: OsRelease) -> bool:
    """Whether Podman keeps layers under the map of ids that ``remap-uids`` in storage.conf names.

    Podman 5.2 does not (containers/storage#1976), and worse: its warning of the unknown key makes it fail to copy a layer
    ("creating an ID-mapped copy of layer ...: Failed to decode the keys", seen with 5.4.2).

    :param version: of the installed Podman; empty for one that is still to come from the distribution.
    """
    number = version_tuple(version)
    if number:
        return number < (5, 2)
    base, release = base_release(os_release)
    return base not in _PODMAN_5 or release < _PODMAN_5[base]
