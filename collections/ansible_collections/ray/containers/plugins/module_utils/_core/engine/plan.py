# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What brings Podman to a host: from what is installed to what Ray needs.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import engine as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.engine.os_release import version_tuple
from ansible_collections.ray.containers.plugins.module_utils._core.engine.package import Package, upstream_version
from ansible_collections.ray.containers.plugins.module_utils._core.engine.source import EngineSource, engine_packages
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step

__all__ = [
    "EngineDesired",
    "EngineObserved",
    "FinishInterrupted",
    "InstallPackages",
    "RefreshPackageLists",
    "RemovePackages",
    "engine_too_old",
    "missing_packages",
    "needed_packages",
    "plan_engine",
    "too_old",
]

#: Lists older than this may name packages that the mirror has replaced meanwhile (seconds).
LISTS_MAX_AGE = 3600


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
    """What the module was asked for: a lowest version (empty for any), what bridge networks of root need, or no Podman."""

    minimum_version: str = ""
    bridge_networks: bool = False
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
    :param offers: versions that apt has just found in the kubic repository; they come with the package lists.
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


def needed_packages(
    source: EngineSource | None,
    desired: EngineDesired,
    *,
    runtime: str,
    fuse_overlayfs: bool,
    systemd: bool,
    engine_path: str,
) -> tuple[str, ...]:
    """The packages to have; a Podman that was built or unpacked by hand keeps its place and its network stack."""
    if source is None:
        return ()
    packages = engine_packages(
        source,
        runtime=runtime,
        fuse_overlayfs=fuse_overlayfs,
        systemd=systemd,
        bridge_networks=desired.bridge_networks,
    )
    by_hand = ("podman", source.network_stack) if engine_path else ()
    return tuple(name for name in packages if name not in by_hand)


def missing_packages(needed: t.Iterable[str], packages: t.Mapping[str, Package]) -> tuple[str, ...]:
    """Those of *needed* that are not installed, in their order."""
    return tuple(name for name in needed if name not in packages or not packages[name].installed)


def too_old(version: str, minimum: str) -> bool:
    """Whether *version* is below *minimum*; an unknown version is not."""
    return bool(version and minimum) and version_tuple(version) < version_tuple(minimum)


def plan_engine(desired: EngineDesired, observed: EngineObserved) -> Plan:
    """Decide what to install, or to remove.

    :raises OperatorError: when the minimum version cannot be had.
    """
    if desired.absent:
        from ansible_collections.ray.containers.plugins.module_utils._core.engine import steps

        return Plan((*steps.removal(observed), *observed.repository))
    missing = missing_packages(observed.needed, observed.packages)
    outdated = too_old(observed.engine_version, desired.minimum_version)
    if outdated and "podman" not in observed.needed:
        raise engine_too_old(observed.engine_version, desired.minimum_version)
    wanted = missing if not outdated or "podman" in missing else ("podman", *missing)
    if not wanted or observed.source is None:
        return Plan(observed.repository)
    # Arch Linux is upgraded as a whole or not at all: newer lists alone would bring what does not fit the host.
    lasting = observed.source.family == "pacman"
    # Here and not above: an unchanged run need not compile it.
    from ansible_collections.ray.containers.plugins.module_utils._core.engine import steps

    stale = observed.lists_age is None or (observed.lists_age > LISTS_MAX_AGE and not lasting)
    unknown = any(not observed.candidates.get(name) for name in wanted)
    unlisted = any(observed.candidates.get(name) != version for name, version in observed.offers.items())
    refresh = stale or unknown or unlisted
    # What old lists offer may be outdated; what was just found in the kubic repository is not.
    versions = {**({} if refresh else observed.candidates), **observed.offers}
    candidate = upstream_version(versions.get("podman", ""))
    if too_old(candidate, desired.minimum_version):
        raise engine_too_old(candidate, desired.minimum_version)
    return Plan(tuple(steps.installation(observed, desired, wanted, versions, refresh=refresh)))


def engine_too_old(version: str, minimum: str) -> Exception:
    """The error for a host that can have only *version*."""
    return catalogue.error(
        catalogue.ENGINE_TOO_OLD, f"Podman {minimum} or newer is asked for, and this host can have {version}"
    )
