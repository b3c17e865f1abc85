# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Ray user's rootless containers are refused for (RC-337, RC-362, RC-369); the known faults are in `_core.faults`.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error

__all__ = ["ENTRIES", "error"]

ACCOUNT_CONFLICT = Entry(
    "RC-337",
    "The Ray user cannot be set up as configured",
    "error",
    "It conflicts with an account of this host.",
    "Leave ray_uid out, or choose a user id that is free; with Podman before 4.3, images must run as it",
    "Ray's guide, section Troubleshooting; module rootless_podman",
)
CREDENTIALS = Entry(
    "RC-362",
    "The registry credentials are not readable",
    "error",
    "Each must be a JSON document with `auths`, as `podman login --authfile FILE` writes it, or with `credHelpers`.",
    "Write the file again with `podman login --authfile FILE REGISTRY`",
    "containers-auth.json(5)",
)
PROOF_FAILED = Entry(
    "RC-369",
    "Ray's own podman command fails for a cause that is not in the catalogue",
    "error",
    "Podman gave the reason above.",
    "Run the same command as the Ray user on the host, and look the message up in podman's troubleshooting.md",
    "this collection, module rootless_podman",
)

ENTRIES: tuple[Entry, ...] = tuple(
    sorted((value for value in globals().values() if isinstance(value, Entry)), key=lambda entry: entry.code)
)
