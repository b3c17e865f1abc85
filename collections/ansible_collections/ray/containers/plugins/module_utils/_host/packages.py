# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Package managers: one small face for all of them, and what they share.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import fcntl
import glob
import os
import struct
import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import engine as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.engine.package import Package
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands, Completed, last_line

__all__ = ["Packages", "Tool", "lock_holder", "packages_of", "program"]

#: How long the package manager itself may take, in seconds: mirrors can be very slow.
TRANSACTION_TIMEOUT = 1800
#: Between two looks at a lock, in seconds.
PAUSE = 0.5


class Packages(t.Protocol):
    """What a capability needs of a host's package manager."""

    def installed(self, names: t.Collection[str]) -> t.Mapping[str, Package]:
        """What the package manager's own database knows of *names*; at most one process, and no network."""

    def interrupted(self) -> bool:
        """Whether the package manager was stopped in the middle of something that it wants finished first."""

    def lists_age(self) -> float | None:
        """Seconds since the package lists were last fetched, or None when there are none."""

    def candidates(self, names: t.Sequence[str]) -> t.Mapping[str, str]:
        """The versions that the package lists offer, without network; a name that they do not know is left out."""

    def refresh(self) -> None:
        """Fetch the package lists."""

    def finish_interrupted(self) -> None:
        """Finish what was interrupted."""

    def install(self, names: t.Sequence[str]) -> None:
        """Install or upgrade *names* in one transaction that never asks and brings nothing that is only recommended."""

    def removal(self, brought: t.Collection[str]) -> t.Mapping[str, str]:
        """What goes with Podman, with versions: it, and what was *brought* with it or for its sake and nothing else needs."""

    def remove(self, names: t.Sequence[str]) -> None:
        """Remove *names* in one transaction that never asks."""


def packages_of(family: str, commands: Commands, lock_timeout: float) -> Packages:
    """The package manager of a *family*, see `package_manager`; an unknown one has no packages.

    Each is imported here and not above, since a host has one of them and would compile the others for nothing.

    :param lock_timeout: seconds to wait for a lock that another program holds.
    """
    if family == "apt":
        from ansible_collections.ray.containers.plugins.module_utils._host.packages_apt import AptPackages

        return AptPackages(commands, lock_timeout)
    if family in ("dnf", "zypper"):
        from ansible_collections.ray.containers.plugins.module_utils._host import packages_rpm

        tool = packages_rpm.DnfPackages if family == "dnf" else packages_rpm.ZypperPackages
        return tool(commands, lock_timeout)
    if family == "pacman":
        from ansible_collections.ray.containers.plugins.module_utils._host.packages_pacman import PacmanPackages

        return PacmanPackages(commands, lock_timeout)
    if family == "apk":
        from ansible_collections.ray.containers.plugins.module_utils._host.packages_apk import ApkPackages

        return ApkPackages(commands, lock_timeout)
    return Tool(commands, lock_timeout)


