# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with one word that an operator adds to a command.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["Wrong"]


class Wrong(t.NamedTuple):
    """What is wrong with a word; the evidence never holds its value."""

    entry: Entry
    evidence: str
    remedy: str = ""
