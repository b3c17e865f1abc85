# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images in an account's store, and how a reference finds one.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference

__all__ = ["StoredImage", "find_stored", "parse_images"]


@dataclass(frozen=True)
class StoredImage:
    """An image in an account's store.

    :param id: the digest of its configuration, hex digits only; the same in every store and registry.
    :param digest: of its manifest, as this store got it.
    :param size: in bytes, unpacked.
    :param names: ``name:tag`` and ``name@digest`` under which it was pulled or built.
    :param digests: ``name@digest`` for every manifest and index that it is known by.
    :param mapped: whether Ray's containers (``--userns=keep-id``) find its layers ready.
    """

    id: str
    digest: str
    size: int
    names: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    mapped: bool = True


def parse_images(listed: t.Iterable[t.Mapping[str, t.Any]]) -> tuple[StoredImage, ...]:
    """What ``podman images --format json`` lists (Podman 3.4 to 5), with nothing known of id maps yet."""
    return tuple(
        StoredImage(
            id=str(item["Id"]),
            digest=str(item.get("Digest") or ""),
            size=int(item.get("Size") or 0),
            names=tuple(item.get("Names") or ()),
            digests=tuple(item.get("RepoDigests") or ()),
        )
        for item in listed
    )


def find_stored(reference: ImageReference, stored: t.Iterable[StoredImage]) -> StoredImage | None:
    """The stored image that Podman would run for *reference* without a pull, or None.

    As in Podman, a tag that is there is not compared with the registry's: pin to follow the registry.
    """
    wanted = reference.stored_name
    return next((image for image in stored if wanted in image.names or wanted in image.digests), None)
