# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports and ranges of them, as operators and nft write them.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

__all__ = ["Ranges", "is_port", "merged", "range_of", "ranges_text"]

#: The first and the last port of each range.
Ranges = tuple[tuple[int, int], ...]


def is_port(text: str) -> bool:
    """Whether this is the number of a TCP port."""
    return text.isascii() and text.isdigit() and 1 <= int(text) <= 65535


def range_of(written: object) -> tuple[int, int]:
    """The first and the last port of ``9100`` or ``29500-29600``.

    :raises OperatorError: it is neither.
    """
    first, dash, last = str(written).replace(" ", "").partition("-")
    if isinstance(written, bool) or not is_port(first) or not is_port(last if dash else first):
        raise OperatorError(
            f"{written!r} is no port", remedy="Give a port from 1 to 65535, or a range of them as 29500-29600"
        )
    found = int(first), int(last if dash else first)
    if found[0] > found[1]:
        raise OperatorError(f"{written!r} ends before it begins", remedy="Give the lower port first")
    return found


def merged(ranges: t.Iterable[tuple[int, int]]) -> Ranges:
    """The same ports in order, with ranges that touch or overlap made one: nft takes none that overlap."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return tuple(found)


def ranges_text(ranges: Ranges) -> str:
    """As nft and operators write them: ``6379, 10002-19999``."""
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)
