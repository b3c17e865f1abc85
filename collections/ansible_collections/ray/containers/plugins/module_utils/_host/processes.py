# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes of this host, read from /proc.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os

from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text

__all__ = ["descendants"]


def descendants(pid: int) -> set[str]:
    """The names of the processes that *pid*, and those that it has started, have started and that still run."""
    started: dict[int, list[tuple[int, str]]] = {}
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            name, _parenthesis, rest = (read_text(f"/proc/{process}/stat") or "").rpartition(")")
        except OSError:
            # It ended between the listing and the look.
            continue
        if rest:
            started.setdefault(int(rest.split()[1]), []).append((int(process), name.partition("(")[2]))
    names, parents = set(), [pid]
    while parents:
        for child, name in started.get(parents.pop(), ()):
            names.add(name)
            parents.append(child)
    return names
