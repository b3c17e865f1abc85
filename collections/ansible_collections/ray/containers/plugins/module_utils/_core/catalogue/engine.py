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
    "PACKAGE_FAILED",
    "PACKAGE_LOCK",
    "PACKAGE_UNKNOWN",
    "SOURCE_NOT_YET",
    "UNSUPPORTED_DISTRIBUTION",
    "error",
]

UNSUPPORTED_DISTRIBUTION = Entry(
    "RC-331",
    "No known source of Podman for this distribution",
    "error",
    "this collection installs Podman from the archives of Debian 11 and newer and Ubuntu 20.10 and newer",
    "Install Podman by the distribution's own means and run again: an installed Podman is used as it is",
    'Ray\'s guide, "Run multiple applications in different containers", section Installing Podman',
)
SOURCE_NOT_YET = Entry(
    "RC-332",
    "Podman would come from the kubic repository",
    "error",
    "it would come from devel:kubic:libcontainers:stable, which this version of the collection does not set up",
    "Upgrade the host to Ubuntu 22.04 or newer, or install Podman by hand and run again: an installed Podman is used",
    'Ray\'s guide, "Run multiple applications in different containers", section Installing Podman',
)
PACKAGE_LOCK = Entry(
    "RC-333",
    "Another program holds the package manager's lock",
    "error",
    "apt and dpkg let one program in at a time",
    "Let that program finish, or raise lock_timeout, and run again",
    "apt.conf(5), DPkg::Lock::Timeout",
)
PACKAGE_UNKNOWN = Entry(
    "RC-334",
    "The package sources do not offer a needed package",
    "error",
    "the host's apt sources do not list it, or their lists could not be fetched",
    "Check /etc/apt/sources.list.d and that the host reaches its mirror, for instance with `apt-get update`",
    "apt-get(8)",
)
PACKAGE_FAILED = Entry(
    "RC-335",
    "The package manager failed",
    "error",
    "apt-get could not carry the transaction out",
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
