# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make test` stands on: a failing check fails the run, lanes do run side by side, nothing outlives an interrupt."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.checks import __main__ as checks
from tests.checks import plan
from tests.checks.runner import Check, Lanes


def python(name: str, program: str, directory: Path) -> Check:
    return Check(name, (sys.executable, "-c", program), directory)


def test_every_check_runs_after_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lane = [python("bad", "print('why'); raise SystemExit(3)", tmp_path), python("good", "print('fine')", tmp_path)]
    verdicts = Lanes(tmp_path / "logs").run([lane])
    assert [(verdict.check.name, verdict.rc) for verdict in verdicts] == [("bad", 3), ("good", 0)]
    said = capsys.readouterr().out
    assert "FAILED  bad" in said
    assert "why" in said
    assert "ok      good" in said


def test_lanes_run_side_by_side(tmp_path: Path) -> None:
    wait_for = "import pathlib, time\nmine, other = pathlib.Path({0!r}), pathlib.Path({1!r})\nmine.touch()\n"
    wait_for += "deadline = time.monotonic() + 20\nwhile not other.exists():\n    assert time.monotonic() < deadline\n"
    lanes = [[python(a, wait_for.format(a, b), tmp_path)] for a, b in (("a", "b"), ("b", "a"))]
    assert [verdict.rc for verdict in Lanes(tmp_path / "logs").run(lanes)] == [0, 0]


def test_an_interrupt_ends_what_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lanes = Lanes(tmp_path / "logs")
    slow = "import os, pathlib, time; pathlib.Path('pid').write_text(str(os.getpid())); time.sleep(60)"

    def interrupt(threads: list[threading.Thread]) -> None:
        deadline = time.monotonic() + 20
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            assert time.monotonic() < deadline
        raise KeyboardInterrupt

    monkeypatch.setattr(lanes, "_wait", interrupt)
    with pytest.raises(KeyboardInterrupt):
        lanes.run([[python("slow", slow, tmp_path), python("never", "open('never', 'w')", tmp_path)]])
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
    assert not (tmp_path / "never").exists()


@pytest.mark.parametrize(("status", "expected"), [(0, 0), (1, 1)])
def test_the_exit_status_and_the_last_line(
    status: int, expected: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(plan, "BUILD", tmp_path)
    monkeypatch.setattr(plan, "unit", lambda floor: [python("one", f"raise SystemExit({status})", tmp_path)])
    assert checks.main(["unit"]) == expected
    assert f"{1 - status} passed, {status} failed in " in capsys.readouterr().out.splitlines()[-1]


def test_an_unknown_part_is_refused() -> None:
    assert checks.main(["linting"]) == 2


def test_scenarios_leave_each_other_their_images_and_the_last_none() -> None:
    kept = [check.env["SANDBOX_KEEP_IMAGES"] for check in plan.molecule()]
    assert kept[-1] == "false" and set(kept[:-1]) <= {"true"}
