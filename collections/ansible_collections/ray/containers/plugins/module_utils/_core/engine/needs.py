# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of Ray's needs a version of Podman meets.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.engine.os_release import version_tuple

__all__ = ["needs_met"]


def needs_met(version: str) -> dict[str, bool]:
    """What this version can do, by name; an unknown version (empty) meets nothing for certain.

    ``root_keep_id``: Ray starts every worker with ``--userns=keep-id``. For a root raylet, versions before 4.1 pass over it,
    and those from 4.1 to 4.4 refuse it: v4.0.3 pkg/specgen/generate/namespaces.go, "keep-id as root doesn't need a user
    namespace"; v4.1.0, "keep-id is only supported in rootless mode" (the release notes tell it under 4.2.0); 4.5.0 made it
    work (RELEASE_NOTES.md, #17337).

    ``cdi_option``: ``--device nvidia.com/gpu=all`` exists since 3.2.0, but versions before 4.1 read CDI files of the formats
    0.1.0 and 0.2.0 alone (v4.0.3 and v4.1.0, vendored container-device-interface, pkg/cdi/spec.go, validSpecVersions),
    older than what nvidia-ctk writes.

    ``cdi_in_containers_conf``: CDI devices in the ``devices`` of containers.conf, since 4.4.0 (RELEASE_NOTES.md, #16232).
    """
    number = version_tuple(version)
    known = bool(number)
    return {
        "root_keep_id": known and not (4, 1) <= number < (4, 5),
        "cdi_option": known and number >= (4, 1),
        "cdi_in_containers_conf": known and number >= (4, 4),
    }
