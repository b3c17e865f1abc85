# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the Ray user's Podman keeps its configuration and its images, by the way that raylets run.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

__all__ = ["CONTAINER_STORE", "MOUNT_UNIT", "RAYLET_IMAGES", "VOLUME", "configuration_of"]

#: What Ray's guide has the container of a raylet share with its host.
VOLUME = "/var/lib/containers"

#: The Ray user's images where raylets run in containers: on that volume, beside root's own store.
CONTAINER_STORE = f"{VOLUME}/ray-user"

#: Written for hosts that are containers themselves; a raylet in a container does without.
MOUNT_UNIT = "ray-containers-shared-mounts.service"

#: The record of what the images of raylets hold.
RAYLET_IMAGES = "raylet-image"


def configuration_of(home: str, *, in_container: bool) -> str:
    """The directory of the user's own Podman configuration; a raylet's container finds it at the usual place."""
    return f"{home}/.config/raylet/containers" if in_container else f"{home}/.config/containers"
