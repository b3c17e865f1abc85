# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the capability `podman` needs only where something changes: its steps, and a memory of what was brought.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import shutil

from ansible_collections.ray.containers.plugins.module_utils._core.engine.distributions import EngineSource
from ansible_collections.ray.containers.plugins.module_utils._core.engine.package import upstream_version
from ansible_collections.ray.containers.plugins.module_utils._core.engine.plan import missing_packages, too_old
from ansible_collections.ray.containers.plugins.module_utils._core.engine.source import NFTABLES
from ansible_collections.ray.containers.plugins.module_utils._core.engine.state import (
    FinishInterrupted,
    InstallPackages,
    RefreshPackageLists,
    RemovePackages,
)
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.firewall.places import UNIT_PATH as FIREWALL
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Step
from ansible_collections.ray.containers.plugins.module_utils._host.command import SYSTEM_PATH
from ansible_collections.ray.containers.plugins.module_utils._host.packages.manager import Packages
from ansible_collections.ray.containers.plugins.module_utils._host.records import Records
from ansible_collections.ray.containers.plugins.module_utils._resource.kubic_repository import KubicRepository

__all__ = [
    "apply",
    "brought",
    "check_that_packages_last",
    "installed_version",
    "superfluous",
]

#: Where it is remembered which packages were brought, for the day that they go.
RECORD, BROUGHT = "podman", "brought"

#: What every package manager writes to.
SYSTEM = ("/usr", "/etc", "/var")
#: Made at boot where ostree has deployed /usr: Fedora CoreOS, the Atomic Desktops, bootc; see ostree(1).
OSTREE = "/run/ostree-booted"


def check_that_packages_last(names: tuple[str, ...], *, removing: bool = False) -> None:
    """Before anything is done: whether this host can take packages while it runs.

    :raises OperatorError: its system directories are read-only, or come with the image that it boots.
    """
    if not names:
        return
    closed = next((path for path in SYSTEM if os.statvfs(path).f_flag & os.ST_RDONLY), "")
    # MicroOS and SLE Micro; other hosts may have the program and no use for it.
    transactional = bool(closed and shutil.which("transactional-update", path=SYSTEM_PATH))
    ostree = os.path.exists(OSTREE)
    if closed or ostree:
        from ansible_collections.ray.containers.plugins.module_utils._core.engine import sentences

        raise sentences.not_while_it_runs(names, closed, transactional=transactional, ostree=ostree, removing=removing)


def apply(
    step: Step,
    packages: Packages,
    minimum_version: str,
    repository: KubicRepository | None,
    source: EngineSource | None,
) -> None:
    """Carry out a step of the plan.

    :raises OperatorError: it failed, or would bring a Podman that is older than *minimum_version*.
    """
    action = step.action
    if isinstance(action, FinishInterrupted):
        packages.finish_interrupted()
    elif isinstance(action, RefreshPackageLists):
        packages.refresh()
    elif isinstance(action, InstallPackages):
        _install(action.packages, packages, minimum_version, source)
    elif isinstance(action, RemovePackages):
        packages.remove(action.packages)
    elif repository:
        repository.apply(step)
    else:
        raise TypeError(f"nobody carries out {action!r}")


def _install(names: tuple[str, ...], packages: Packages, minimum: str, source: EngineSource | None) -> None:
    from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.engine import (
        PACKAGE_FAILED,
        PACKAGE_UNKNOWN,
    )
    from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error
    from ansible_collections.ray.containers.plugins.module_utils._core.engine import sentences

    # The lists may have been fetched only now.
    offered = packages.candidates(["podman"]) if minimum and "podman" in names else {}
    version = upstream_version(offered.get("podman", ""))
    if not too_old(version, minimum):
        # Before they are there: removing Podman takes them away again.
        Records(RECORD).put(BROUGHT, sorted({*missing_packages(names, packages.installed(names)), *brought()}))
        try:
            packages.install(names)
        except OperatorError as failure:
            if source and source.where and failure.code == PACKAGE_UNKNOWN.code:
                failure.remedy = f"{source.where}. Where that is done: {failure.remedy[0].lower()}{failure.remedy[1:]}"
            raise
        version = installed_version(packages)
        if "podman" in names and not version:
            raise error(PACKAGE_FAILED, "Podman is not installed", why="the package manager says that it is")
    if source and too_old(version, minimum):
        raise sentences.none_newer(source, version, minimum)


def installed_version(packages: Packages) -> str:
    """Podman's version as the package manager has it, empty when it has none."""
    podman = packages.installed(["podman"]).get("podman")
    return upstream_version(podman.version) if podman and podman.installed else ""


def superfluous() -> list[str]:
    """Those of what was brought that go with Podman: not nftables as long as a firewall of ours needs it."""
    return [name for name in brought() if name != NFTABLES or not os.path.exists(FIREWALL)]


def brought() -> list[str]:
    """The packages that were brought, and may be there still."""
    return list(Records(RECORD).get(BROUGHT) or [])
