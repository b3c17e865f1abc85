# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From runs to figures: medians, ratios, what is printed, and what is written to build/bench.json."""

from __future__ import annotations

import json
import os
import statistics
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.runs import Timing

#: To reach: an unchanged run in a quarter of the plain playbook's time, a cold one in seven tenths of it.
TARGETS = {"cold": 0.7, "unchanged": 0.25}


@dataclass
class Record:
    """Every run so far, by contender and kind of run."""

    runs: dict[tuple[str, str], list[Timing]] = field(default_factory=dict)

    def add(self, contender: str, kind: str, timing: Timing) -> None:
        self.runs.setdefault((contender, kind), []).append(timing)

    def figures(self) -> dict[str, t.Any]:
        """The figures as they are written. Seconds are medians."""
        figures: dict[str, t.Any] = {"machine": {"cpus": os.cpu_count()}}
        for (contender, kind), timings in self.runs.items():
            entry = {
                "seconds": round(_median(timings), 2),
                "runs": [round(timing.seconds, 2) for timing in timings],
                "tasks": max(timing.tasks for timing in timings),
                "changed": max(timing.changed for timing in timings),
            }
            if contender == "floor":
                figures["floor"] = entry
            else:
                figures.setdefault(contender, {})[kind] = entry
        for kind in TARGETS:
            ours, theirs = self.runs.get(("site", kind)), self.runs.get(("plain", kind))
            if ours and theirs:
                figures["site"][kind]["ratio"] = round(_median(ours) / _median(theirs), 3)
        return figures


def table(figures: t.Mapping[str, t.Any]) -> list[str]:
    """What the terminal shows."""
    lines = [f"{'':10} {'site':>9} {'plain':>9} {'ratio':>7}  to reach"]
    for kind, target in TARGETS.items():
        site, plain = figures.get("site", {}).get(kind), figures.get("plain", {}).get(kind)
        if site and plain:
            lines.append(
                f"{kind:10} {site['seconds']:7.1f} s {plain['seconds']:7.1f} s {site['ratio']:7.2f}  {target}"
                f"   (tasks on the head: {site['tasks']} and {plain['tasks']}; runs: {site['runs']} and {plain['runs']})"
            )
    if "floor" in figures:
        lines.append(f"{'floor':10} {figures['floor']['seconds']:7.1f} s   ansible -m ping on the same three nodes")
    return lines


def write(figures: t.Mapping[str, t.Any], path: Path) -> None:
    """Write these figures beside those that other benchmarks left in the file."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**known, **figures}, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _median(timings: t.Sequence[Timing]) -> float:
    return statistics.median(timing.seconds for timing in timings)
