# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which OCI runtime and which overlay a host supports.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.engine.os_release import (
    OsRelease,
    base_release,
    version_tuple,
)

__all__ = ["inner_runtime", "needs_fuse_overlayfs", "oci_runtime", "reads_drop_ins"]

#: Debian 11, Ubuntu 20.10 and 21.04: their Podman is older than 3.1, which was the first to use the kernel's overlay without
#: root (RELEASE_NOTES.md of Podman, 3.1.0), and does not read containers.conf.d (seen with 3.0.1).
_PODMAN_BEFORE_3_1 = {"bullseye", "chimaera", "groovy", "hirsute"}


def oci_runtime(cgroup_layout: str, os_release: OsRelease) -> str:
    """crun where the layout is v2; runc elsewhere, since crun refuses hybrid layouts and is leaving v1.

    Where a distribution has only one of them, it is that one: SUSE's releases 15 have crun in openSUSE's Backports alone,
    and Enterprise Linux 10, which knows no other layout than v2, has dropped runc.
    """
    base, release = base_release(os_release)
    if base == "suse" and release < (16,):
        return "runc"
    if base == "el" and release >= (10,):
        return "crun"
    return "crun" if cgroup_layout == "v2" else "runc"


def inner_runtime(cgroup_layout: str) -> str:
    """The OCI runtime in a raylet's container, whose image has both."""
    return "crun" if cgroup_layout == "v2" else "runc"


def needs_fuse_overlayfs(kernel_release: str, os_release: OsRelease | None) -> bool:
    """Whether rootless overlay needs the FUSE program: Linux has it natively from 5.13 on.

    :param os_release: of the distribution that Podman comes from; None for one that is new enough, as in a container.
    """
    too_old = os_release is not None and os_release.base_codename in _PODMAN_BEFORE_3_1
    return too_old or version_tuple(kernel_release)[:2] < (5, 13)


def reads_drop_ins(os_release: OsRelease) -> bool:
    """Whether the distribution's Podman reads containers.conf.d beside a user's containers.conf."""
    return os_release.base_codename not in _PODMAN_BEFORE_3_1