class Tool:
    """A package manager that is driven through its own command line.

    :param lock_timeout: seconds to wait for a lock that another program holds.
    """

    #: Never ask, and leave the host's services alone: with SYSTEMD_OFFLINE a package's scripts enable units but start,
    #: restart and reload nothing. podman would start its root API service otherwise.
    environment: t.ClassVar[dict[str, str]] = {"SYSTEMD_OFFLINE": "1"}
    #: How the tool says that another program came between.
    busy: t.ClassVar[tuple[str, ...]] = ()
    #: How the tool says that its sources do not offer a package.
    unknown: t.ClassVar[tuple[str, ...]] = ()
    #: What its lines on a failure begin with.
    error_mark: t.ClassVar[str] = ""
    #: Files that change when the package lists are fetched, as patterns.
    lists: t.ClassVar[tuple[str, ...]] = ()
    #: Statuses that mean that it is done.
    done: t.ClassVar[tuple[int, ...]] = (0,)

    def __init__(self, commands: Commands, lock_timeout: float) -> None:
        self._commands = commands
        self._lock_timeout = lock_timeout

    def installed(self, names: t.Collection[str]) -> dict[str, Package]:
        return {}

    def interrupted(self) -> bool:
        return False

    def lists_age(self) -> float | None:
        times = [os.stat(path).st_mtime for pattern in self.lists for path in glob.glob(pattern)]
        return max(0.0, time.time() - max(times)) if times else None

    def candidates(self, names: t.Sequence[str]) -> dict[str, str]:
        return {}

    def refresh(self) -> None:
        raise NotImplementedError

    def finish_interrupted(self) -> None:
        raise NotImplementedError

    def install(self, names: t.Sequence[str]) -> None:
        raise NotImplementedError

    def removal(self, brought: t.Collection[str]) -> dict[str, str]:
        return {name: package.version for name, package in self.installed(["podman"]).items() if package.installed}

    def remove(self, names: t.Sequence[str]) -> None:
        raise NotImplementedError

    def _change(self, argv: tuple[str, ...], what: str, environment: t.Mapping[str, str] | None = None) -> None:
        done = self._run(argv, what, environment)
        if done.rc not in self.done:
            raise self._failure(done, what)

    def _holder(self) -> str:
        """The program that holds the package manager's lock, as an operator knows it; empty when nobody does."""
        return ""

    def _run(self, argv: tuple[str, ...], what: str, environment: t.Mapping[str, str] | None = None) -> Completed:
        """Run *argv* when no lock is held; try again when another program comes between until the deadline.

        :raises OperatorError: when the lock stays held.
        """
        if os.geteuid() != 0:
            raise OperatorError(what, why="packages are installed by root", remedy="Run the task with become: true")
        deadline = time.monotonic() + self._lock_timeout
        while True:
            self._wait_for_lock(deadline, what)
            done = self._commands.run(
                argv,
                env=self.environment if environment is None else environment,
                check=False,
                timeout=TRANSACTION_TIMEOUT,
            )
            if done.rc == 127 and "command not found" in done.stderr:
                raise catalogue.error(catalogue.NO_PACKAGE_MANAGER, what, why=f"this host has no {argv[0]}")
            if done.rc in self.done or not self._says(done, self.busy) or time.monotonic() > deadline:
                return done
            time.sleep(PAUSE)

    def _wait_for_lock(self, deadline: float, what: str) -> None:
        while True:
            holder = self._holder()
            if not holder:
                return
            if time.monotonic() >= deadline:
                raise catalogue.error(
                    catalogue.PACKAGE_LOCK,
                    what,
                    why=f"{holder} holds the package manager's lock, for longer than {self._lock_timeout:.0f} seconds",
                )
            time.sleep(PAUSE)

    def _failure(self, done: Completed, what: str, beside: str = "") -> OperatorError:
        """What the tool's failure means; *beside* is a warning that came before and may be the cause."""
        why = self._why(done)
        if self._says(done, self.busy):
            return catalogue.error(catalogue.PACKAGE_LOCK, what, why=why)
        if self._says(done, self.unknown):
            return catalogue.error(catalogue.PACKAGE_UNKNOWN, what, why=f"{why}; {beside}" if beside else why)
        return catalogue.error(catalogue.PACKAGE_FAILED, what, why=why)

    def _why(self, done: Completed) -> str:
        """The first two lines from the tool's mark of an error on; all that it said where there is no mark."""
        _before, mark, after = done.stderr.partition(self.error_mark) if self.error_mark else ("", "", "")
        said = (after if mark else done.stderr).replace(mark or "\0", "")
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        return "; ".join(lines[:2] if mark or not self.error_mark else lines[-1:]) or last_line(done.stdout)

    def _says(self, done: Completed, phrases: t.Iterable[str]) -> bool:
        return any(phrase in done.stderr or phrase in done.stdout for phrase in phrases)


def lock_holder(path: str) -> str:
    """The program that holds the lock on *path*, as an operator knows it; empty when nobody does."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        kind, _whence, _start, _length, pid = struct.unpack("hhqqi4x", fcntl.fcntl(handle, fcntl.F_GETLK, asked))
    except OSError:
        return ""
    finally:
        os.close(handle)
    if kind == fcntl.F_UNLCK:
        return ""
    return program(pid)


def program(pid: int) -> str:
    """A process as an operator knows it."""
    command = (files.read_text(f"/proc/{pid}/cmdline") or "").replace("\0", " ").strip()
    return f"`{command}` (process {pid})" if command else f"process {pid}"
