# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""apt and dpkg: what is installed, what is offered, and one transaction that never asks.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import fcntl
import os
import struct
import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import engine as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.dpkg_status import Package, installed_packages
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands, Completed, last_line

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

#: How long the package manager itself may take, in seconds: mirrors can be very slow.
TRANSACTION_TIMEOUT = 1800

#: Never ask, and leave the host's services alone: with SYSTEMD_OFFLINE maintainer scripts enable units but start,
#: restart and reload nothing, and needrestart only lists. podman would start its root API service otherwise.
ENVIRONMENT = {
    "DEBIAN_FRONTEND": "noninteractive",
    "APT_LISTCHANGES_FRONTEND": "none",
    "NEEDRESTART_MODE": "l",
    "NEEDRESTART_SUSPEND": "1",
    "SYSTEMD_OFFLINE": "1",
}

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


class AptPackages:
    """The package manager of Debian and what derives from it.

    :param lock_timeout: seconds to wait for a lock that another program holds.
    """

    def __init__(self, commands: Commands, lock_timeout: float) -> None:
        self._commands = commands
        self._lock_timeout = lock_timeout
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
            raise _failure(done, what)
        self._fetch_warning = next((line[2:].strip() for line in done.stderr.splitlines() if line[:2] == "W:"), "")

    def finish_interrupted(self) -> None:
        """Configure what an interrupted run has unpacked.

        What still lacks a dependency stays as it is: the installation that follows brings it, or tells.
        """
        argv = ("dpkg", "--configure", "--pending", "--force-confdef", "--force-confold")
        self._locked(argv, "dpkg could not finish an interrupted installation")

    def install(self, names: t.Sequence[str]) -> None:
        """Install or upgrade *names* in one transaction."""
        what = f"The packages {', '.join(names)} could not be installed"
        done = self._apt(("install", *INSTALL_OPTIONS, *names), what)
        if done.rc != 0:
            raise _failure(done, what, self._fetch_warning)

    def _apt(self, arguments: tuple[str, ...], what: str) -> Completed:
        return self._locked(("apt-get", f"--option=DPkg::Lock::Timeout={self._lock_timeout:.0f}", *arguments), what)

    def _locked(self, argv: tuple[str, ...], what: str) -> Completed:
        """Run *argv* when no lock is held; try again when another program comes between until the deadline."""
        if os.geteuid() != 0:
            raise OperatorError(what, why="packages are installed by root", remedy="Run the task with become: true")
        deadline = time.monotonic() + self._lock_timeout
        while True:
            self._wait_for_locks(deadline, what)
            done = self._commands.run(argv, env=ENVIRONMENT, check=False, timeout=TRANSACTION_TIMEOUT)
            if done.rc == 0 or "Could not get lock" not in done.stderr or time.monotonic() > deadline:
                return done

    def _wait_for_locks(self, deadline: float, what: str) -> None:
        while True:
            holder = next(filter(None, map(_lock_holder, LOCKS)), "")
            if not holder:
                return
            if time.monotonic() >= deadline:
                raise catalogue.error(
                    catalogue.PACKAGE_LOCK,
                    what,
                    why=f"{holder} holds the package manager's lock, for longer than {self._lock_timeout:.0f} seconds",
                )
            time.sleep(0.5)


def _failure(done: Completed, what: str, fetch_warning: str = "") -> OperatorError:
    lines = [line.strip() for line in done.stderr.splitlines() if line.startswith("E:")]
    why = "; ".join(line[2:].strip() for line in lines[:2]) or last_line(done.stderr) or last_line(done.stdout)
    if "Could not get lock" in done.stderr or "Unable to acquire" in done.stderr:
        return catalogue.error(catalogue.PACKAGE_LOCK, what, why=why)
    unknown = ("Unable to locate package", "has no installation candidate", "Couldn't find any package")
    if any(phrase in done.stderr for phrase in unknown):
        return catalogue.error(catalogue.PACKAGE_UNKNOWN, what, why=f"{why}; {fetch_warning}" if fetch_warning else why)
    return catalogue.error(catalogue.PACKAGE_FAILED, what, why=why)


def _lock_holder(path: str) -> str:
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
    return _program(pid)


def _program(pid: int) -> str:
    command = (files.read_text(f"/proc/{pid}/cmdline") or "").replace("\0", " ").strip()
    return f"`{command}` (process {pid})" if command else f"process {pid}"
