# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The images of applications on a node: which are wanted, which are there, and the steps between them.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import images as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.image_reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step

__all__ = [
    "MapImage",
    "PullImage",
    "StoredImage",
    "find_stored",
    "parse_images",
    "plan_images",
    "read_references",
    "used_by",
]

DOCKER_HUB = "docker.io"


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


@dataclass(frozen=True)
class PullImage:
    """Pull the image and have its layers ready for Ray's containers."""

    reference: ImageReference


@dataclass(frozen=True)
class MapImage:
    """Have the layers of an image that is there ready for Ray's containers."""

    reference: ImageReference


def read_references(texts: t.Iterable[str]) -> tuple[ImageReference, ...]:
    """The references, each once, in their order.

    :raises OperatorError: one is malformed or does not name its registry.
    """
    references = tuple(dict.fromkeys(ImageReference.parse(text) for text in texts))
    for reference in references:
        if not reference.is_fully_qualified:
            entry = catalogue.SHORT_NAME
            raise OperatorError(
                f"{reference} does not name its registry", why=entry.cause, remedy=entry.remedy, code=entry.code
            )
    return references


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
    name = _stored_name(reference)
    wanted = f"{name}@{reference.digest}" if reference.digest else f"{name}:{reference.effective_tag}"
    return next((image for image in stored if wanted in image.names or wanted in image.digests), None)


def plan_images(references: t.Iterable[ImageReference], stored: t.Collection[StoredImage], user: str) -> Plan:
    """The steps that bring *references* into the store of *user*.

    Pulling and preparing is one step: whether an image needs preparing is not known before it is there.
    """
    steps = []
    for reference in references:
        image = find_stored(reference, stored)
        if image is None:
            steps.append(
                Step(
                    PullImage(reference),
                    f"Pull {reference} for {user} and have its layers ready for Ray's containers (--userns=keep-id)",
                    after=f"{reference}\n",
                )
            )
        elif not image.mapped:
            steps.append(
                Step(
                    MapImage(reference),
                    f"Have the layers of {reference} ready for Ray's containers (--userns=keep-id), so that the first "
                    "replica does not wait for it",
                    before=f"{reference}\n",
                    after=f"{reference} mapped for keep-id\n",
                )
            )
    return Plan(tuple(steps))


def used_by(reference: ImageReference, applications: t.Iterable[t.Mapping[str, t.Any]]) -> str:
    """`` of the application whisper``, or nothing when no application is known to use the image.

    :param applications: ``application`` with its ``reference`` and ``pinned``, as serve_config_info returns them.
    """
    names = [
        str(item.get("application"))
        for item in applications
        if str(reference) in (item.get("reference"), item.get("pinned"))
    ]
    if not names:
        return ""
    return f" of the application{'s' if len(names) > 1 else ''} {', '.join(dict.fromkeys(names))}"


def _stored_name(reference: ImageReference) -> str:
    """The name as the store keeps it: official images of Docker Hub lie below ``library``."""
    if reference.registry == DOCKER_HUB and "/" not in reference.repository:
        return f"{DOCKER_HUB}/library/{reference.repository}"
    return reference.name
