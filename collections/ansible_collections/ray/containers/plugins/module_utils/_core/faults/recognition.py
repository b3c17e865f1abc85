# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which fault a text tells: the one way from words to a code, for pull, proof, raylet, deploy and diagnosis alike.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import functools
import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import Fault
from ansible_collections.ray.containers.plugins.module_utils._core.images.podman_words import evidence
from ansible_collections.ray.containers.plugins.module_utils._core.terminal import without_colours

__all__ = ["fault_error", "fault_of", "possible", "recognised", "roots"]

#: Of a longer line the beginning and the end are looked at, each half as much: Ray's words begin a line, the cause ends it.
#: Patterns with several unknown parts would take seconds for what a program may write without a line's end.
LONGEST_LINE = 4096

Patterns = t.Tuple[t.Tuple[Fault, "re.Pattern[str]"], ...]


def recognised(line: str, among: Patterns | None = None) -> Fault | None:
    """The fault that a line tells; None for the many lines that tell none.

    :param among: what `possible` left of the table for the text that the line stands in.
    """
    line = _ends_of(line)
    for fault, pattern in _patterns() if among is None else among:
        if pattern.search(line):
            return fault
    return None


def possible(lines: t.Iterable[str]) -> Patterns:
    """What of the table any of the lines may tell, in its order: most texts tell nothing, and as a whole they are read fast."""
    text = "\n".join(map(_ends_of, lines))
    return tuple((fault, pattern) for fault, pattern in _patterns() if pattern.search(text))


def fault_of(text: str, causing: str = "") -> Fault | None:
    """The fault that a whole message tells: of several the one that causes the others, and the last of those that say why.

    :param causing: only what leads to the fault of this code, where a text holds more than the one message.
    """
    lines = [line.strip() for line in without_colours(text).splitlines()]
    among = tuple(each for each in possible(lines) if not causing or causing in each[0].causes)
    told = [fault for fault in (recognised(line, among) for line in lines) if fault]
    left = roots(told)
    precise = [fault for fault in left if not fault.generic] or left
    return precise[-1] if precise else None


def roots(told: t.Sequence[Fault]) -> list[Fault]:
    """Those of the faults that none of the others causes."""
    caused = {code for fault in told for code in fault.causes if code != fault.code}
    # Two that cause each other leave one another out: then all of them stand.
    return [fault for fault in told if fault.code not in caused] or list(told)


def fault_error(text: str, what: str, otherwise: Entry) -> OperatorError:
    """The error for a command of Podman's that failed.

    :param text: what it wrote to its standard error.
    :param what: what failed: which image, for which application, on which host.
    :param otherwise: the entry when the text tells no known fault.
    """
    fault = fault_of(text)
    entry = fault.entry if fault else otherwise
    said = evidence(text)
    why = f"Podman says: {said}. {entry.cause}" if said else entry.cause
    return OperatorError(what, why=why, remedy=entry.remedy, code=entry.code)


def _ends_of(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    return f"{line[: LONGEST_LINE // 2]} … {line[-LONGEST_LINE // 2 :]}"


@functools.lru_cache(maxsize=1)
def _patterns() -> Patterns:
    # Only what has lines to look at compiles the table.
    from ansible_collections.ray.containers.plugins.module_utils._core.faults.table import FAULTS

    return tuple((fault, re.compile("|".join(fault.patterns), re.MULTILINE)) for fault in FAULTS if fault.words)
