# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What brings Podman to a host: from what is installed to what Ray needs, and what a version of it can do.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.engine.os_release import version_tuple
from ansible_collections.ray.containers.plugins.module_utils._core.engine.package import Package, upstream_version
from ansible_collections.ray.containers.plugins.module_utils._core.engine.state import EngineDesired, EngineObserved
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan

__all__ = [
    "lists_will_do",
    "missing_packages",
    "capabilities_of",
    "plan_engine",
    "to_upgrade",
    "too_old",
]

#: Lists older than this may name packages that the mirror has replaced meanwhile (seconds).
LISTS_MAX_AGE = 3600


def missing_packages(needed: t.Iterable[str], packages: t.Mapping[str, Package]) -> tuple[str, ...]:
    """Those of *needed* that are not installed, in their order."""
    return tuple(name for name in needed if name not in packages or not packages[name].installed)


def too_old(version: str, minimum: str) -> bool:
    """Whether *version* is below *minimum*; an unknown version is not."""
    return bool(version and minimum) and version_tuple(version) < version_tuple(minimum)


def to_upgrade(desired: EngineDesired, version: str, needed: t.Container[str]) -> bool:
    """Whether the installed Podman of *version* (empty for none) is to be upgraded.

    :raises OperatorError: it is older than the minimum, and must be kept or did not come in a package.
    """
    if not too_old(version, desired.minimum_version):
        return False
    if desired.below_minimum == "upgrade" and "podman" in needed:
        return True
    # Here and not above: only a host that is refused need compile it.
    from ansible_collections.ray.containers.plugins.module_utils._core.engine import sentences

    raise sentences.below_minimum(version, desired.minimum_version, kept=desired.below_minimum == "refuse")


def capabilities_of(version: str) -> dict[str, bool]:
    """What this version can do, by name; an unknown version (empty) meets nothing for certain.

    ``root_keep_id``: Ray's ``--userns=keep-id`` by root was passed over before 4.1 (v4.0.3 pkg/specgen/generate/namespaces.go),
    refused from 4.1 on, and works since 4.5.0 (RELEASE_NOTES.md, #17337).

    ``cdi_option``: ``--device nvidia.com/gpu=all``; before 4.1 for formats that are older than what nvidia-ctk writes (vendored
    container-device-interface, pkg/cdi/spec.go, validSpecVersions).

    ``cdi_in_containers_conf``: since 4.4.0 (RELEASE_NOTES.md, #16232).
    """
    number = version_tuple(version)
    known = bool(number)
    return {
        "root_keep_id": known and not (4, 1) <= number < (4, 5),
        "cdi_option": known and number >= (4, 1),
        "cdi_in_containers_conf": known and number >= (4, 4),
    }


def lists_will_do(lists_age: float | None, family: str) -> bool:
    """Whether package lists are there and recent.

    Arch Linux is upgraded as a whole or not at all: newer lists alone would bring what does not fit the host.

    :param lists_age: in seconds, None when there are none.
    """
    return lists_age is not None and (lists_age <= LISTS_MAX_AGE or family == "pacman")


def plan_engine(desired: EngineDesired, observed: EngineObserved) -> Plan:
    """Decide what to install, or to remove.

    :raises OperatorError: when the minimum version cannot be had.
    """
    if desired.absent:
        from ansible_collections.ray.containers.plugins.module_utils._core.engine import sentences

        return Plan((*sentences.removal(observed), *observed.repository))
    missing = missing_packages(observed.needed, observed.packages)
    outdated = to_upgrade(desired, observed.engine_version, observed.needed)
    wanted = missing if not outdated or "podman" in missing else ("podman", *missing)
    if not wanted or observed.source is None:
        return Plan(observed.repository)
    # Here and not above: an unchanged run need not compile it.
    from ansible_collections.ray.containers.plugins.module_utils._core.engine import sentences

    stale = not lists_will_do(observed.lists_age, observed.source.family)
    unknown = any(not observed.candidates.get(name) for name in wanted)
    unlisted = any(observed.candidates.get(name) != version for name, version in observed.offers.items())
    refresh = stale or unknown or unlisted
    # What old lists offer may be outdated; what was just found is not.
    versions = {**({} if refresh else observed.candidates), **observed.offers}
    candidate = upstream_version(versions.get("podman", ""))
    if too_old(candidate, desired.minimum_version):
        raise sentences.none_newer(observed.source, candidate, desired.minimum_version)
    return Plan(tuple(sentences.installation(observed, desired, wanted, versions, refresh=refresh)))
