# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make test` stands on: a failing check fails the run, lanes do run side by side, nothing outlives an interrupt."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import tomllib
import typing as t
from pathlib import Path

import pytest

from tests.checks import __main__ as checks
from tests.checks import leftovers, plan
from tests.checks.runner import Check, Lanes, processes_with

ROOT = Path(__file__).resolve().parents[2]


def python(name: str, program: str, directory: Path) -> Check:
    return Check(name, (sys.executable, "-c", program), directory)


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`main` on its own: its logs in a directory, nothing of the checkout touched, this process's signals as they were."""
    monkeypatch.setattr(plan, "BUILD", tmp_path)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    for name in ("clean", "hand_over", "remove_nodes"):
        monkeypatch.setattr(leftovers, name, lambda name=name: (tmp_path / name).touch())
    return tmp_path


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


def interrupted_by(path: Path) -> t.Callable[[list[threading.Thread]], None]:
    """An operator who waits until something is written there, and interrupts."""

    def interrupt(_threads: list[threading.Thread]) -> None:
        deadline = time.monotonic() + 60
        while not path.exists() or not path.read_text():
            assert time.monotonic() < deadline
        raise KeyboardInterrupt

    return interrupt


def test_an_interrupt_ends_what_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lanes = Lanes(tmp_path / "logs")
    slow = "import os, pathlib, time; pathlib.Path('pid').write_text(str(os.getpid())); time.sleep(60)"

    monkeypatch.setattr(lanes, "_wait", interrupted_by(tmp_path / "pid"))
    with pytest.raises(KeyboardInterrupt):
        lanes.run([[python("slow", slow, tmp_path), python("never", "open('never', 'w')", tmp_path)]])
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
    assert not (tmp_path / "never").exists()


