# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How deploys are measured: under a load of our own, with a table, by turns."""

from __future__ import annotations

import contextlib
import http.server
import threading
import time
import typing as t
from collections.abc import Iterator
from pathlib import Path

from tests.bench import deploys
from tests.cluster.load import Load
from tests.cluster.rollouts import Cases, rows, turn


class Application(http.server.BaseHTTPRequestHandler):
    """Answers right until it is told otherwise."""

    right = True

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"MMXXVI" if type(self).right else b"no")

    def log_message(self, *_: t.Any) -> None:
        """Say nothing."""


@contextlib.contextmanager
def application() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Application)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/x"
    finally:
        server.shutdown()


def test_a_case_has_the_figures_of_its_own_time_alone(tmp_path: Path) -> None:
    path = tmp_path / "build" / "deploys.json"
    with application() as url, Load({"numerals@head": (url, "MMXXVI")}, tmp_path / "log", rate=20) as load:
        cases = Cases(load, path)
        while not (tmp_path / "log").exists():
            time.sleep(0.05)
        with cases.case("right") as right:
            time.sleep(1)
        Application.right = False
        with cases.case("wrong") as wrong:
            time.sleep(0.5)
            wrong.cause()
            time.sleep(0.5)
        Application.right = True
    assert right.lost() == 0 and right.gap() < 0.9
    assert wrong.lost() > 5 and 0.4 < wrong.seconds < 0.9
    (heads, first, second) = rows(path)
    assert "longest gap" in heads and first.startswith("right") and second.startswith("wrong")


def test_each_third_has_its_turn() -> None:
    assert {turn(commit) for commit in ("a0", "a1", "a2")} == {0, 1, 2}
    assert turn("") == 0


def test_the_benchmark_holds_both_ways_side_by_side() -> None:
    changed = {"sent": 900, "lost": 154, "wrong": 2, "slowest": 30.0, "gap": 7.25}
    untouched = {"sent": 900, "lost": 1, "wrong": 0, "slowest": 0.2, "gap": 0.3}
    row = {"seconds": 21.0, "changed": changed, "untouched": untouched}
    figures = {
        "image": {"site": row, "plain": row},
        "head_killed": {"recovery": {"seconds": 4.5}, "lost_through_others": 0},
    }
    lines = deploys.table(figures)
    assert len(lines) == 4
    assert lines[2].split() == ["image", "plain", "21.0", "s", "155", "2", "30.00", "s", "7.25", "s", "(0.30", "s)"]
    assert "back after 4.5 s; 0 lost" in lines[3]
