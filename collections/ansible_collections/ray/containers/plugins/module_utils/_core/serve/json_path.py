# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of a JSON document by the JSONPath expressions that name places (RFC 9535): ``$.choices[0].text``, ``$['a b'][*]``.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

__all__ = ["found", "readable"]

_SEGMENT = re.compile(
    r"""\.(?P<name>[^\s.\[\]'"*]+)|\.(?P<any>\*)|\[(?P<index>-?\d+)\]|\[(?P<every>\*)\]|\[(?P<quote>['"])(?P<quoted>.*?)(?P=quote)\]"""
)


def readable(path: str) -> bool:
    """Whether *path* is one of those expressions."""
    return path.startswith("$") and _segments(path) is not None


def found(document: t.Any, path: str) -> list[t.Any]:
    """The values at *path*, in the document's order; none where it leads nowhere."""
    values = [document]
    for segment in _segments(path) or ():
        values = [value for each in values for value in _below(each, segment)]
    return values


def _segments(path: str) -> list[re.Match[str]] | None:
    segments, end = [], 1
    while end < len(path):
        segment = _SEGMENT.match(path, end)
        if segment is None:
            return None
        segments.append(segment)
        end = segment.end()
    return segments


def _below(value: t.Any, segment: re.Match[str]) -> list[t.Any]:
    if segment["any"] or segment["every"]:
        if isinstance(value, dict):
            return list(value.values())
        return value if isinstance(value, list) else []
    if segment["index"]:
        index = int(segment["index"])
        return [value[index]] if isinstance(value, list) and -len(value) <= index < len(value) else []
    name = segment["name"] or segment["quoted"] or ""
    return [value[name]] if isinstance(value, dict) and name in value else []
