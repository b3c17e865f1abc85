# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines about long tasks: when they are due, what they say, and that a thread really writes them."""

from __future__ import annotations

import os
import typing as t
from types import SimpleNamespace

import pytest

progress = pytest.importorskip("ansible_collections.ray.containers.plugins.callback.progress")


@pytest.fixture
def board() -> t.Any:
    return progress.Board()


def test_a_short_task_is_not_mentioned(board: t.Any) -> None:
    board.start("1", "Ping", "head", 0.0)
    assert board.lines(4.9) == []
    board.end("1", "head", 4.9)
    assert board.lines(60.0) == []


def test_a_long_task_says_who_is_done_and_who_is_not(board: t.Any) -> None:
    for host in ("head", "worker1", "worker2"):
        board.start("1", "Pull the images", host, 0.0)
    board.end("1", "head", 8.0)
    assert board.lines(12.0) == ["  … Pull the images, 12 s: 1 of 3 done (head 8 s); still at it: worker1, worker2"]


def test_lines_come_every_five_seconds_and_after_a_minute_every_fifteen(board: t.Any) -> None:
    board.start("1", "Pull", "head", 0.0)
    spoken = [second for second in range(121) if board.lines(float(second))]
    assert spoken == [*range(5, 61, 5), 75, 90, 105, 120]


def test_many_hosts_are_counted_not_listed(board: t.Any) -> None:
    for number in range(50):
        board.start("1", "Pull", f"node{number}", 0.0)
    assert board.lines(6.0) == ["  … Pull, 6 s: still at it: node0, node1, node2 and 47 more"]


def test_a_host_that_starts_again_is_at_it_again(board: t.Any) -> None:
    board.start("1", "Pull", "a", 0.0)
    board.start("1", "Pull", "b", 0.0)
    board.end("1", "a", 2.0)
    board.start("1", "Pull", "a", 3.0)
    assert board.lines(6.0) == ["  … Pull, 6 s: still at it: a, b"]


def test_an_end_without_a_start_is_ignored(board: t.Any) -> None:
    board.end("1", "head", 1.0)
    assert board.lines(10.0) == []


@pytest.fixture
def callback(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[t.Any]:
    monkeypatch.setattr(progress.CallbackModule, "_speaker", None)
    made = progress.CallbackModule()
    yield made
    made.v2_playbook_on_stats(None)


def test_of_two_callbacks_one_speaks(callback: t.Any) -> None:
    assert callback.disabled is False
    assert progress.CallbackModule().disabled is True


def test_the_thread_writes_lines_from_ansibles_events(callback: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "FIRST_LINE_AFTER", 0.0)
    reading, writing = os.pipe()
    monkeypatch.setattr(progress.sys, "__stdout__", SimpleNamespace(fileno=lambda: writing))
    task = SimpleNamespace(_uuid="1", get_name=lambda: "ray.containers.cluster : Install Ray")
    host = SimpleNamespace(get_name=lambda: "head")
    callback.v2_playbook_on_start(None)
    callback.v2_runner_on_start(host, task)
    line = os.read(reading, 1000).decode()
    assert line.startswith("  … Install Ray, ")
    assert line.endswith("still at it: head\n")
    callback.v2_runner_on_ok(SimpleNamespace(_task=task, _host=host))
    assert callback.board.lines(1e9) == []
