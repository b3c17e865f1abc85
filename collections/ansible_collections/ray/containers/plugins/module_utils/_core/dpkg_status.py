# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading dpkg's status file, which costs no process.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

__all__ = ["Package", "installed_packages", "upstream_version"]


@dataclass(frozen=True)
class Package:
    """A package that dpkg knows.

    :param state: the third word of its status: ``installed``, ``half-configured``, ``unpacked``, ``config-files``.
    """

    name: str
    version: str
    state: str

    @property
    def installed(self) -> bool:
        return self.state == "installed"

    @property
    def interrupted(self) -> bool:
        """Whether a package manager was stopped in the middle of this package."""
        return self.state in ("half-configured", "half-installed", "unpacked", "triggers-awaited", "triggers-pending")


def installed_packages(status: str, names: t.Collection[str]) -> dict[str, Package]:
    """Those of *names* that the text of /var/lib/dpkg/status knows, in whatever state."""
    wanted = set(names)
    found = {}
    for paragraph in status.split("\n\n"):
        name = paragraph.lstrip("\n").partition("\n")[0].partition(": ")[2]
        if name in wanted:
            fields = dict(line.split(": ", 1) for line in paragraph.splitlines() if ": " in line and line[0] != " ")
            found[name] = Package(name, fields.get("Version", ""), fields.get("Status", "").rpartition(" ")[2])
    return found


def upstream_version(version: str) -> str:
    """The upstream part of a Debian version: ``4.3.1+ds1-8+deb12u1`` is ``4.3.1``, ``3:5.4.2-1`` is ``5.4.2``."""
    upstream = version.rpartition(":")[2]
    for separator in ("-", "+", "~"):
        upstream = upstream.partition(separator)[0]
    return upstream
