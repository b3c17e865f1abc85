# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading dpkg's status file, which costs no process.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.engine.package import Package

__all__ = ["installed_packages"]


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
