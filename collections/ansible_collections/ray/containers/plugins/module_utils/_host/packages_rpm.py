# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""dnf and zypper, which both keep what is installed in rpm's database.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.engine.package import Package, newest
from ansible_collections.ray.containers.plugins.module_utils._host.packages import Tool, lock_holder

__all__ = ["DnfPackages", "ZypperPackages"]

#: Every program that changes rpm's database holds one of them; the first is dnf5's own.
LOCKS = ("/run/dnf/rpmtransaction.lock", "/usr/lib/sysimage/rpm/.rpm.lock", "/var/lib/rpm/.rpm.lock")

FORMAT = "%{NAME} %{VERSION}\\n"


class RpmPackages(Tool):
    """What rpm's database says."""

    def installed(self, names: t.Collection[str]) -> dict[str, Package]:
        # The status is the number of packages that are missing, and each has a line of words.
        done = self._commands.run(("rpm", "--query", "--queryformat", FORMAT, *names), check=False)
        found = (line.split() for line in done.stdout.splitlines())
        return {words[0]: Package(words[0], words[1], "installed") for words in found if len(words) == 2}

    def _holder(self) -> str:
        return next(filter(None, map(lock_holder, LOCKS)), "")


class DnfPackages(RpmPackages):
    """dnf of Fedora and Enterprise Linux: versions 4 and 5, which spell everything here the same way."""

    lists = ("/var/cache/dnf/*/repodata/repomd.xml", "/var/cache/libdnf5/*/repodata/repomd.xml")
    busy = ("already locked by", "Failed to obtain rpm transaction lock")
    unknown = ("Unable to find a match", "No match for argument", "No package")
    error_mark = "Error:"

    def candidates(self, names: t.Sequence[str]) -> dict[str, str]:
        query = ("repoquery", "--latest-limit=1", "--queryformat", FORMAT.lower(), *names)
        done = self._commands.run(("dnf", "--cacheonly", "--quiet", *query), check=False)
        return newest(line.split() for line in done.stdout.splitlines())

    def refresh(self) -> None:
        self._change(("dnf", "--quiet", "--refresh", "makecache"), "The package lists could not be fetched")

    def install(self, names: t.Sequence[str]) -> None:
        # --best, since a Podman that is installed already would be left as it is otherwise.
        options = ("--assumeyes", "--quiet", "--best", "--setopt=install_weak_deps=False", "--setopt=exit_on_lock=True")
        self._change(("dnf", *options, "install", *names), f"The packages {', '.join(names)} could not be installed")

    def remove(self, names: t.Sequence[str]) -> None:
        options = (
            "--assumeyes",
            "--quiet",
            "--setopt=clean_requirements_on_remove=False",
            "--setopt=exit_on_lock=True",
        )
        self._change(("dnf", *options, "remove", *names), f"The packages {', '.join(names)} could not be removed", {})


class ZypperPackages(RpmPackages):
    """zypper of openSUSE and SUSE Linux Enterprise."""

    lists = (
        "/var/cache/zypp/raw/*/repodata",
        "/var/cache/zypp/raw/*/repodata/repomd.xml",
        "/var/cache/zypp/solv/*/cookie",
    )
    busy = ("System management is locked",)
    unknown = ("No provider of",)
    #: Done, and a reboot or a restart of the package manager is advised; see zypper(8), EXIT CODES.
    done = (0, 102, 103)

    def candidates(self, names: t.Sequence[str]) -> dict[str, str]:
        query = ("search", "--details", "--match-exact", "--type", "package", *names)
        done = self._commands.run(("zypper", "--non-interactive", "--no-refresh", *query), check=False)
        rows = ([cell.strip() for cell in line.split("|")] for line in done.stdout.splitlines())
        return newest((row[1], row[3]) for row in rows if len(row) == 6 and row[2] == "package")

    def refresh(self) -> None:
        self._change(("zypper", "--non-interactive", "--quiet", "refresh"), "The package lists could not be fetched")

    def install(self, names: t.Sequence[str]) -> None:
        argv = ("zypper", "--non-interactive", "--quiet", "--no-refresh", "install", "--no-recommends", *names)
        self._change(argv, f"The packages {', '.join(names)} could not be installed")

    def remove(self, names: t.Sequence[str]) -> None:
        argv = ("zypper", "--non-interactive", "--quiet", "remove", *names)
        self._change(argv, f"The packages {', '.join(names)} could not be removed", {})
