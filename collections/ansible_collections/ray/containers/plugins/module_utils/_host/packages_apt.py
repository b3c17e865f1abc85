# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""apt and dpkg: what is installed, what is offered, and one transaction that never asks.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.dpkg_status import installed_packages
from ansible_collections.ray.containers.plugins.module_utils._core.package import Package
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands, Completed
from ansible_collections.ray.containers.plugins.module_utils._host.packages import Tool, lock_holder

__all__ = ["AptPackages"]

DPKG_STATUS = "/var/lib/dpkg/status"
DPKG_UPDATES = "/var/lib/dpkg/updates"
LISTS = "/var/lib/apt/lists"
LOCKS = (
    "/var/lib/dpkg/lock-frontend",
    "/var/lib/dpkg/lock",
    "/var/lib/apt/lists/lock",
    "/var/cache/apt/archives/lock",
)

INSTALL_OPTIONS = (
    "--yes",
    "--quiet=2",
    "--no-install-recommends",
    "--no-remove",
    "--fix-broken",
    "--option=Dpkg::Use-Pty=0",
    "--option=DPkg::Options::=--force-confdef",
    "--option=DPkg::Options::=--force-confold",
    "--option=Acquire::Retries=3",
)


class AptPackages(Tool):
    """The package manager of Debian and what derives from it."""

    #: Maintainer scripts ask nothing, and needrestart only lists.
    environment: t.ClassVar[dict[str, str]] = {
        **Tool.environment,
        "DEBIAN_FRONTEND": "noninteractive",
        "APT_LISTCHANGES_FRONTEND": "none",
        "NEEDRESTART_MODE": "l",
        "NEEDRESTART_SUSPEND": "1",
    }
    busy = ("Could not get lock", "Unable to acquire")
    unknown = ("Unable to locate package", "has no installation candidate", "Couldn't find any package")
    error_mark = "E:"

    def __init__(self, commands: Commands, lock_timeout: float) -> None:
        super().__init__(commands, lock_timeout)
        self._fetch_warning = ""

    def installed(self, names: t.Collection[str]) -> dict[str, Package]:
        """What dpkg knows of *names*; reads its status file and starts no process."""
        return installed_packages(files.read_text(DPKG_STATUS) or "", names)

    def lists_age(self) -> float | None:
        """Seconds since the package lists were last fetched, or None when there are none."""
        try:
            if not any(name.endswith("Release") for name in os.listdir(LISTS)):
                return None
            # An update that finds nothing new touches the directory of partial downloads alone.
            fetched = max(os.stat(path).st_mtime for path in (LISTS, f"{LISTS}/partial") if os.path.isdir(path))
        except FileNotFoundError:
            return None
        return max(0.0, time.time() - fetched)

    def candidates(self, names: t.Sequence[str]) -> dict[str, str]:
        """The versions that the package lists offer; a name that they do not know is left out."""
        done = self._commands.run(("apt-cache", "policy", *names), check=False)
        found = {}
        name = ""
        for line in done.stdout.splitlines():
            if line and not line.startswith(" "):
                name = line.rstrip(":")
            elif line.strip().startswith("Candidate:"):
                found[name] = line.partition(":")[2].strip()
        return {name: version for name, version in found.items() if version != "(none)"}

    def interrupted(self) -> bool:
        """Whether dpkg was stopped in the middle: it then keeps the changes of states that it has not merged."""
        try:
            return any(name.isdigit() for name in os.listdir(DPKG_UPDATES))
        except FileNotFoundError:
            return False

    def refresh(self) -> None:
        """Fetch the package lists. A source that cannot be reached is told by the installation, if it matters."""
        what = "The package lists could not be fetched"
        done = self._apt(("update", "--quiet=2", "--option=Acquire::Retries=3"), what)
        if done.rc != 0:
            raise self._failure(done, what)
        self._fetch_warning = next((line[2:].strip() for line in done.stderr.splitlines() if line[:2] == "W:"), "")

    def finish_interrupted(self) -> None:
        """Configure what an interrupted run has unpacked.

        What still lacks a dependency stays as it is: the installation that follows brings it, or tells.
        """
        argv = ("dpkg", "--configure", "--pending", "--force-confdef", "--force-confold")
        self._run(argv, "dpkg could not finish an interrupted installation")

    def install(self, names: t.Sequence[str]) -> None:
        """Install or upgrade *names* in one transaction."""
        what = f"The packages {', '.join(names)} could not be installed"
        done = self._apt(("install", *INSTALL_OPTIONS, *names), what)
        if done.rc != 0:
            raise self._failure(done, what, self._fetch_warning)

    def _apt(self, arguments: tuple[str, ...], what: str) -> Completed:
        return self._run(("apt-get", f"--option=DPkg::Lock::Timeout={self._lock_timeout:.0f}", *arguments), what)

    def _holder(self) -> str:
        return next(filter(None, map(lock_holder, LOCKS)), "")
