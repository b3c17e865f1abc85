# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal's colours, which Ray writes into its logs and messages.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re

__all__ = ["without_colours"]

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def without_colours(text: str) -> str:
    """The text as a terminal without colours shows it."""
    return _COLOURS.sub("", text)
