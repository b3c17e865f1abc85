# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the time of a run went, as the numbers of a drawing: a row for each host, a bar for each task.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

__all__ = ["Chart", "Timed", "chart"]

#: Tasks with a colour and a number of their own; all others share one.
OWN = 7
#: Hosts that are drawn: those that took longest. The table below the drawing has them all.
DRAWN = 40
#: In percent of the width: a narrower bar would not be seen, and one that is narrower than the other has no room for a number.
NARROWEST, NUMBERED = 0.4, 3.0
TICKS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 43200)
MOST_TICKS = 6

Row = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Timed:
    """How long one host was at one task, in seconds since the run began."""

    host: str
    task: str
    start: float
    seconds: float


@dataclass(frozen=True)
class Chart:
    """Places and widths in percent of the drawing's width.

    :param rows: hosts with their bars; :param more: how many hosts are not drawn.
    :param tasks: with their number (that of the other tasks is 8) and the seconds of all hosts.
    :param table: of each host the seconds of each of *tasks*, and of all of them.
    """

    rows: list[dict[str, t.Any]]
    ticks: list[dict[str, t.Any]]
    tasks: list[dict[str, t.Any]]
    table: list[dict[str, t.Any]]
    more: int = 0


def chart(times: t.Sequence[Row]) -> Chart | None:
    """The drawing of a report's ``times``; None for a run of which none are known."""
    end = max((row["start"] + row["seconds"] for row in times), default=0.0)
    if end <= 0:
        return None
    numbers = _numbers(times)
    hosts = list(dict.fromkeys(row["host"] for row in times))
    by_host = {host: [row for row in times if row["host"] == host] for host in hosts}
    total = {host: sum(row["seconds"] for row in rows) for host, rows in by_host.items()}
    drawn = set(sorted(hosts, key=lambda host: -total[host])[:DRAWN])
    names = {number: task for task, number in numbers.items() if number <= OWN}
    tasks = [
        {
            "number": number,
            "name": names.get(number, "all other tasks"),
            "seconds": sum(row["seconds"] for row in times if numbers[row["task"]] == number),
        }
        for number in sorted(set(numbers.values()))
    ]
    return Chart(
        rows=[
            {"host": host, "seconds": total[host], "bars": [_bar(row, numbers, end) for row in by_host[host]]}
            for host in hosts
            if host in drawn
        ],
        ticks=_ticks(end),
        tasks=tasks,
        table=[
            {
                "host": host,
                "seconds": [
                    sum(row["seconds"] for row in by_host[host] if numbers[row["task"]] == task["number"])
                    for task in tasks
                ],
                "total": total[host],
            }
            for host in hosts
        ],
        more=len(hosts) - len(drawn),
    )


def _numbers(times: t.Sequence[Row]) -> dict[str, int]:
    """The number of each task: those that took longest have one of their own, in the order of the run."""
    total: dict[str, float] = {}
    for row in times:
        total[row["task"]] = total.get(row["task"], 0.0) + row["seconds"]
    longest = set(sorted(total, key=lambda task: -total[task])[:OWN])
    own = [task for task in total if task in longest]
    return {task: own.index(task) + 1 if task in longest else OWN + 1 for task in total}


def _bar(row: Row, numbers: t.Mapping[str, int], end: float) -> dict[str, t.Any]:
    width = max(100 * row["seconds"] / end, NARROWEST)
    number = numbers[row["task"]]
    return {
        "x": round(min(100 * row["start"] / end, 100 - width), 2),
        "width": round(width, 2),
        "number": number,
        "label": str(number) if width >= NUMBERED else "",
        "title": f"{row['task']}: {row['seconds']:.1f} s",
    }


def _ticks(end: float) -> list[dict[str, t.Any]]:
    step = next((each for each in TICKS if end / each <= MOST_TICKS), TICKS[-1])
    return [{"x": round(100 * at / end, 2), "label": f"{at} s"} for at in range(0, int(end) + 1, step)]
