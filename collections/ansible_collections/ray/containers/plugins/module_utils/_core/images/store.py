# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of containers/storage: which images a store holds, how large, and under which id map each lies.

Podman has no command that tells the map, and its `images` starts a user namespace to tell the rest: two thirds of an
unchanged run's wait for images. The files have had this form since containers/storage 1.2 (2018, per-layer id maps);
where they cannot be read the answer is that nothing is known, and podman commands are run instead.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.images.stored_image import StoredImage
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.keep_id import IdRange

__all__ = ["IdMaps", "StoreFiles", "read_setting", "stored_images"]


_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class IdMaps:
    """The maps of ``--userns=keep-id`` for one account: user ids and group ids."""

    uids: tuple[IdRange, ...]
    gids: tuple[IdRange, ...]


@dataclass(frozen=True)
class StoreFiles:
    """The texts of overlay-images/images.json and overlay-layers/layers.json.

    :param shifts: the store's driver shifts ids at every mount (fuse-overlayfs), so that no image needs a copy.
    """

    images: str
    layers: str
    shifts: bool = False


def stored_images(files: StoreFiles, maps: IdMaps | None) -> tuple[StoredImage, ...]:
    """Every image of a store, with whether a container under *maps* finds its layers ready.

    As containers/storage decides it (store.go, imageTopLayerForMapping): the image's top layer, or a copy of it that
    was made for an earlier container, has exactly these maps.

    :raises ValueError: the texts are not what they should be.
    """
    try:
        layers = {str(layer["id"]): layer for layer in json.loads(files.layers)}
        return tuple(_image(record, layers, files.shifts, maps) for record in json.loads(files.images))
    except (KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise ValueError(f"not a store of containers/storage: {error!r}") from error


def read_setting(storage_conf: str, name: str) -> str:
    """The text that a key of storage.conf has, in whatever table; empty when it is not set."""
    for line in storage_conf.splitlines():
        key, equals, value = line.partition("=")
        if equals and key.strip() == name:
            return value.partition("#")[0].strip().strip("\"'")
    return ""


def _image(
    record: t.Mapping[str, t.Any], layers: t.Mapping[str, t.Mapping[str, t.Any]], shifts: bool, maps: IdMaps | None
) -> StoredImage:
    names = tuple(record.get("names") or ())
    tops = [record.get("layer"), *(record.get("mapped-layers") or ())]
    image_id = str(record["id"])
    if not _ID.fullmatch(image_id):
        raise ValueError("an image has no id")
    return StoredImage(
        id=image_id,
        digest=str(record.get("digest") or ""),
        size=_size(record, layers),
        names=names,
        digests=tuple(_digests(names, record)),
        mapped=any(_ready(layers[top], shifts, maps) for top in tops if top in layers),
    )


def _size(record: t.Mapping[str, t.Any], layers: t.Mapping[str, t.Mapping[str, t.Any]]) -> int:
    """In bytes, as ``podman images`` counts: every layer unpacked, and what is kept beside them (libimage, Size)."""
    size = sum((record.get("big-data-sizes") or {}).values())
    layer = layers.get(record.get("layer") or "")
    # The file is the user's: layers that are each other's parents must not keep root busy for ever.
    for _layer in layers:
        if layer is None:
            break
        size += int(layer.get("diff-size") or 0)
        layer = layers.get(layer.get("parent") or "")
    return int(size)


def _digests(names: t.Iterable[str], record: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    """``name@digest`` for every repository that the image is named by and every manifest that is kept with it."""
    kept = (record.get("big-data-digests") or {}).items()
    manifests = {str(digest) for key, digest in kept if str(key).startswith("manifest")}
    repositories = {_repository(name) for name in names}
    for repository in sorted(repositories):
        for digest in sorted(manifests):
            yield f"{repository}@{digest}"


def _repository(name: str) -> str:
    name = name.partition("@")[0]
    start, slash, last = name.rpartition("/")
    return f"{start}{slash}{last.partition(':')[0]}"


def _ready(layer: t.Mapping[str, t.Any], shifts: bool, maps: IdMaps | None) -> bool:
    uids, gids = _ranges(layer.get("uidmap")), _ranges(layer.get("gidmap"))
    if shifts and not uids and not gids:
        return True
    return maps is not None and (uids, gids) == (maps.uids, maps.gids)


def _ranges(listed: t.Any) -> tuple[IdRange, ...]:
    return tuple(IdRange(item["container_id"], item["host_id"], item["size"]) for item in listed or ())
