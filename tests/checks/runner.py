# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs checks in lanes side by side: each check's output in one piece, and a sign of life while they are at it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

SIGN_OF_LIFE_EVERY = 15.0
#: As a shell says that it cannot run a program.
NOT_RUN = 127
BELONGS_TO_ROOT = "`sudo tools/hand-over` gives what root made in this checkout to its owner"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Check:
    """One program that says by its exit status whether all is well."""

    name: str
    argv: tuple[str, ...]
    cwd: Path
    env: t.Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """How a check ended. The log holds all that it printed.

    :param trouble: why it could not be run at all; a sentence.
    """

    check: Check
    rc: int
    seconds: float
    log: Path
    trouble: str = ""

    @property
    def last_line(self) -> str:
        """What the check said last, for the one line that a check gets when all is well."""
        return last_line(self.log)


class Lanes:
    """Runs each lane's checks one after the other, and the lanes at the same time.

    :param logs: the directory of one log a check.
    """

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: dict[str, tuple[float, Path, subprocess.Popen[bytes]]] = {}
        self._verdicts: list[Verdict] = []
        self._lock = threading.Lock()
        self._stopped = False
        # In the environment of everything that a check starts, whatever session that is in.
        self._mark = f"RAY_CONTAINERS_CHECKS_{os.getpid()}"

    def run(self, lanes: t.Iterable[t.Sequence[Check]]) -> list[Verdict]:
        """Run everything, also after a failure: one run tells all that is wrong."""
        self._logs.mkdir(parents=True, exist_ok=True)
        threads = [threading.Thread(target=self._lane, args=(lane,)) for lane in lanes]
        for thread in threads:
            thread.start()
        try:
            self._wait(threads)
        except BaseException:
            self._stop()
            for thread in threads:
                thread.join()
            raise
        return self._verdicts

    def _wait(self, threads: list[threading.Thread]) -> None:
        said = time.monotonic()
        while any(thread.is_alive() for thread in threads):
            time.sleep(0.2)
            if time.monotonic() - said >= SIGN_OF_LIFE_EVERY:
                said = time.monotonic()
                self._say_what_runs(said)

    def _lane(self, lane: t.Sequence[Check]) -> None:
        for check in lane:
            if self._stopped:
                return
            self._one(check)

    def _one(self, check: Check) -> None:
        log = self._logs / f"{check.name.replace(' ', '-')}.log"
        began = time.monotonic()
        try:
            rc, trouble = self._status(check, log), ""
        except OSError as error:
            remedy = (
                BELONGS_TO_ROOT if isinstance(error, PermissionError) else "Run it with make, which brings its programs"
            )
            rc, trouble = NOT_RUN, f"{check.name} cannot be run: {error.filename}: {error.strerror}. {remedy}."
        with self._lock:
            self._running.pop(check.name, None)
            verdict = Verdict(check, rc, time.monotonic() - began, log, trouble)
            self._verdicts.append(verdict)
            if not self._stopped:
                _tell(verdict)

    def _status(self, check: Check, log: Path) -> int:
        """Run a check to its end. Raises OSError when it cannot be started, or its log not be written."""
        with log.open("wb") as output:
            process = subprocess.Popen(
                check.argv,
                cwd=check.cwd,
                env={**os.environ, **check.env, self._mark: "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            with self._lock:
                self._running[check.name] = (time.monotonic(), log, process)
            return process.wait()

    def _say_what_runs(self, now: float) -> None:
        with self._lock:
            for name, (began, log, _) in self._running.items():
                print(f"  … {name}, {now - began:.0f} s: {last_line(log)[:100]}", flush=True)

    def _stop(self) -> None:
        """End what runs, and all that it started, and wait for it."""
        self._stopped = True
        with self._lock:
            processes = [process for _, _, process in self._running.values()]
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                # An interrupt is ignored by what a shell started in the background, and by all that this starts.
                os.killpg(process.pid, signal.SIGTERM)
        for process in processes:
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        # Site runs of the tests have sessions of their own, and so have the workers of every run of Ansible.
        deadline = time.monotonic() + 10
        while (left := processes_with(self._mark)) and time.monotonic() < deadline:
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.1)


def _tell(verdict: Verdict) -> None:
    if verdict.rc == 0:
        print(f"ok      {verdict.check.name}  ({verdict.seconds:.1f} s)  {verdict.last_line[:100]}", flush=True)
        return
    text = verdict.trouble or verdict.log.read_text(encoding="utf-8", errors="replace")
    print(f"FAILED  {verdict.check.name}  ({verdict.seconds:.1f} s), status {verdict.rc}:\n{text}", flush=True)


def last_line(log: Path) -> str:
    """The last line that says something in a log that may still grow; empty when there is none."""
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - 4096))
        text = COLOURS.sub("", stream.read().decode(errors="replace"))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].strip("= ") if lines else ""


def processes_with(variable: str) -> list[int]:
    """The processes that run with this environment variable, as far as this user may see."""
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if f"\0{variable}=".encode() in b"\0" + environment.read_bytes():
                found.append(int(environment.parent.name))
    return found
