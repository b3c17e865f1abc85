# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes of this host, read from /proc.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os

from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text

__all__ = ["children"]


def children(pid: int) -> set[str]:
    """The names of the processes that *pid* has started and that still run; none when it has ended itself."""
    names = set()
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            name, _parenthesis, rest = (read_text(f"/proc/{process}/stat") or "").rpartition(")")
        except OSError:
            # It ended between the listing and the look.
            continue
        if rest and int(rest.split()[1]) == pid:
            names.add(name.partition("(")[2])
    return names
