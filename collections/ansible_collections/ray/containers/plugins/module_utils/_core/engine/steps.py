# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps that bring Podman to a host or take it away, in words and for diff mode.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.engine.plan import (
    EngineDesired,
    EngineObserved,
    FinishInterrupted,
    InstallPackages,
    RefreshPackageLists,
    RemovePackages,
)
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Step

__all__ = ["installation", "removal"]


def removal(observed: EngineObserved) -> t.Iterator[Step]:
    """Take away what is to go with Podman."""
    if observed.removal:
        names = tuple(observed.removal)
        before = "".join(f"{name} {version}\n" for name, version in observed.removal.items())
        summary = f"Remove {', '.join(names)}; images, containers and configuration stay"
        yield Step(RemovePackages(names), summary, before=before)


def installation(
    observed: EngineObserved,
    desired: EngineDesired,
    wanted: tuple[str, ...],
    versions: t.Mapping[str, str],
    *,
    refresh: bool,
) -> t.Iterator[Step]:
    """Finish what was interrupted, have the repository, fetch the lists, and install, as far as it is needed.

    :param versions: what is known for sure of the versions to come.
    :param refresh: whether the package lists will not do.
    """
    archive = f"the archive of {observed.source.distribution}" if observed.source else ""
    if observed.offers:
        archive = f"the kubic repository and {archive}"
    unfinished = [package for package in observed.packages.values() if package.interrupted]
    if unfinished or observed.interrupted:
        yield Step(
            FinishInterrupted(),
            "Let dpkg finish an installation that was interrupted",
            before="".join(f"{package.name} {package.state}\n" for package in unfinished),
            after="".join(f"{package.name} installed\n" for package in unfinished),
        )
    yield from observed.repository
    if refresh:
        yield Step(
            RefreshPackageLists(),
            "Fetch the package lists, which are missing, older than an hour, or do not name a needed package",
            before="package lists that will not do\n" if observed.lists_age is not None else "",
            after="package lists of now\n",
        )
    names = ", ".join(wanted)
    if observed.engine_version and "podman" in wanted:
        summary = f"Upgrade Podman to {desired.minimum_version} or newer from {archive} ({names})"
    else:
        summary = f"Install {names} from {archive}, without recommended packages"
    before = "".join(f"{name} {observed.packages[name].version}\n" for name in wanted if name in observed.packages)
    after = "".join(f"{name} {versions.get(name, '')}".strip() + "\n" for name in wanted)
    yield Step(InstallPackages(wanted), summary, before=before, after=after)
