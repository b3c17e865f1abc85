# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""apt and dpkg: what is installed, what is offered, and one transaction that never asks.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import re
import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.engine.package import Package, installed_packages
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._host.packages.manager import Packages, lock_holder

__all__ = ["AptPackages"]

DPKG_STATUS = "/var/lib/dpkg/status"
DPKG_UPDATES = "/var/lib/dpkg/updates"
LISTS = "/var/lib/apt/lists"
#: Which packages were installed only because others need them.
EXTENDED_STATES = "/var/lib/apt/extended_states"
LOCKS = (
    "/var/lib/dpkg/lock-frontend",
    "/var/lib/dpkg/lock",
    "/var/lib/apt/lists/lock",
    "/var/cache/apt/archives/lock",
)


class AptPackages(Packages):
    """The package manager of Debian and what derives from it."""

    #: Maintainer scripts ask nothing, and needrestart only lists.
    environment: t.ClassVar[dict[str, str]] = {
        **Packages.environment,
        "DEBIAN_FRONTEND": "noninteractive",
        "APT_LISTCHANGES_FRONTEND": "none",
        "NEEDRESTART_MODE": "l",
        "NEEDRESTART_SUSPEND": "1",
    }
    busy = ("Could not get lock", "Unable to acquire")
    unknown = ("Unable to locate package", "has no installation candidate", "Couldn't find any package")
    error_mark = "E:"
    fetching = ("apt-get", "update", "--quiet=2", "--option=Acquire::Retries=3")
    installing = (
        *("apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", "--no-remove", "--fix-broken"),
        *("--option=Dpkg::Use-Pty=0", "--option=DPkg::Options::=--force-confdef"),
        *("--option=DPkg::Options::=--force-confold", "--option=Acquire::Retries=3"),
    )
    removing = ("apt-get", "remove", "--yes", "--quiet=2", "--option=Dpkg::Use-Pty=0")

    def installed(self, names: t.Collection[str]) -> dict[str, Package]:
        return installed_packages(files.read_text(DPKG_STATUS) or "", names)

    def lists_age(self) -> float | None:
        try:
            if not any(name.endswith("Release") for name in os.listdir(LISTS)):
                return None
            # An update that finds nothing new touches the directory of partial downloads alone.
            fetched = max(os.stat(path).st_mtime for path in (LISTS, f"{LISTS}/partial") if os.path.isdir(path))
        except FileNotFoundError:
            return None
        return max(0.0, time.time() - fetched)

    def candidates(self, names: t.Sequence[str]) -> dict[str, str]:
        # Asked only where something is to be installed.
        from ansible_collections.ray.containers.plugins.module_utils._core.engine.apt_words import parse_policy

        return parse_policy(self._commands.run(("apt-cache", "policy", *names), check=False).stdout)

    def interrupted(self) -> bool:
        """Whether dpkg was stopped in the middle of whatever package, or keeps changes that it has not merged."""
        if re.search(r"^Status: \S+ \S+ (half-|unpacked)", files.read_text(DPKG_STATUS) or "", re.MULTILINE):
            return True
        try:
            return any(name.isdigit() for name in os.listdir(DPKG_UPDATES))
        except FileNotFoundError:
            return False

    def offered_now(self, names: t.Sequence[str]) -> dict[str, str]:
        from ansible_collections.ray.containers.plugins.module_utils._host.packages.apt_trial import offered_now

        return offered_now(self._commands, names)

    def refresh(self) -> None:
        """Fetch the package lists. A source that cannot be reached is told by the installation, if it matters."""
        done = self._change(self.fetching, "The package lists could not be fetched")
        self._warning = next((line[2:].strip() for line in done.stderr.splitlines() if line[:2] == "W:"), "")

    def finish_interrupted(self) -> None:
        """Configure what an interrupted run has unpacked.

        What still lacks a dependency stays as it is: the installation that follows brings it, or tells.
        """
        argv = ("dpkg", "--configure", "--pending", "--force-confdef", "--force-confold")
        what = "dpkg could not finish an interrupted installation"
        done = self._run(argv, what)
        from ansible_collections.ray.containers.plugins.module_utils._core.engine.apt_words import stuck_package

        if done.rc != 0 and stuck_package(done.stderr):
            raise self._failure(done, what)

    def removal(self, brought: t.Collection[str]) -> dict[str, str]:
        """Podman, and what was *brought* with it or for its sake and nothing else needs; apt's own solver says what that is."""
        present = [name for name, package in self.installed(("podman", *brought)).items() if package.installed]
        if not present:
            return {}
        from ansible_collections.ray.containers.plugins.module_utils._core.engine.apt_words import (
            removed_in,
            with_automatic,
        )

        architecture = self._commands.run(("dpkg", "--print-architecture")).stdout.strip()
        states = files.read_text(EXTENDED_STATES) or ""
        superfluous = self._simulated(states, ("autoremove",))
        for_podman = [name for name in present if name != "podman"]
        podman = ("podman",) if "podman" in present else ()
        freed = self._simulated(with_automatic(states, for_podman, architecture), ("remove", "--autoremove", *podman))
        before = removed_in(superfluous)
        return {name: version for name, version in removed_in(freed).items() if name not in before or name in present}

    def _simulated(self, states: str, arguments: tuple[str, ...]) -> str:
        """What apt-get would do if its memory of why packages are there were *states*."""
        import tempfile

        with tempfile.NamedTemporaryFile("w", prefix="ray.containers.") as memory:
            memory.write(states)
            memory.flush()
            options = (
                f"--option=Dir::State::extended_states={memory.name}",
                # What is only recommended or suggested by something else is not needed by it.
                "--option=APT::AutoRemove::RecommendsImportant=false",
                "--option=APT::AutoRemove::SuggestsImportant=false",
            )
            done = self._commands.run(("apt-get", "--simulate", *options, *arguments), check=False)
        if done.rc != 0:
            raise self._failure(done, "apt cannot say what removing Podman would take with it")
        return done.stdout

    def _failure(self, done: Completed, what: str) -> OperatorError:
        from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import kubic as catalogue
        from ansible_collections.ray.containers.plugins.module_utils._core.engine.apt_words import stuck_package

        stuck = stuck_package(done.stderr)
        if stuck:
            name, reason = stuck
            return OperatorError(
                what,
                code=catalogue.PACKAGE_STUCK.code,
                why=f"dpkg cannot configure the package {name}: {reason}",
                remedy=f"Run `dpkg --configure {name}` on the host to see why, mend or remove that package, and run again",
            )
        return super()._failure(done, what)

    def _run(self, argv: tuple[str, ...], what: str, environment: t.Mapping[str, str] | None = None) -> Completed:
        if argv[0] == "apt-get":
            argv = (argv[0], f"--option=DPkg::Lock::Timeout={self._lock_timeout:.0f}", *argv[1:])
        return super()._run(argv, what, environment)

    def _holder(self) -> str:
        return next(filter(None, map(lock_holder, LOCKS)), "")
