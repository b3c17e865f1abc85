# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-388 to RC-390: what a node finds wrong with the image that its raylet runs in.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

WRONG_RAY = Entry(
    "RC-388",
    "The raylet's image holds another Ray or Python than asked for",
    "error",
    "the raylet runs with what its image holds, and every node and application must have the same",
    "Build the raylet's image FROM a Ray image of that version (playbook raylet_image), or correct ray_version",
    "Ray's guide: the same versions of Ray and Python on all nodes and in all images",
)
NO_RAY = Entry(
    "RC-389",
    "Ray cannot run in the raylet's image",
    "error",
    "it has no program python on its PATH, or no package ray for it",
    "Build it with the playbook raylet_image FROM an image of Ray, such as docker.io/rayproject/ray:<version>",
    "images of docker.io/rayproject/ray; Ray's guide, image_uri",
)
STORE_OUTSIDE = Entry(
    "RC-390",
    "The Ray user's image store does not lie on the volume of the raylet's container",
    "error",
    "elsewhere it would lie on the container's own overlay, on which overlay does not work, and be lost with it",
    "Leave graph_root out, or name a directory below /var/lib/containers",
    "Ray's guide, section Troubleshooting: 'overlay' is not supported over overlayfs",
)

#: Every entry of this family, by code.
ENTRIES: tuple[Entry, ...] = tuple(
    sorted((value for value in list(globals().values()) if isinstance(value, Entry)), key=lambda entry: entry.code)
)