@pytest.mark.parametrize(("status", "expected"), [(0, 0), (1, 1)])
def test_the_exit_status_and_the_last_line(
    status: int, expected: int, alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(plan, "unit", lambda floor: [python("one", f"raise SystemExit({status})", alone)])
    assert checks.main(["unit"]) == expected
    assert (alone / "hand_over").exists()
    assert not (alone / "remove_nodes").exists()
    assert f"{1 - status} passed, {status} failed in " in capsys.readouterr().out.splitlines()[-1]


def test_an_unknown_part_is_refused() -> None:
    assert checks.main(["linting"]) == 2


def test_scenarios_leave_each_other_their_images_and_the_last_none() -> None:
    kept = [check.env["SANDBOX_KEEP_IMAGES"] for check in plan.molecule()]
    assert kept[-1] == "false" and set(kept[:-1]) <= {"true"}


def test_a_check_that_cannot_be_run_has_failed_and_the_next_one_runs(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (alone / "unwritable.log").mkdir()
    lane = [
        Check("absent", ("no-such-program",), alone),
        python("unwritable", "", alone),
        python("good", "print('fine')", alone),
    ]
    monkeypatch.setattr(plan, "lint", lambda floor: lane)
    assert checks.main(["lint"]) == 1
    said = capsys.readouterr().out
    assert "absent cannot be run: no-such-program: No such file or directory. Run it with make" in said
    assert f"unwritable cannot be run: {alone / 'unwritable.log'}: Is a directory. " in said
    assert "1 passed, 2 failed in " in said.splitlines()[-1]


def test_a_check_without_a_verdict_has_not_passed(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(plan, "lint", lambda floor: [python("one", "", alone), python("two", "", alone)])
    monkeypatch.setattr(Lanes, "_lane", lambda self, lane: self._one(lane[0]))
    assert checks.main(["lint"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[-2] == "not run to the end: two"
    assert said[-1].startswith("1 passed, 1 failed in ")


@pytest.mark.parametrize(("part", "removed"), [("molecule", True), ("unit", False)])
def test_an_interrupt_removes_the_nodes_where_there_may_be_some(
    part: str, removed: bool, alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Lanes, "run", interrupted)
    assert checks.main([part]) == 130
    assert (alone / "remove_nodes").exists() == removed
    assert (alone / "hand_over").exists()


def test_the_nodes_of_every_scenario_are_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, ...]] = []
    monkeypatch.setattr(subprocess, "run", lambda command, **_: told.append(command))
    leftovers.remove_nodes()
    assert {command[1:-1] for command in told} == {("-m", "tests.nodes", "down", "--inventory")}
    assert {Path(command[-1]).parent.name for command in told} == {
        path.parent.name for path in ROOT.glob("molecule/*/molecule.yml")
    }


def test_an_interrupt_ends_what_has_a_session_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a site run that a test starts has, and in it each worker of Ansible."""
    lanes = Lanes(tmp_path / "logs")
    nap = "import os, pathlib, sys, time; pathlib.Path('pid').write_text(str(os.getpid())); time.sleep(60)"
    start = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {!r}], start_new_session=True); "
    start += "time.sleep(60)"

    monkeypatch.setattr(lanes, "_wait", interrupted_by(tmp_path / "pid"))
    with pytest.raises(KeyboardInterrupt):
        lanes.run([[python("site", start.format(nap), tmp_path)]])
    assert processes_with(lanes._mark) == []
    left = Path(f"/proc/{(tmp_path / 'pid').read_text()}/stat")
    assert not left.exists() or left.read_text().split()[2] == "Z"


#: The run itself, with one endless check for its nodes, and a clean-up that goes on until it was interrupted, too. A shell has
#: what it starts in the background ignore an interrupt, nohup a hangup, and so would this, if pytest was started so.
ENDLESS = """
import pathlib, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from tests.checks import __main__ as checks, leftovers, plan
from tests.checks.runner import Check
plan.BUILD = here = pathlib.Path(sys.argv[1])
program = "import time; print(1, flush=True); time.sleep(60)"
plan.molecule = lambda: [Check("endless", (sys.executable, "-c", program), here)]
def remove_nodes():
    (here / "removing").touch()
    while not (here / "again").exists(): pass
    (here / "removed").touch()
leftovers.remove_nodes, leftovers.clean, leftovers.hand_over = remove_nodes, int, int
sys.exit(checks.main(["molecule"]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_end_from_outside_removes_the_nodes_and_a_second_one_does_not_stop_that(
    tmp_path: Path, number: signal.Signals
) -> None:
    process = subprocess.Popen([sys.executable, "-c", ENDLESS, str(tmp_path)], cwd=ROOT, stdout=subprocess.DEVNULL)
    for sign in ("endless.log", "removing"):
        deadline = time.monotonic() + 60
        while not (tmp_path / sign).exists() or (sign == "endless.log" and not (tmp_path / sign).read_text()):
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.02)
        process.send_signal(number)
    (tmp_path / "again").touch()
    assert process.wait(60) == 130
    assert (tmp_path / "removed").exists()


def test_what_molecule_remembers_stays_in_the_checkout() -> None:
    places = {check.env["MOLECULE_EPHEMERAL_DIRECTORY"] for check in plan.molecule()}
    assert len(places) == len(plan.molecule())
    assert all(Path(place).is_relative_to(plan.BUILD) for place in places)


def test_every_file_of_tests_is_run() -> None:
    """By pytest, which is given no paths; those of the scenarios by molecule."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    paths = [ROOT / path for path in settings["tool"]["pytest"]["ini_options"]["testpaths"]]
    elsewhere = [ROOT / name for name in (".git", ".venv", "build", "collections/.cache", "molecule")]
    lost = []
    for directory, inside, files in os.walk(ROOT):
        here = Path(directory)
        inside[:] = [name for name in inside if here / name not in (*elsewhere, *paths)]
        lost += [str(here / name) for name in files if name.startswith("test_") and name.endswith(".py")]
    assert lost == []
