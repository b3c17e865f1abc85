# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subordinate ids: the user and group ids that a user's containers have beside the user's own.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

__all__ = [
    "SUBORDINATE_COUNT",
    "Ranges",
    "SubordinateRange",
    "first_free",
    "granted",
    "is_free",
    "parse_subordinate_ids",
    "ranges_of",
    "with_range",
]

#: Pairs of a first id and a count.
Ranges = t.Tuple[t.Tuple[int, int], ...]

#: Images own files as any of the classic 16 bit ids; a smaller range fails at pull ("potentially insufficient UIDs").
SUBORDINATE_COUNT = 65536

#: shadow's own limits (login.defs SUB_UID_MIN and SUB_UID_MAX).
FIRST, LAST = 100_000, 600_100_000


@dataclass(frozen=True)
class SubordinateRange:
    """One line of /etc/subuid or /etc/subgid."""

    owner: str
    start: int
    count: int

    @property
    def end(self) -> int:
        """The first id behind the range."""
        return self.start + self.count


def parse_subordinate_ids(text: str) -> tuple[SubordinateRange, ...]:
    """Read such a file; lines that shadow would pass over are passed over."""
    ranges = []
    for line in text.splitlines():
        fields = line.strip().split(":")
        if len(fields) == 3 and fields[1].isdigit() and fields[2].isdigit():
            ranges.append(SubordinateRange(fields[0], int(fields[1]), int(fields[2])))
    return tuple(ranges)


def granted(ranges: t.Iterable[SubordinateRange], user: str, uid: int | None) -> bool:
    """Whether *user* (by name or by number) has as many ids as images need."""
    owners = {user, str(uid)}
    return sum(item.count for item in ranges if item.owner in owners) >= SUBORDINATE_COUNT


def ranges_of(text: str, user: str, uid: int | None) -> Ranges:
    """The ranges that *user* (by name or by number) has by such a file's text."""
    owners = {user, str(uid)}
    return tuple((item.start, item.count) for item in parse_subordinate_ids(text) if item.owner in owners)


def is_free(start: int, count: int, taken: t.Iterable[SubordinateRange]) -> bool:
    """Whether a range that is large enough overlaps none of *taken*."""
    large = count >= SUBORDINATE_COUNT
    return large and all(start + SUBORDINATE_COUNT <= item.start or item.end <= start for item in taken)


def first_free(taken: t.Iterable[SubordinateRange]) -> int:
    """The lowest start of a range of `SUBORDINATE_COUNT` ids that overlaps none of *taken*."""
    start = FIRST
    for item in sorted(taken, key=lambda item: item.start):
        if item.start >= start + SUBORDINATE_COUNT:
            break
        start = max(start, item.end)
    if start + SUBORDINATE_COUNT > LAST:
        raise ValueError("no free range of subordinate ids")
    return start


def with_range(text: str, user: str, start: int) -> str:
    """The file's text with one more line."""
    separator = "" if not text or text.endswith("\n") else "\n"
    return f"{text}{separator}{user}:{start}:{SUBORDINATE_COUNT}\n"
