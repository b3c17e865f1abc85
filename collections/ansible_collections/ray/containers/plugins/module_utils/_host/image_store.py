# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading an account's image store without a process.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.images.store import (
    IdMaps,
    StoreFiles,
    read_setting,
    stored_images,
)
from ansible_collections.ray.containers.plugins.module_utils._core.images.stored_image import StoredImage
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text

__all__ = ["read_store"]


def read_store(account: Account, maps: IdMaps | None = None) -> tuple[StoredImage, ...] | None:
    """The images of the account's store, or None when there is no store that is understood.

    :param maps: those of the account's containers; without them no image is said to be ready for one.
    """
    settings = read_text(f"{account.home}/.config/containers/storage.conf") or ""
    root = read_setting(settings, "graphroot") or f"{account.home}/.local/share/containers/storage"
    images = read_text(f"{root}/overlay-images/images.json")
    layers = read_text(f"{root}/overlay-layers/layers.json")
    if images is None or layers is None:
        return None
    files = StoreFiles(images, layers, shifts=bool(read_setting(settings, "mount_program")))
    try:
        return stored_images(files, maps)
    except ValueError:
        return None
