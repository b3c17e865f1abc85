# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that a terminal only shows: what comes from images, applications and logs may hold what it would obey.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re

__all__ = ["printable", "without_colours"]

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")

#: C0 but tab and line feed, DEL, C1, marks and overrides of the writing direction, separators and other characters that are
#: not seen, and halves of surrogate pairs, which cannot even be written. ZWJ and ZWNJ stay: scripts and emoji need them.
_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    """The text without colours, and with each other character that a terminal obeys written out: ``\\x1b``."""
    if _OBEYED.search(text) is None:
        return text
    return _OBEYED.sub(_written_out, without_colours(text).replace("\r\n", "\n"))


def without_colours(text: str) -> str:
    """The text as a terminal without colours shows it."""
    return _COLOURS.sub("", text)


def _written_out(found: re.Match[str]) -> str:
    return found[0].encode("ascii", "backslashreplace").decode() if found[0] > "\x7f" else f"\\x{ord(found[0]):02x}"
