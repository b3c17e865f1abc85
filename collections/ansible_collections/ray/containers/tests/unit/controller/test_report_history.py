# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of runs: short, and whatever else stands in its place is none."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.plugin_utils._report import history
from ansible_collections.ray.containers.tests.unit.fakes.reported_runs import RUNS


def run(**further: t.Any) -> dict[str, t.Any]:
    return {**history.entry(RUNS["failed"]()), **further}


def test_an_entry_is_a_run_in_brief() -> None:
    assert run() == {
        "finished": "2026-11-30T07:00:00+00:00",
        "playbook": "site",
        "check_mode": False,
        "outcome": "failed",
        "seconds": 78.4,
        "changed": 14,
        "failed": 3,
        "errors": 1,
        "warnings": 0,
    }


def test_what_is_written_is_read_and_the_oldest_are_left_out() -> None:
    runs = [run(changed=number) for number in range(30)]
    kept = history.read(history.text(runs).encode())
    assert kept == runs[:20]
    longest = [run(playbook="p" * 200, finished="f" * 200, outcome="o" * 200) for _time in range(20)]
    assert len(history.text(longest).encode()) < history.LARGEST


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        "null",
        '{"version": 2, "runs": []}',
        '{"version": 1, "runs": {}}',
        '{"version": 1, "runs": [1, {}]}',
    ],
)
def test_what_is_no_history_is_none(content: str) -> None:
    assert history.read(content.encode()) == []


def test_a_run_that_is_none_is_left_out_and_so_is_what_it_says_besides() -> None:
    runs = [run(), run(changed="3"), run(playbook="p" * 201), {**run(), "more": "x"}]
    assert history.read(json.dumps({"version": 1, "runs": runs}).encode()) == [run(), run()]
