# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the Ray user's Podman keeps its configuration and its images, by the way that raylets run.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

__all__ = [
    *(
        "ACCOUNT_COMMENT",
        "CONTAINER_CONFIGURATION",
        "CONTAINER_STORE",
        "CONTAINER_TOKEN",
        "FOR_CONTAINERS",
        "MOUNT_UNIT",
    ),
    *("RAYLET_IMAGES", "RAYLET_IMAGES_SEEN", "RAYS_PODMAN", "RAYS_PODMAN_DIRECTORY", "RAYS_PODMAN_PLACE"),
    *("STATE_DIRECTORY", "VOLUME", "configuration_of"),
]

#: What Ray's guide has the container of a raylet share with its host.
VOLUME = "/var/lib/containers"

#: The Ray user's images where raylets run in containers: on that volume, beside root's own store.
CONTAINER_STORE = f"{VOLUME}/ray-user"

#: What the accounts are called that this collection makes (useradd --comment): only their homes and stores are its own.
ACCOUNT_COMMENT = "Ray (ray.containers)"

#: What the collection keeps on a node: root's alone.
STATE_DIRECTORY = "/var/lib/ray.containers"

#: The `podman` that raylets find first (`_host.podman.rays_podman`), in no other PATH than theirs. Root's, where no volume that
#: forbids programs is usually mounted; a raylet's container finds it at the same place.
RAYS_PODMAN_PLACE = "/usr/local/lib/ray.containers"
RAYS_PODMAN_DIRECTORY = f"{RAYS_PODMAN_PLACE}/bin"
RAYS_PODMAN = f"{RAYS_PODMAN_DIRECTORY}/podman"

#: Written for hosts that are containers themselves; a raylet in a container does without.
MOUNT_UNIT = "ray-containers-shared-mounts.service"

#: The record of what the images of raylets hold.
RAYLET_IMAGES = "raylet-image"

#: The record of how somebody could become root in them.
RAYLET_IMAGES_SEEN = "raylet-image-seen"


#: What a raylet's container finds in the user's home lies in root's territory on the host: root mounts it, and a link in the
#: place of a directory of the user's would mount another.
FOR_CONTAINERS = "/etc/ray.containers"
CONTAINER_CONFIGURATION = f"{FOR_CONTAINERS}/podman"
CONTAINER_TOKEN = f"{FOR_CONTAINERS}/token"


def configuration_of(home: str, *, in_container: bool) -> str:
    """The directory of the user's Podman configuration; a raylet's container finds it at the usual place."""
    return CONTAINER_CONFIGURATION if in_container else f"{home}/.config/containers"
