# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The images of applications on a node: which are wanted, which are there, and the steps between them.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.stored_image import StoredImage, find_stored
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step

__all__ = [
    "AppImagesSpec",
    "MapImage",
    "PullImage",
    "plan_images",
    "read_references",
    "used_by",
]


@dataclass(frozen=True)
class AppImagesSpec:
    """What is wanted.

    :param applications: who uses which image, for error messages.
    :param parallel: how many images are pulled side by side, once the first has brought what they share.
    :param timeout: seconds for one image.
    :param raylet_image: of the container whose Podman is to have the images; empty for the host's.
    :param runtime_path: where the host's Ray is, to be compared with the images.
    :param config: what is to be asked of the images, as `parity.facts.as_text` writes it; empty for nothing.
    """

    user: str
    references: tuple[ImageReference, ...]
    applications: tuple[t.Mapping[str, t.Any], ...] = ()
    parallel: int = 3
    timeout: float = 1800.0
    raylet_image: str = ""
    runtime_path: str = ""
    config: str = field(default="", repr=False)


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
            # Only a list that is refused compiles it.
            from ansible_collections.ray.containers.plugins.module_utils._core.faults.of_images import SHORT_NAME

            entry = SHORT_NAME.entry
            raise OperatorError(
                f"{reference} does not name its registry", why=entry.cause, remedy=entry.remedy, code=entry.code
            )
    return references


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
