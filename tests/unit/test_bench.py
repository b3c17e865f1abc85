# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark's arithmetic, and its reading of Ansible's recap."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bench import parity
from tests.bench.figures import Record, table, write
from tests.bench.runs import Timing, timing

RECAP = """
PLAY RECAP *********************************************************************
head                       : ok=11   changed=2    unreachable=0    failed=0    skipped=0    rescued=0    ignored=0
worker1                    : ok=6    changed=1    unreachable=0    failed=0    skipped=0    rescued=0    ignored=0
"""


def test_the_recap_is_read() -> None:
    assert timing(RECAP, 12.5) == Timing(12.5, 11, 3)


def record() -> Record:
    made = Record()
    for contender, kind, seconds in [
        *(("site", "unchanged", seconds) for seconds in (5.0, 4.0, 30.0)),
        *(("plain", "unchanged", seconds) for seconds in (20.0, 21.0, 19.0)),
        ("site", "cold", 60.0),
        ("plain", "cold", 120.0),
        ("floor", "ping", 1.0),
    ]:
        made.add(contender, kind, Timing(seconds, 7, 0))
    return made


def test_ratios_are_those_of_medians() -> None:
    figures = record().figures()
    assert figures["site"]["unchanged"]["ratio"] == 0.25
    assert figures["site"]["unchanged"]["seconds"] == 5.0
    assert figures["site"]["cold"]["ratio"] == 0.5
    assert figures["plain"]["cold"]["seconds"] == 120.0
    assert figures["floor"]["seconds"] == 1.0
    assert any("0.25" in line for line in table(figures))


def test_figures_of_other_benchmarks_stay(tmp_path: Path) -> None:
    path = tmp_path / "build" / "bench.json"
    write({"images": {"pull": 1}}, path)
    write(record().figures(), path)
    assert {"images", "site", "plain", "floor"} <= set(json.loads(path.read_text()))


def test_the_comparison_of_images_is_held_against_the_loop() -> None:
    made = parity.ParityRecord()
    for kind, seconds in (
        ("loop", 20.0),
        ("loop", 22.0),
        ("loop", 90.0),
        ("cold", 5.5),
        ("kept", 1.1),
        ("imports", 33.0),
    ):
        made.add(kind, seconds)
    figures = made.figures()
    assert figures["cold"] == {"seconds": 5.5, "runs": [5.5], "ratio": 0.25}
    assert (figures["kept"]["ratio"], figures["imports"]["ratio"]) == (0.05, 1.5)
    assert "ratio" not in figures["loop"]
    assert any(line.startswith("kept") and "0.05" in line for line in parity.table(figures))
