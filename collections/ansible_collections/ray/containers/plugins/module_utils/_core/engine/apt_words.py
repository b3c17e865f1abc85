# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What apt says: candidates, simulations, and the package that stands in the way.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

__all__ = ["parse_policy", "removed_in", "stuck_package", "with_automatic"]

#: As dpkg 1.19 to 1.22 say it: lib/dpkg/error.c and src/main/errors.c.
_STUCK = re.compile(r"^dpkg: error processing package (\S+) \(--configure\):\n(.*)", re.MULTILINE)


def parse_policy(text: str) -> dict[str, str]:
    """The candidates that `apt-cache policy` names; a package without one is left out."""
    found = {}
    name = ""
    for line in text.splitlines():
        if line and not line.startswith(" "):
            name = line.rstrip(":")
        elif line.strip().startswith("Candidate:"):
            found[name] = line.partition(":")[2].strip()
    return {name: version for name, version in found.items() if version != "(none)"}


def removed_in(simulation: str) -> dict[str, str]:
    """The packages that `apt-get --simulate` would remove, with their versions."""
    found = re.findall(r"^(?:Remv|Purg) (\S+) \[([^\]]+)\]", simulation, re.MULTILINE)
    return {name.partition(":")[0]: version for name, version in found}


def stuck_package(stderr: str) -> tuple[str, str] | None:
    """The first package that dpkg could not configure for a reason of its own, and that reason.

    A package that only lacks another one is not stuck: a transaction that brings it mends that.
    """
    found: list[tuple[str, str]] = [(name, reason.strip()) for name, reason in _STUCK.findall(stderr)]
    return next((pair for pair in found if not pair[1].startswith("dependency problems")), None)


def with_automatic(states: str, names: t.Iterable[str], architecture: str) -> str:
    """The text of apt's extended_states with *names* marked as installed for others' sake."""
    marks = (f"Package: {name}\nArchitecture: {architecture}\nAuto-Installed: 1\n\n" for name in names)
    return "".join((*marks, states))
