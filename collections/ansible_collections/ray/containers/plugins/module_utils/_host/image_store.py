# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading an account's image store without a process.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.image_plan import StoredImage
from ansible_collections.ray.containers.plugins.module_utils._core.image_store import (
    IdMaps,
    StoreFiles,
    read_setting,
    stored_images,
)
from ansible_collections.ray.containers.plugins.module_utils._core.keep_id import keep_id_map
from ansible_collections.ray.containers.plugins.module_utils._core.subordinate_ids import parse_subordinate_ids
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text

__all__ = ["keep_id_maps", "read_store"]


def read_store(account: Account) -> tuple[StoredImage, ...] | None:
    """The images of the account's store, or None when there is no store that is understood."""
    settings = read_text(f"{account.home}/.config/containers/storage.conf") or ""
    root = read_setting(settings, "graphroot") or f"{account.home}/.local/share/containers/storage"
    images = read_text(f"{root}/overlay-images/images.json")
    layers = read_text(f"{root}/overlay-layers/layers.json")
    if images is None or layers is None:
        return None
    files = StoreFiles(images, layers, shifts=bool(read_setting(settings, "mount_program")))
    try:
        return stored_images(files, keep_id_maps(account))
    except ValueError:
        return None


def keep_id_maps(account: Account) -> IdMaps:
    """The maps that ``--userns=keep-id`` gives the account's containers."""
    return IdMaps(
        keep_id_map(account.uid, _count("/etc/subuid", account)),
        keep_id_map(account.gid, _count("/etc/subgid", account)),
    )


def _count(path: str, account: Account) -> int:
    owners = {account.name, str(account.uid)}
    return sum(item.count for item in parse_subordinate_ids(read_text(path) or "") if item.owner in owners)
