# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a host and found there, and what can be done to it.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.engine.distributions import EngineSource
from ansible_collections.ray.containers.plugins.module_utils._core.engine.package import Package
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Step

__all__ = [
    "EngineDesired",
    "EngineObserved",
    "FinishInterrupted",
    "InstallPackages",
    "RefreshPackageLists",
    "RemovePackages",
]


@dataclass(frozen=True)
class FinishInterrupted:
    """Let dpkg configure what an interrupted run has unpacked."""


@dataclass(frozen=True)
class RefreshPackageLists:
    """Fetch the package lists."""


@dataclass(frozen=True)
class InstallPackages:
    """Install or upgrade *packages* in one transaction, without recommended packages, never asking."""

    packages: tuple[str, ...]


@dataclass(frozen=True)
class RemovePackages:
    """Remove *packages* in one transaction."""

    packages: tuple[str, ...]


@dataclass(frozen=True)
class EngineDesired:
    """What the module was asked for.

    :param minimum_version: the lowest version that will do; empty for any.
    :param below_minimum: ``upgrade`` or ``refuse`` an installed Podman that is older.
    :param bridge_networks: whether to have what bridge networks of root need.
    :param firewall: whether to have nftables beside.
    :param absent: whether Podman is to go.
    """

    minimum_version: str = ""
    below_minimum: str = "upgrade"
    bridge_networks: bool = False
    firewall: bool = False
    absent: bool = False


@dataclass(frozen=True)
class EngineObserved:
    """What was found.

    :param source: where this distribution's packages come from; None where Podman is installed and no source is known.
    :param runtime: the OCI runtime that fits the host.
    :param needed: the packages that Ray's use needs here.
    :param packages: what dpkg knows of them.
    :param interrupted: whether dpkg was stopped in the middle of something.
    :param engine_path: a podman outside the package manager's hands, empty when there is none.
    :param engine_version: Podman's version, empty when it is not installed.
    :param lists_age: seconds since the package lists were fetched, None when there are none.
    :param candidates: versions that the package sources offer; asked for only when something is to be installed.
    :param offers: versions that the sources were just found to offer, by lists in a directory of their own; the host's
        lists are to have them.
    :param repository: what the kubic repository needs first, or when Podman goes, what goes after it.
    :param removal: what is to go with Podman, with versions.
    """

    source: EngineSource | None
    cgroup_layout: str
    runtime: str
    needed: tuple[str, ...] = ()
    packages: t.Mapping[str, Package] = field(default_factory=dict)
    interrupted: bool = False
    engine_path: str = ""
    engine_version: str = ""
    lists_age: float | None = None
    candidates: t.Mapping[str, str] = field(default_factory=dict)
    offers: t.Mapping[str, str] = field(default_factory=dict)
    repository: tuple[Step, ...] = ()
    removal: t.Mapping[str, str] = field(default_factory=dict)
