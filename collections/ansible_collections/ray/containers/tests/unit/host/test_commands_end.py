# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command comes to an end, in time and in what it says, whatever it runs into."""

from __future__ import annotations

import gc
import os
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._host import accounts, bounded, command
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Completed, HostCommands
from ansible_collections.ray.containers.plugins.module_utils._host.ray import logs
from ansible_collections.ray.containers.plugins.module_utils._host.systemd import journal
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands


def failure(*argv: str, **options: t.Any) -> CommandFailed:
    began = time.monotonic()
    with pytest.raises(CommandFailed) as raised:
        HostCommands().run(argv, check=False, **options)
    assert time.monotonic() - began < 10
    return raised.value


def is_gone(process: int) -> bool:
    """Whether it has ended; one that nobody has waited for yet has."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_what_is_said_and_told_comes_through() -> None:
    text = "x" * 300_000
    done = HostCommands().run(["sh", "-c", "cat; echo why >&2; exit 3"], stdin=text, check=False)
    assert (done.rc, done.stdout, done.stderr) == (3, text, "why\n")
    assert HostCommands().run(["true"], stdin=text) == Completed(("true",), 0, "", "")
    assert HostCommands().run(["no-such-program-here"], check=False).rc == 127


def test_an_endless_output_is_cut() -> None:
    failed = failure("yes", most=100_000)
    assert failed.why == "it said more than 100000 bytes"
    assert failed.completed.stdout.startswith("y\ny\n")
    assert len(failed.completed.stdout) <= 100_001
    assert failure("sh", "-c", "exec yes >&2", most=100_000).completed.stdout == ""


def test_time_is_up_for_everything_that_was_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    failed = failure("sh", "-c", f"echo early; sleep 100 & echo $$ $! > {pids}; wait", timeout=1)
    assert failed.why == "no end after 1 seconds"
    assert failed.completed.stdout == "early\n"
    deadline = time.monotonic() + 5
    while not all(is_gone(int(pid)) for pid in pids.read_text().split()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert all(is_gone(int(pid)) for pid in pids.read_text().split())


def test_a_command_that_closes_its_outputs_ends_in_time_too() -> None:
    assert failure("sh", "-c", "exec >&- 2>&-; sleep 100", timeout=1).why == "no end after 1 seconds"


def test_what_stays_behind_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "LINGER", 0.5)
    began = time.monotonic()
    done = HostCommands().run(["sh", "-c", "echo hi; sleep 60 &"])
    assert (done.rc, done.stdout) == (0, "hi\n")
    assert time.monotonic() - began < 5


def test_every_command_has_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, t.Any]] = []

    def run(_argv: t.Sequence[str], **options: t.Any) -> bounded.Outcome:
        asked.append(options)
        return bounded.Outcome(0, b"", b"")

    monkeypatch.setattr(command, "run_bounded", run)
    HostCommands().run(["true"])
    assert (asked[0]["seconds"], asked[0]["most"]) == (command.SECONDS, command.MOST)
    assert asked[0]["stdin"] == b""


def test_no_descriptor_is_left_open() -> None:
    gc.collect()  # what an earlier test has left is not this one's
    before = len(os.listdir("/proc/self/fd"))
    for _time in range(3):
        HostCommands().run(["true"])
        failure("yes", most=10)
    assert len(os.listdir("/proc/self/fd")) == before


def test_the_home_of_roots_programs_is_roots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ray")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert accounts.own_home() != "/home/ray"
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert accounts.own_home() == "/home/ray"


def test_of_a_journal_without_end_the_beginning_is_read() -> None:
    def endless(argv: tuple[str, ...]) -> Completed:
        raise CommandFailed(
            Completed(argv, 124, "2026-11-23T06:52:18+0000 node raylet: why\n", "it said more than 9 bytes")
        )

    commands = FakeCommands({"journalctl": endless})
    (log,) = logs.journal(commands, "raylet.service")
    assert log.lines == ("2026-11-23 06:52:18 why",)
    assert "why" in journal(commands, "raylet.service", since=0)
