# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of Podman's installation (RC-312 to RC-315, RC-331 to RC-336, RC-363 to RC-365).

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error

__all__ = [
    "ENGINE_BY_HAND",
    "ENGINE_KEPT",
    "ENGINE_TOO_OLD",
    "IMAGE_BASED",
    "NO_PACKAGE",
    "NO_PACKAGE_MANAGER",
    "OUTDATED_LISTS",
    "PACKAGE_FAILED",
    "PACKAGE_LOCK",
    "PACKAGE_UNKNOWN",
    "READ_ONLY",
    "UNSUPPORTED_DISTRIBUTION",
    "error",
]

UNSUPPORTED_DISTRIBUTION = Entry(
    "RC-331",
    "No known source of Podman for this distribution",
    "error",
    "this collection knows the packages of Debian, Ubuntu, RHEL and its rebuilds, Fedora, SUSE, Arch and Alpine",
    "Install Podman by the distribution's own means and run again: an installed Podman is used as it is",
    'Ray\'s guide, "Run multiple applications in different containers", section Installing Podman',
)
NO_PACKAGE = Entry(
    "RC-312",
    "The distribution has no package of Podman",
    "error",
    "neither the core repository nor the extras of Amazon Linux 2 and older have it",
    "Upgrade the host to Amazon Linux 2023 with its Supplementary Packages, or take another distribution",
    "amazonlinux/amazon-linux-2023#67; containers/podman#17393; Amazon Linux 2023 User Guide, SPAL",
)
ENGINE_KEPT = Entry(
    "RC-313",
    "The installed Podman is older than the minimum, and must be kept",
    "error",
    "below_minimum is refuse, so that the module leaves it as it is",
    "Upgrade Podman yourself, set below_minimum (ray_podman_below_minimum) to upgrade, or lower minimum_version",
    "this collection, module podman",
)
NO_PACKAGE_MANAGER = Entry(
    "RC-314",
    "The host does not have the package manager of its distribution",
    "error",
    "its image leaves the package manager out",
    "Add the packages to the image that the host is made from, and run again",
    "os-release(5); this collection, module podman",
)
OUTDATED_LISTS = Entry(
    "RC-315",
    "The mirror no longer has a file that the host's package lists name",
    "error",
    "Arch Linux is upgraded as a whole, and this host's lists are older than its mirror",
    "Upgrade the host with `pacman --sync --refresh --sysupgrade`, and run again",
    "Arch Linux wiki, System maintenance: partial upgrades are unsupported",
)
PACKAGE_LOCK = Entry(
    "RC-333",
    "Another program holds the package manager's lock",
    "error",
    "package managers let one program in at a time",
    "Let that program finish, or raise lock_timeout, and run again",
    "apt.conf(5), DPkg::Lock::Timeout",
)
PACKAGE_UNKNOWN = Entry(
    "RC-334",
    "The package sources do not offer a needed package",
    "error",
    "the host's package sources do not list it, or their lists could not be fetched",
    "Check the host's package sources, and that it reaches them; where it is known, the message says what to enable",
    "apt-get(8), dnf(8), zypper(8), pacman(8), apk(8)",
)
PACKAGE_FAILED = Entry(
    "RC-335",
    "The package manager failed",
    "error",
    "it could not carry the transaction out",
    "Run the same command on the host to see all of its output, mend what it names, and run again",
    "apt-get(8), dnf(8), zypper(8), pacman(8), apk(8)",
)
ENGINE_TOO_OLD = Entry(
    "RC-336",
    "Podman is older than the minimum",
    "error",
    "the host's package sources offer no newer one",
    "Upgrade the host's distribution, run the raylet in a container whose image has a newer Podman (ray_raylet_mode: container),"
    " or lower minimum_version",
    "this collection, module podman",
)
IMAGE_BASED = Entry(
    "RC-363",
    "The host takes packages into its next image only",
    "error",
    "it boots its /usr as a whole, as Fedora CoreOS, bootc, MicroOS and SLE Micro do",
    "Add the packages with `rpm-ostree install` or `transactional-update pkg install`, reboot, and run again",
    "rpm-ostree(1); transactional-update(8); /run/ostree-booted, ostree(1)",
)
READ_ONLY = Entry(
    "RC-364",
    "The host's system directories are mounted read-only",
    "error",
    "nobody can install packages there, and the package manager would stop half-way",
    "Mount it read-write, or add the packages to the image that the host is made from, and run again",
    "statvfs(3), ST_RDONLY",
)
ENGINE_BY_HAND = Entry(
    "RC-365",
    "The installed Podman is older than the minimum, and is no package of the distribution",
    "error",
    "it was built or unpacked by hand, or no source of packages is known for this distribution",
    "Upgrade it by the means by which it was installed, or remove it; or lower minimum_version",
    "this collection, module podman",
)
