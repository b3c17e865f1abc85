# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the capability `podman` needs only where something changes: the kubic repository, and a memory of what was brought.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.engine.package import upstream_version
from ansible_collections.ray.containers.plugins.module_utils._core.engine.plan import (
    FinishInterrupted,
    InstallPackages,
    RefreshPackageLists,
    RemovePackages,
    engine_too_old,
    too_old,
)
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Step
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.packages import Packages
from ansible_collections.ray.containers.plugins.module_utils._host.records import Records
from ansible_collections.ray.containers.plugins.module_utils._resource.kubic_repository import (
    KubicRepository,
    desired_of,
)

__all__ = ["apply", "brought", "installed_version", "remember", "repository"]

#: Where it is remembered which packages were brought, for the day that they go.
RECORD, BROUGHT = "podman", "brought"


def repository(
    commands: Commands, parameters: t.Mapping[str, t.Any], directory: str, wanted: tuple[str, ...]
) -> tuple[KubicRepository, tuple[Step, ...], t.Mapping[str, str]]:
    """The kubic repository, what it needs, and what it offers of *wanted*; without a directory it is to go."""
    found = KubicRepository(commands, desired_of(parameters, directory, wanted))
    if directory and not wanted and found.left_alone():
        return found, (), {}
    observed = found.observe()
    return found, found.plan(observed).steps, observed.offers


def apply(step: Step, packages: Packages, minimum_version: str, repository: KubicRepository | None) -> None:
    """Carry out a step of the plan.

    :raises OperatorError: it failed, or brought a Podman that is older than *minimum_version*.
    """
    action = step.action
    if isinstance(action, FinishInterrupted):
        packages.finish_interrupted()
    elif isinstance(action, RefreshPackageLists):
        packages.refresh()
    elif isinstance(action, InstallPackages):
        remember(packages, action.packages)
        packages.install(action.packages)
        version = installed_version(packages)
        if too_old(version, minimum_version):
            raise engine_too_old(version, minimum_version)
    elif isinstance(action, RemovePackages):
        packages.remove(action.packages)
    elif repository:
        repository.apply(step)
    else:
        raise TypeError(f"nobody carries out {action!r}")


def installed_version(packages: Packages) -> str:
    """Podman's version as the package manager has it, empty when it has none."""
    podman = packages.installed(["podman"]).get("podman")
    return upstream_version(podman.version) if podman and podman.installed else ""


def remember(packages: Packages, wanted: tuple[str, ...]) -> None:
    """Note which of *wanted* are brought, before they are: removing Podman takes them away again."""
    present = packages.installed(wanted)
    new = {name for name in wanted if name not in present or not present[name].installed}
    Records(RECORD).put(BROUGHT, sorted(new.union(brought())))


def brought() -> list[str]:
    """The packages that were brought, and may be there still."""
    return list(Records(RECORD).get(BROUGHT) or [])
