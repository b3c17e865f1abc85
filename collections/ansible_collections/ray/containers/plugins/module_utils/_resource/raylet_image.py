# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image that raylets run in, asked which Ray and Python it has.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import socket
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import raylet_image as faults
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import ImageFacts, oci_architecture
from ansible_collections.ray.containers.plugins.module_utils._core.parity.probe import START, facts_of, probe_input
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import RAYLET_IMAGES
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.podman.image_store import root_image_id
from ansible_collections.ray.containers.plugins.module_utils._host.records import Records

__all__ = ["read_facts"]

#: Seconds for Python in a container that was just started.
ASK_TIMEOUT = 120.0

#: Goes up when an image is asked otherwise, so that what was kept is asked again. What has none may be the answer of
#: another image, whose raylet ran.
PROBE_VERSION = 1


def read_facts(commands: Commands, user: str, image: str) -> ImageFacts | None:
    """What the image holds, asked once for each image id; None when root's store has it not.

    The raylet that runs may be of another image, so a container of this one is asked: Python in it is in nobody's way.

    :raises OperatorError: it has no Python or no Ray.
    """
    image_id = root_image_id(image)
    if not image_id:
        return None
    records = Records(RAYLET_IMAGES)
    kept = _kept(records.get(image_id))
    if kept:
        return kept
    # Compiled only where an image is not known yet.
    from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_container import ImageCommands

    asked = ImageCommands(commands, image).run(
        ("python", "-c", START),
        user=user,
        stdin=probe_input((), "/", False, ASK_TIMEOUT),
        timeout=ASK_TIMEOUT,
        check=False,
    )
    facts = facts_of(oci_architecture(os.uname().machine), asked.stdout, asked.stderr)
    if facts.failure or not facts.ray_version:
        entry = faults.NO_RAY
        raise OperatorError(
            f"Ray cannot run in the image {image} on {socket.gethostname()}",
            why=facts.failure or entry.cause,
            remedy=entry.remedy,
            code=entry.code,
        )
    records.put(image_id, {**facts.as_data(), "asked_as": PROBE_VERSION})
    return facts


def _kept(record: t.Any) -> ImageFacts | None:
    try:
        facts = {"architecture": oci_architecture(os.uname().machine), **record}
        return ImageFacts(**facts) if facts.pop("asked_as", 0) == PROBE_VERSION else None
    except TypeError:
        return None
