# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is checked of the options of a raylet: on the controller, before any host is touched, and again on the node.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["Check", "ValueCheck", "Values", "Violation", "check", "value_check", "whole_number", "words_check"]

#: The options of one raylet by their names, as far as they are given: as an inventory has them, or as the node was told.
Values = t.Mapping[str, t.Any]


class Violation(t.NamedTuple):
    """A value that breaks a check.

    :param evidence: what is wrong; never a value that may be a secret.
    :param part: of the option's value: ``.name`` or ``[0]``; empty for all of it.
    :param remedy: what to do here, instead of the entry's remedy.
    :param option: whose value; of a check of single values it is the one that was checked.
    """

    evidence: str
    part: str = ""
    remedy: str = ""
    option: str = ""


@dataclass(frozen=True)
class ValueCheck:
    """The words of a check and the function that looks at one value, of which None means that it is not given."""

    entry: Entry
    find: t.Callable[[t.Any], t.Iterator[Violation]]


@dataclass(frozen=True)
class Check:
    """The words of a check and the function that looks at all options of a raylet, and at whether it is the head's."""

    entry: Entry
    find: t.Callable[[Values, bool], t.Iterator[Violation]]


def value_check(
    code: str, title: str, *, cause: str, remedy: str, source: str, severity: str = "error"
) -> t.Callable[[t.Callable[[t.Any], t.Iterator[Violation]]], ValueCheck]:
    """Make the decorated function a check of single values; the parameters are those of `Entry`."""
    entry = Entry(code, title, severity, cause, remedy, source)
    return lambda find: ValueCheck(entry, find)


def check(
    code: str, title: str, *, cause: str, remedy: str, source: str, severity: str = "error"
) -> t.Callable[[t.Callable[[Values, bool], t.Iterator[Violation]]], Check]:
    """Make the decorated function a check of all options together; the parameters are those of `Entry`."""
    entry = Entry(code, title, severity, cause, remedy, source)
    return lambda find: Check(entry, find)


def words_check(
    entry: Entry, judge: t.Callable[[object], tuple[Entry, Violation] | None]
) -> t.Callable[[t.Any], t.Iterator[Violation]]:
    """What finds the words of a list that *judge* finds wrong in the way of *entry*."""

    def find(value: t.Any) -> t.Iterator[Violation]:
        for position, word in enumerate(value if isinstance(value, (list, tuple)) else ()):
            judged = judge(word)
            if judged and judged[0] is entry:
                yield judged[1]._replace(part=f"[{position}]")

    return find


def whole_number(value: object) -> int | None:
    """A whole number that is not below 0, also one that a template or the command line made text; None for all else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() else None
