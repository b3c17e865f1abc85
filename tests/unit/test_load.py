# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The load generator: what it counts, and that it sends when it is time."""

from __future__ import annotations

import http.server
import json
import threading
import time
import typing as t
from pathlib import Path

import pytest

from tests.load.__main__ import Target, main
from tests.load.figures import Figures, TimedRequest, figures, table


def test_figures_count_what_failed_and_what_was_wrong() -> None:
    asked = [
        TimedRequest("a", 100.0, 0.1, ""),
        TimedRequest("a", 100.5, 0.1, "wrong"),
        TimedRequest("a", 101.0, 0.1, "HTTP 503"),
        TimedRequest("a", 102.0, 0.4, ""),
        TimedRequest("b", 100.0, 0.2, ""),
    ]
    found = figures(asked)
    assert found["a"] == Figures(4, 1, 1, 0.4, 2.3, 100.1, {"wrong": 1, "HTTP 503": 1})
    assert found["b"].gap == 0.2
    assert [line.split()[:4] for line in table(found)[1:]] == [["a", "4", "1", "1"], ["b", "1", "0", "0"]]


def test_a_name_that_never_answers_has_a_gap_as_long_as_the_load() -> None:
    assert (
        figures([TimedRequest("a", 100.0, 1.0, "TimeoutError"), TimedRequest("a", 107.0, 1.0, "HTTP 500")])["a"].gap
        == 7.0
    )


def test_figures_are_of_a_span_of_time() -> None:
    asked = [TimedRequest("a", moment, 0.1, "wrong" if moment == 3 else "") for moment in (1.0, 2.0, 3.0, 4.0)]
    assert figures(asked, since=1.5, until=3.0)["a"].wrong == 0
    assert figures(asked, since=3.0, until=4.0)["a"] == Figures(1, 0, 1, 0.1, 0.0, 3.0, {"wrong": 1})


def test_a_target_is_read() -> None:
    assert Target.read("a=http://h:1/x?k=v MM VI") == Target("a", "http://h:1/x?k=v", "MM VI")
    assert Target.read("a=http://h:1/x") == Target("a", "http://h:1/x", "")


class Slow(http.server.BaseHTTPRequestHandler):
    """Answers after half a second; below /lost with an error."""

    def do_GET(self) -> None:
        time.sleep(0.5)
        self.send_response(503 if self.path == "/lost" else 200)
        self.end_headers()
        self.wfile.write(b"MMXXVI")

    def log_message(self, format: str, *args: t.Any) -> None:
        """Says nothing."""


@pytest.fixture
def server() -> t.Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow) as made:
        threading.Thread(target=made.serve_forever).start()
        yield f"http://127.0.0.1:{made.server_address[1]}"
        made.shutdown()


def test_requests_are_sent_without_waiting_for_answers(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "load.jsonl"
    targets = [
        f"good={server}/?number=2026 MMXXVI",
        f"bad={server} MCM",
        f"lost={server}/lost",
        "none=http://127.0.0.1:9/",
    ]
    monkeypatch.setattr("sys.argv", ["load", *targets, "--rate", "40", "--seconds", "0.8", "--log", str(log)])
    began = time.monotonic()
    assert main() == 1
    assert time.monotonic() - began < 4  # one after the other, 32 would take 12 s
    found = figures(TimedRequest(*json.loads(line)) for line in log.read_text().splitlines())
    assert {name: (each.sent, each.failed, each.wrong) for name, each in found.items()} == {
        "good": (8, 0, 0),
        "bad": (8, 0, 8),
        "lost": (8, 8, 0),
        "none": (8, 8, 0),
    }
    assert found["lost"].reasons == {"HTTP 503": 8}
    assert "latest sending" in capsys.readouterr().out
