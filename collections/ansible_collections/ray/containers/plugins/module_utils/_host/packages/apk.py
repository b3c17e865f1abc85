# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""apk of Alpine Linux, versions 2 and 3.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.engine.package import Package, newest
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.packages.manager import Packages, lock_holder

__all__ = ["ApkPackages"]

#: Alpine has moved its own files below /usr in 2026.
DATABASES = ("/usr/lib/apk/db", "/lib/apk/db")


class ApkPackages(Packages):
    """The package manager of Alpine Linux and what derives from it."""

    lists = ("/var/cache/apk/APKINDEX.*.tar.gz", "/etc/apk/cache/APKINDEX.*.tar.gz")
    busy = ("nable to lock database",)
    unknown = ("no such package",)
    error_mark = "ERROR:"
    fetching = ("apk", "--quiet", "update")
    installing = ("apk", "--quiet", "add", "--upgrade")
    removing = ("apk", "--quiet", "del")

    def installed(self, names: t.Collection[str]) -> dict[str, Package]:
        text = next(filter(None, (files.read_text(f"{path}/installed") for path in DATABASES)), "")
        found = {}
        for paragraph in text.split("\n\n"):
            fields = dict(line.split(":", 1) for line in paragraph.splitlines() if line[:2] in ("P:", "V:"))
            if fields.get("P") in names:
                found[fields["P"]] = Package(fields["P"], fields.get("V", ""), "installed")
        return found

    def candidates(self, names: t.Sequence[str]) -> dict[str, str]:
        return self._searched("--no-network", names)

    def offered_now(self, names: t.Sequence[str]) -> dict[str, str]:
        return self._searched("--no-cache", names)

    def _searched(self, option: str, names: t.Sequence[str]) -> dict[str, str]:
        done = self._commands.run(("apk", option, "search", "--exact", *names), check=False)
        found = (line.strip().rsplit("-", 2) for line in done.stdout.splitlines() if line.count("-") > 1)
        return newest((name, f"{version}-{release}") for name, version, release in found)

    def _holder(self) -> str:
        return next(filter(None, (lock_holder(f"{path}/lock") for path in DATABASES)), "")
