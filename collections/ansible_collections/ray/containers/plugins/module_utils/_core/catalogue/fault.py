# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fault: an entry of the catalogue with the words by which logs tell it.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["Fault", "fault"]


@dataclass(frozen=True)
class Fault:
    """One fault that is seen at run time.

    :param words: regular expressions, one of which a line of a log matches; compiled where they are first used, since a
        module that finds nothing wrong should not pay for them.
    :param certain: whether trying again cannot help: a deploy that meets it need not wait any longer.
    :param generic: it says that something failed, and another line says why; told only where no other fault is.
    """

    entry: Entry
    words: tuple[str, ...]
    certain: bool = True
    generic: bool = False


def fault(
    code: str,
    title: str,
    *words: str,
    cause: str,
    remedy: str,
    source: str,
    certain: bool = True,
    generic: bool = False,
) -> Fault:
    """A fault of severity error, written as a table's row."""
    return Fault(Entry(code, title, "error", cause, remedy, source), words, certain, generic)
