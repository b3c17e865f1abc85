# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The package manager of this host.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.packages.manager import Packages

__all__ = ["packages_of"]


def packages_of(family: str, commands: Commands, lock_timeout: float) -> Packages:
    """The package manager of a *family*, see `package_manager`; an unknown one has no packages.

    Each is imported here and not above, since a host has one of them and would compile the others for nothing.

    :param lock_timeout: seconds to wait for a lock that another program holds.
    """
    if family == "apt":
        from ansible_collections.ray.containers.plugins.module_utils._host.packages.apt import AptPackages

        return AptPackages(commands, lock_timeout)
    if family in ("dnf", "zypper"):
        from ansible_collections.ray.containers.plugins.module_utils._host.packages import rpm as packages_rpm

        tool = packages_rpm.DnfPackages if family == "dnf" else packages_rpm.ZypperPackages
        return tool(commands, lock_timeout)
    if family == "pacman":
        from ansible_collections.ray.containers.plugins.module_utils._host.packages.pacman import PacmanPackages

        return PacmanPackages(commands, lock_timeout)
    if family == "apk":
        from ansible_collections.ray.containers.plugins.module_utils._host.packages.apk import ApkPackages

        return ApkPackages(commands, lock_timeout)
    return Packages(commands, lock_timeout)
