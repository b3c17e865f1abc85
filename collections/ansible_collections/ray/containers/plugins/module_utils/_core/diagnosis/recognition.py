# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From lines of logs to findings: which known fault each line tells, which of them still hold, and the best evidence.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.log_text import masked, shortened, time_of
from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import Fault
from ansible_collections.ray.containers.plugins.module_utils._core.faults.recognition import possible, recognised

__all__ = ["Log", "Sighting", "newest_first", "sightings", "times_of", "with_fault"]

_VARYING = re.compile(r"\d{4}-\d\d-\d\d[ T][\d:,.]+|\b[0-9a-f]{12,}\b|\(\d+\)|\b\d{3,}\b|/tmp/tmp\w+|session_\S+")


@dataclass(frozen=True)
class Log:
    """The end of a log, or any other text that may tell a fault.

    :param where: the file's path, or what else the text is, such as ``Serve, application whisper``.
    :param modified: when the text was last written to, as ``2026-11-23T06:52:18`` in the node's own time, like Ray's logs.
    :param time_follows: lines without a time belong to the next line that has one (raylet.err, where Podman writes between
        Ray's own lines), not to the one before (tracebacks).
    """

    where: str
    lines: tuple[str, ...]
    modified: str
    time_follows: bool = False


@dataclass(frozen=True)
class Sighting:
    """A fault told by a line.

    :param evidence: the line, on one line, shortened, secrets masked.
    :param guessed: whether *time* is that of a later line: nothing happened after it, which may have been a long time.
    """

    fault: Fault
    evidence: str
    where: str
    time: str
    guessed: bool = False

    @property
    def same(self) -> tuple[str, str]:
        """What is equal when the same fault happens again: no times, process ids, or temporary names."""
        return self.fault.entry.code, _VARYING.sub("#", self.evidence)


def with_fault(lines: t.Sequence[str], sentence: str) -> tuple[str, ...]:
    """The lines, and *sentence* where none of them tells a fault, so that what is wrong is reported."""
    return tuple(lines) if any(map(recognised, lines)) else (*lines, sentence)


def sightings(log: Log) -> list[Sighting]:
    """Every fault told in a log, in its order."""
    found = []
    among = possible(log.lines)
    times = times_of(log) if among else []
    for index, line in enumerate(log.lines if among else ()):
        fault = recognised(line, among)
        if fault is not None:
            evidence = _evidence(fault, log.lines, index)
            guessed = log.time_follows and not time_of(line)
            found.append(Sighting(fault, evidence, log.where, times[index], guessed))
    return found


def times_of(log: Log) -> list[str]:
    own = [time_of(line) for line in log.lines]
    if not log.time_follows:
        return _carried(own, log.modified)
    return list(reversed(_carried(list(reversed(own)), log.modified)))


def newest_first(logs: t.Iterable[Log]) -> list[Sighting]:
    """Everything that the logs tell. A line whose time is guessed is left out where the same is told with its time."""
    seen = [sighting for log in logs for sighting in sightings(log)]
    dated = {sighting.same for sighting in seen if not sighting.guessed}
    kept = [sighting for sighting in seen if not (sighting.guessed and sighting.same in dated)]
    return sorted(kept, key=lambda each: each.time, reverse=True)


def _evidence(fault: Fault, lines: t.Sequence[str], index: int) -> str:
    """The line; with the one before where that one may hold the cause: Podman's word before Ray's."""
    line = lines[index]
    before = lines[index - 1].strip() if index else ""
    if fault.entry.code == "RC-405" and before and not time_of(before):
        line = f"{before} | {line}"
    return shortened(masked(line))


def _carried(own: list[str], first: str) -> list[str]:
    """Each line's own time, or the nearest before it; *first* where there is none."""
    times = []
    for time in own:
        first = time or first
        times.append(first)
    return times
