# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""dnf and zypper, which both keep what is installed in rpm's database.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import tempfile
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.engine.package import Package, newest
from ansible_collections.ray.containers.plugins.module_utils._host.packages.manager import Packages, lock_holder

__all__ = ["DnfPackages", "ZypperPackages"]

#: Every program that changes rpm's database holds one of them; the first is dnf5's own.
LOCKS = ("/run/dnf/rpmtransaction.lock", "/usr/lib/sysimage/rpm/.rpm.lock", "/var/lib/rpm/.rpm.lock")

FORMAT = "%{NAME} %{VERSION}\\n"


class RpmPackages(Packages):
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
    fetching = ("dnf", "--quiet", "--refresh", "makecache")
    # --best, since a Podman that is installed already would be left as it is otherwise.
    installing = (
        *("dnf", "--assumeyes", "--quiet", "--best"),
        *("--setopt=install_weak_deps=False", "--setopt=exit_on_lock=True", "install"),
    )
    removing = (
        *("dnf", "--assumeyes", "--quiet"),
        *("--setopt=clean_requirements_on_remove=False", "--setopt=exit_on_lock=True", "remove"),
    )

    def candidates(self, names: t.Sequence[str]) -> dict[str, str]:
        return self._queried("--cacheonly", names)

    def offered_now(self, names: t.Sequence[str]) -> dict[str, str]:
        with tempfile.TemporaryDirectory(prefix="ray.containers.") as directory:
            return self._queried(f"--setopt=cachedir={directory}", names)

    def _queried(self, option: str, names: t.Sequence[str]) -> dict[str, str]:
        query = ("repoquery", "--latest-limit=1", "--queryformat", FORMAT.lower(), *names)
        done = self._commands.run(("dnf", option, "--quiet", *query), check=False)
        return newest(line.split() for line in done.stdout.splitlines())


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
    fetching = ("zypper", "--non-interactive", "--quiet", "refresh")
    installing = ("zypper", "--non-interactive", "--quiet", "--no-refresh", "install", "--no-recommends")
    removing = ("zypper", "--non-interactive", "--quiet", "remove")

    def candidates(self, names: t.Sequence[str]) -> dict[str, str]:
        return self._searched("--no-refresh", names)

    def offered_now(self, names: t.Sequence[str]) -> dict[str, str]:
        with tempfile.TemporaryDirectory(prefix="ray.containers.") as directory:
            return self._searched(f"--cache-dir={directory}", names)

    def _searched(self, option: str, names: t.Sequence[str]) -> dict[str, str]:
        query = ("search", "--details", "--match-exact", "--type", "package", *names)
        done = self._commands.run(("zypper", "--non-interactive", option, *query), check=False)
        rows = ([cell.strip() for cell in line.split("|")] for line in done.stdout.splitlines())
        return newest((row[1], row[3]) for row in rows if len(row) == 6 and row[2] == "package")
