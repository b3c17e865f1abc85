# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbooks status and rollback print."""

from __future__ import annotations

import time
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.plugin_utils._report.outcome import Outcome
from ansible_collections.ray.containers.plugins.plugin_utils._report.page import page
from ansible_collections.ray.containers.plugins.plugin_utils._report.site import closing_lines, document

ALPHA: dict[str, t.Any] = {
    "name": "alpha",
    "status": "RUNNING",
    "nodes": ["192.0.2.11", "192.0.2.12"],
    "since": 1796009531.2,
    "images": ["r.example.com/alpha@sha256:2b"],
    "requests": {"answered": 1200, "failed": 3},
}


def deploy(number: int, image: str, result: str = "good", **others: t.Any) -> dict[str, t.Any]:
    images = {"alpha": [image], "plain": []}
    told = {"said": "", "back_to": 0, "why": "", "seconds": 12.4, "who": "alice@laptop", "ray": "2.60.0"}
    fields = {"number": number, "result": result, "began": 1796009531.2, "digest": "5f2a8c11d0e4", "images": images}
    return {**told, **fields, **others}


DEPLOYS = [
    deploy(5, "r.example.com/alpha@sha256:0a"),
    deploy(6, "r.example.com/alpha@sha256:1f", "failed", said="it does not start", why="faster"),
    deploy(7, "r.example.com/alpha@sha256:2b", back_to=3),
]


@pytest.fixture(autouse=True)
def greenwich(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "localtime", time.gmtime)


def lines(*results: dict[str, t.Any]) -> list[str]:
    outcomes = [Outcome("head", "See", "ok", True, result) for result in results]
    report = document(outcomes, finished="2026-11-30T07:00:00+00:00", seconds=1.0, check_mode=False)
    shown = closing_lines(report, "")[:-1]
    assert all(line in page(report) for line in shown)
    return shown


def test_status_tells_where_from_what_since_when_how_many_and_what_before() -> None:
    told = {"deploys": DEPLOYS, "listed": True, "deploying": {"who": "bob@ci", "since": 1796009600.0, "why": "v8"}}
    assert lines({"serve": {"applications": [ALPHA]}}, told) == [
        "alpha: RUNNING on 192.0.2.11, 192.0.2.12 since 2026-11-30 03:32:11",
        "  image:    r.example.com/alpha@sha256:2b",
        "  requests: 1200 answered, 3 of them with an error",
        "  before:   deploy 5: r.example.com/alpha@sha256:0a",
        "deploy 5: good, 2026-11-30 03:32:11 in 12 s, by alice@laptop, Ray 2.60.0, config 5f2a8c11d0e4; "
        "alpha r.example.com/alpha@sha256:0a",
        "deploy 6: failed, 2026-11-30 03:32:11 in 12 s, by alice@laptop (faster), Ray 2.60.0, config 5f2a8c11d0e4; "
        "alpha r.example.com/alpha@sha256:1f: it does not start",
        "deploy 7: good, back to deploy 3, 2026-11-30 03:32:11 in 12 s, by alice@laptop, Ray 2.60.0, config 5f2a8c11d0e4; "
        "alpha r.example.com/alpha@sha256:2b",
        "bob@ci deploys since 2026-11-30 03:33:20 (v8)",
    ]


def test_a_roll_back_lists_nothing_unless_it_is_asked_to() -> None:
    assert lines({"deploys": DEPLOYS, "listed": False, "deploying": {}}) == []
    assert lines({"deploys": [], "listed": True, "deploying": {}}) == ["no deploy is recorded on this head"]


def test_others_that_look_at_serve_print_no_status() -> None:
    silent = {key: value for key, value in ALPHA.items() if key != "requests"}
    assert lines({"serve": {"applications": [silent]}}) == []
    (where, _image, requests) = lines(
        {"serve": {"applications": [{**ALPHA, "nodes": [], "since": 0.0, "requests": {}}]}}
    )
    assert (where, requests) == ("alpha: RUNNING", "  requests: not told")
