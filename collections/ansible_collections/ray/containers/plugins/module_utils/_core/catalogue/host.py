# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of a node that also stand in the way of its images (RC-345, RC-356, RC-358); `node` lists them.

They have a file of their own so that a module about images need not carry every fault of a node to the host.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["DISK_FULL", "ENGINE_MISSING", "SUBORDINATE_IDS"]

SUBORDINATE_IDS = Entry(
    "RC-345",
    "The Ray user's subordinate ids do not cover the image",
    "error",
    "the ranges in /etc/subuid and /etc/subgid are missing, too small, or changed after the user's first container",
    "Run `podman system migrate` as the Ray user; on a host inside a container, give that container more user ids",
    "containers/podman#12715, #2542",
)
ENGINE_MISSING = Entry(
    "RC-356",
    "Podman is not installed",
    "error",
    "there is no program podman in the system's PATH",
    "Run the module podman first",
    "Ray 2.60.0 _private/runtime_env/image_uri.py runs `podman`",
)
DISK_FULL = Entry(
    "RC-358",
    "No space is left for images",
    "error",
    "the filesystem of the image store or of /var/tmp is full",
    "Free space there, or name a directory on a larger filesystem in graph_root",
    "ray-project/ray#45056",
)
