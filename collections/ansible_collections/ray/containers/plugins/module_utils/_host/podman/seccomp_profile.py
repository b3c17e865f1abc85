# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The system calls of a raylet's container that is not privileged, on the disk.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.rootless import seccomp
from ansible_collections.ray.containers.plugins.module_utils._host import files

__all__ = ["found", "write"]


def found() -> str:
    """``current``, ``another``, or empty for none."""
    there = files.read_text(seccomp.PROFILE)
    if there is None:
        return ""
    default = files.read_text(seccomp.DEFAULT_PROFILE)
    return "current" if default is not None and there == seccomp.profile(default) else "another"


def write() -> None:
    """Make it from Podman's own list."""
    default = files.read_text(seccomp.DEFAULT_PROFILE)
    if default is None:
        raise OperatorError(
            "A raylet in a container that is not privileged cannot be set up",
            why=f"this host's Podman has no list of system calls at {seccomp.DEFAULT_PROFILE}",
            remedy="Set ray_raylet_privileged to true",
        )
    files.write_text(seccomp.PROFILE, seccomp.profile(default))
