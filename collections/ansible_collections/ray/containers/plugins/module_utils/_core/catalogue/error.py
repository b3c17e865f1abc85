# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The error that says an entry of the catalogue.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

__all__ = ["error"]


def error(entry: Entry, what: str, *, why: str = "", remedy: str = "") -> OperatorError:
    """The error that says *entry* of one place: *what* failed, with the entry's cause and remedy unless given."""
    return OperatorError(what, why=why or entry.cause, remedy=remedy or entry.remedy, code=entry.code)
