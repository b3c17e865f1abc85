# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of Podman's installation (RC-331 to RC-336); `node` lists them.

They have a file of their own so that the module podman need not carry every fault of a node to the host.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

__all__ = [
    "ENGINE_TOO_OLD",
    "NO_PACKAGE",
    "NO_PACKAGE_MANAGER",
    "OUTDATED_LISTS",
    "PACKAGE_FAILED",
    "PACKAGE_LOCK",
    "PACKAGE_UNKNOWN",
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
NO_PACKAGE_MANAGER = Entry(
    "RC-314",
    "The host has not the package manager of its distribution",
    "error",
    "its image leaves the package manager out, or keeps /usr as a whole (Fedora CoreOS, MicroOS)",
    "Add the packages to the image that the host is made from (rpm-ostree, transactional-update), and run again",
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
    "Check the host's package sources, and that it reaches them, for instance with `apt-get update`",
    "apt-get(8)",
)
PACKAGE_FAILED = Entry(
    "RC-335",
    "The package manager failed",
    "error",
    "it could not carry the transaction out",
    "Run the same command on the host to see all of its output, mend what it names, and run again",
    "apt-get(8)",
)
ENGINE_TOO_OLD = Entry(
    "RC-336",
    "Podman is older than the minimum",
    "error",
    "the host's package sources offer no newer one",
    "Lower minimum_version, or upgrade the host's distribution",
    "this collection, module podman",
)


def error(entry: Entry, what: str, *, why: str = "", remedy: str = "") -> OperatorError:
    """The error that says *entry* of one place: *what* failed, with the entry's cause and remedy unless given."""
    return OperatorError(what, why=why or entry.cause, remedy=remedy or entry.remedy, code=entry.code)
