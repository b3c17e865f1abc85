# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A package as a host's package manager knows it; what dpkg knows costs no process.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.engine.os_release import version_tuple

__all__ = ["Package", "installed_packages", "newest", "upstream_version"]


@dataclass(frozen=True)
class Package:
    """A package that the package manager knows.

    :param state: ``installed``, or what else dpkg says of it: ``half-configured``, ``unpacked``, ``config-files``.
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


def upstream_version(version: str) -> str:
    """The upstream part of a package's version: ``4.3.1+ds1-8+deb12u1`` is ``4.3.1``, ``3:5.4.2-r1`` is ``5.4.2``."""
    upstream = version.rpartition(":")[2]
    for separator in ("-", "+", "~"):
        upstream = upstream.partition(separator)[0]
    return upstream


def newest(offers: t.Iterable[t.Sequence[str]]) -> dict[str, str]:
    """Of the pairs of a name and a version, the newest version of each; what is no pair is passed over."""
    found: dict[str, str] = {}
    for words in offers:
        if len(words) == 2 and version_tuple(upstream_version(words[1])) >= version_tuple(
            upstream_version(found.get(words[0], ""))
        ):
            found[words[0]] = words[1]
    return found


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
