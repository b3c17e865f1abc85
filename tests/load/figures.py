# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From requests to figures: sent, failed, wrong, slowest, and the longest gap between answers, by name."""

from __future__ import annotations

import collections
import itertools
import typing as t
from dataclasses import dataclass


class TimedRequest(t.NamedTuple):
    """One request: when it was sent (seconds since the epoch), how long it took, and what was wrong (empty, or `wrong`)."""

    name: str
    sent: float
    seconds: float
    outcome: str


@dataclass(frozen=True)
class Figures:
    """What became of the requests of one name.

    :param gap: the longest time between two right answers, and `gap_at` when it began, in seconds since the epoch.
    """

    sent: int
    failed: int
    wrong: int
    slowest: float
    gap: float
    gap_at: float
    reasons: t.Mapping[str, int]


def figures(requests: t.Iterable[TimedRequest], since: float = 0.0, until: float = float("inf")) -> dict[str, Figures]:
    """By name, of the requests that were sent between two moments."""
    named: dict[str, list[TimedRequest]] = {}
    for each in requests:
        if since <= each.sent < until:
            named.setdefault(each.name, []).append(each)
    return {name: _figures(asked) for name, asked in sorted(named.items())}


def _figures(asked: t.Sequence[TimedRequest]) -> Figures:
    answers = sorted(each.sent + each.seconds for each in asked if not each.outcome)
    moments = [min(each.sent for each in asked), *answers, max(each.sent for each in asked)]
    gap, gap_at = max((later - earlier, earlier) for earlier, later in itertools.pairwise(moments))
    reasons = collections.Counter(each.outcome for each in asked if each.outcome)
    failed = sum(count for outcome, count in reasons.items() if outcome != "wrong")
    slowest = max(each.seconds for each in asked)
    return Figures(len(asked), failed, reasons["wrong"], round(slowest, 3), round(gap, 3), gap_at, dict(reasons))


def table(found: t.Mapping[str, Figures]) -> list[str]:
    """What the terminal shows."""
    lines = [f"{'':20} {'sent':>6} {'failed':>7} {'wrong':>6} {'slowest':>9} {'longest gap':>12}"]
    for name, each in found.items():
        row = f"{name:20} {each.sent:6} {each.failed:7} {each.wrong:6} {each.slowest:7.2f} s {each.gap:10.2f} s"
        lines.append(f"{row}  {dict(each.reasons)}" if each.reasons else row)
    return lines
