# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""pacman of Arch Linux.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import glob
import os
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.engine.package import Package, newest
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._host.packages.manager import Packages, program

__all__ = ["PacmanPackages"]

DATABASE = "/var/lib/pacman/local"
LOCK = "/var/lib/pacman/db.lck"


class PacmanPackages(Packages):
    """The package manager of Arch Linux and what derives from it.

    Arch is upgraded as a whole or not at all, so lists that are there are taken as they are, however old: new ones would
    bring packages that are linked against libraries which the host does not have yet.
    """

    lists = ("/var/lib/pacman/sync/*.db",)
    busy = ("unable to lock database",)
    unknown = ("target not found",)
    error_mark = "error:"
    fetching = ("pacman", "--sync", "--refresh", "--noconfirm")
    installing = ("pacman", "--sync", "--needed", "--noconfirm", "--noprogressbar")
    removing = ("pacman", "--remove", "--noconfirm", "--noprogressbar")

    def installed(self, names: t.Collection[str]) -> dict[str, Package]:
        found = {}
        for directory in os.listdir(DATABASE) if os.path.isdir(DATABASE) else ():
            name, version, _release = [*directory.rsplit("-", 2), "", ""][:3]
            if name in names:
                found[name] = Package(name, version, "installed")
        return found

    def candidates(self, names: t.Sequence[str]) -> dict[str, str]:
        done = self._commands.run(("pacman", "--sync", "--info", *names), check=False)
        fields = [line.split(" : ", 1) for line in done.stdout.splitlines() if " : " in line]
        values = {
            title: [value.strip() for name, value in fields if name.strip() == title] for title in ("Name", "Version")
        }
        return newest(zip(values["Name"], values["Version"]))

    def _holder(self) -> str:
        """pacman keeps its lock file open; one that nobody has open was left behind, and pacman waits for its removal."""
        if not os.path.exists(LOCK):
            return ""
        for link in glob.glob("/proc/[0-9]*/fd/*"):
            try:
                if os.readlink(link) == LOCK:
                    return program(int(link.split("/")[2]))
            except OSError:  # the process has ended meanwhile
                continue
        return f"The file {LOCK}, which a killed pacman has left behind and no program has open,"

    def _failure(self, done: Completed, what: str) -> OperatorError:
        if "failed retrieving file" in done.stderr and "404" in done.stderr:
            from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import engine as catalogue

            return catalogue.error(catalogue.OUTDATED_LISTS, what, why=self._why(done))
        return super()._failure(done, what)
