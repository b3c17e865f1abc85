# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deploys under load: what each case is measured by, and the table of all cases."""

from __future__ import annotations

import contextlib
import json
import time
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from tests.cluster.load import Load
from tests.load.figures import Figures

__all__ = ["Case", "Cases", "rows", "turn"]


@dataclass
class Case:
    """One case: what became of the requests while it lasted.

    :param seconds: from its cause, or its start, to the verdict.
    """

    name: str
    since: float
    caused: float = 0.0
    seconds: float = 0.0
    figures: dict[str, Figures] = field(default_factory=dict)

    def cause(self) -> None:
        """What is to be found out happens now."""
        self.caused = time.time()

    def lost(self, *targets: str) -> int:
        """Requests that failed or were answered wrong; of all targets when none is named."""
        return sum(each.failed + each.wrong for name, each in self.figures.items() if not targets or name in targets)

    def gap(self, *targets: str) -> float:
        """The longest time without an answer."""
        return max(each.gap for name, each in self.figures.items() if not targets or name in targets)

    def slowest(self, *targets: str) -> float:
        """The longest time that a request took."""
        return max(each.slowest for name, each in self.figures.items() if not targets or name in targets)


class Cases:
    """Runs cases under one load, and keeps their figures in a file."""

    def __init__(self, load: Load, path: Path) -> None:
        self._load, self._path = load, path

    @contextlib.contextmanager
    def case(self, name: str) -> t.Iterator[Case]:
        """The block is the case; its verdict is there at the block's end, and its figures after that."""
        case = Case(name, time.time())
        yield case
        until = time.time()
        case.seconds = round(until - (case.caused or case.since), 1)
        case.figures = self._load.figures(case.since, until)
        known = json.loads(self._path.read_text()) if self._path.exists() else {}
        known[name] = {
            "seconds": case.seconds,
            **{
                target: {
                    "sent": each.sent,
                    "failed": each.failed,
                    "wrong": each.wrong,
                    "slowest": each.slowest,
                    "gap": each.gap,
                }
                for target, each in case.figures.items()
            },
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(known, indent=1))


def rows(path: Path) -> list[str]:
    """The table of all cases that were measured."""
    known = json.loads(path.read_text()) if path.exists() else {}
    lines = [
        f"{'':34} {'target':18} {'sent':>6} {'failed':>7} {'wrong':>6} {'slowest':>9} {'longest gap':>12} {'verdict':>9}"
    ]
    for name, case in known.items():
        shown = name, f"{case['seconds']:7.1f} s"
        for target, each in case.items():
            if target == "seconds":
                continue
            lines.append(
                f"{shown[0]:34} {target:18} {each['sent']:6} {each['failed']:7} {each['wrong']:6} {each['slowest']:7.2f} s"
                f" {each['gap']:10.2f} s {shown[1]}"
            )
            shown = "", ""
    return lines


def turn(commit: str, of: int = 3) -> int:
    """Which part of the cases a run of a commit takes: another for most commits that follow each other."""
    return int(commit or "0", 16) % of
