# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading an account's image store without a process.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.store import (
    IdMaps,
    StoreFiles,
    read_setting,
    stored_images,
)
from ansible_collections.ray.containers.plugins.module_utils._core.images.stored_image import StoredImage, find_stored
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.keep_id import ranges_of
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import (
    CONTAINER_STORE,
    configuration_of,
)
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of

__all__ = ["read_store", "root_image_id", "root_images"]

#: Bytes of one of its files; an image takes about a KiB in each.
LONGEST = 64 * 2**20

#: Root's own (containers-storage.conf(5)).
ROOT_SETTINGS = "/etc/containers/storage.conf"
ROOT_STORE = "/var/lib/containers/storage"


def read_store(
    account: Account, maps: IdMaps | None = None, *, in_container: bool = False
) -> tuple[StoredImage, ...] | None:
    """The images of the account's store; none without a store, and None for one that is not understood.

    Podman is then to be asked, which would make a store with another driver where the account is not set up yet.

    :param maps: those of the account's containers, where its storage.conf names none; without them no image is said to be ready
        for one.
    :param in_container: whether it is the store of a raylet in a container, which lies on the host all the same.
    """
    settings = f"{configuration_of(account.home, in_container=in_container)}/storage.conf"
    usual = CONTAINER_STORE if in_container else f"{account.home}/.local/share/containers/storage"
    territory = files_of(account.name)
    try:
        return _read(settings, usual, maps, territory, settings_reader=_Roots() if in_container else territory)
    except OperatorError:
        # Whatever stands there instead is the user's affair: its Podman is asked, as that user.
        return None


def root_image_id(reference: str) -> str:
    """The id of an image in root's store, where the raylet's container is made from; empty when it is not there."""
    image = find_stored(ImageReference.parse(reference), root_images())
    return image.id if image else ""


def root_images() -> tuple[StoredImage, ...]:
    """The images of root's store; none where it is not understood."""
    try:
        return _read(ROOT_SETTINGS, ROOT_STORE, None, _Roots(), _Roots()) or ()
    except OperatorError:
        # As long as it lies in what another account could replace, root has none.
        return ()


class _Reader(t.Protocol):
    def read_text(self, path: str, limit: int) -> str | None: ...

    def is_directory(self, path: str) -> bool: ...


class _Roots:
    """Root's own territory."""

    def read_text(self, path: str, limit: int) -> str | None:
        return files.read_text(path, limit)

    def is_directory(self, path: str) -> bool:
        return os.path.isdir(path)


def _read(
    settings_file: str, usual_root: str, maps: IdMaps | None, reader: _Reader, settings_reader: _Reader
) -> tuple[StoredImage, ...] | None:
    settings = settings_reader.read_text(settings_file, LONGEST) or ""
    root = read_setting(settings, "graphroot") or usual_root
    if not reader.is_directory(root):
        return ()
    images = reader.read_text(f"{root}/overlay-images/images.json", LONGEST)
    layers = reader.read_text(f"{root}/overlay-layers/layers.json", LONGEST)
    if images is None or layers is None:
        return None
    shifts = bool(read_setting(settings, "mount_program"))
    kept = ranges_of(read_setting(settings, "remap-uids")), ranges_of(read_setting(settings, "remap-gids"))
    if maps and all(kept):
        maps = IdMaps(*kept)
    try:
        return stored_images(StoreFiles(images, layers, shifts=shifts), maps)
    except ValueError:
        return None
