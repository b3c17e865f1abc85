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
import shlex
import struct
import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.engine.package import Package
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands, Completed, last_line

__all__ = ["Packages", "lock_holder", "program"]

#: How long the package manager itself may take, in seconds: mirrors can be very slow.
TRANSACTION_TIMEOUT = 1800
#: Between two looks at a lock, in seconds.
PAUSE = 0.5


class Packages:
    """A package manager, driven through its own command line.

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
    #: Its commands, but for the names of packages.
    fetching: t.ClassVar[tuple[str, ...]] = ()
    installing: t.ClassVar[tuple[str, ...]] = ()
    removing: t.ClassVar[tuple[str, ...]] = ()
    #: Statuses that mean that it is done.
    done: t.ClassVar[tuple[int, ...]] = (0,)

    def __init__(self, commands: Commands, lock_timeout: float) -> None:
        self._commands = commands
        self._lock_timeout = lock_timeout
        #: What was said when the package lists were fetched, which may be the cause of a failure that follows.
        self._warning = ""

    def installed(self, names: t.Collection[str]) -> dict[str, Package]:
        """What the package manager's own database knows of *names*; at most one process, and no network."""
        return {}

    def interrupted(self) -> bool:
        """Whether the package manager was stopped in the middle of something that it wants finished first."""
        return False

    def lists_age(self) -> float | None:
        """Seconds since the package lists were last fetched, or None when there are none."""
        times = [os.stat(path).st_mtime for pattern in self.lists for path in glob.glob(pattern)]
        return max(0.0, time.time() - max(times)) if times else None

    def candidates(self, names: t.Sequence[str]) -> dict[str, str]:
        """The versions that the package lists offer, without network; a name that they do not know is left out."""
        return {}

    def offered_now(self, names: t.Sequence[str]) -> dict[str, str]:
        """The same by lists that are fetched into a directory of their own; empty where that cannot be told."""
        return {}

    def refresh(self) -> None:
        """Fetch the package lists."""
        self._change(self.fetching, "The package lists could not be fetched")

    def finish_interrupted(self) -> None:
        """Finish what was interrupted."""
        raise NotImplementedError

    def install(self, names: t.Sequence[str]) -> None:
        """Install or upgrade *names* in one transaction that never asks and brings nothing that is only recommended."""
        self._change((*self.installing, *names), f"The packages {', '.join(names)} could not be installed")

    def removal(self, brought: t.Collection[str]) -> dict[str, str]:
        """What goes with Podman, with versions: it, and what was *brought* with it or for its sake and nothing else needs."""
        return {name: package.version for name, package in self.installed(["podman"]).items() if package.installed}

    def remove(self, names: t.Sequence[str]) -> None:
        """Remove *names* in one transaction that never asks. Services of what goes are to stop."""
        what = f"The packages {', '.join(names)} could not be removed"
        environment = {name: value for name, value in self.environment.items() if name != "SYSTEMD_OFFLINE"}
        self._change((*self.removing, *names), what, environment)

    def _change(self, argv: tuple[str, ...], what: str, environment: t.Mapping[str, str] | None = None) -> Completed:
        done = self._run(argv, what, environment)
        if done.rc not in self.done:
            raise self._failure(done, what)
        return done

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
                from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import engine as catalogue

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
                from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import engine as catalogue

                raise catalogue.error(
                    catalogue.PACKAGE_LOCK,
                    what,
                    why=f"{holder} holds the package manager's lock, for longer than {self._lock_timeout:.0f} seconds",
                )
            time.sleep(PAUSE)

    def _failure(self, done: Completed, what: str) -> OperatorError:
        """What the tool's failure means."""
        from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import engine as catalogue

        why = self._why(done)
        if self._says(done, self.busy):
            return catalogue.error(catalogue.PACKAGE_LOCK, what, why=why)
        if self._says(done, self.unknown):
            return catalogue.error(
                catalogue.PACKAGE_UNKNOWN,
                what,
                why=f"{why}; {self._warning}" if self._warning else why,
                remedy=f"Check the host's package sources, and that it reaches them, with `{shlex.join(self.fetching)}`",
            )
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
