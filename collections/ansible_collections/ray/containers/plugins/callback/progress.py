# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says every few seconds what a long task is at, on which hosts, and how far it is."""

from __future__ import annotations

DOCUMENTATION = r"""
name: progress
type: notification
short_description: Say what a long task is at
version_added: 0.1.0
author:
  - The ray.containers authors (@ray-containers)
description:
  - Ansible prints nothing while a task runs. This callback prints a line every five seconds (every fifteen after a
    minute) for a task that runs longer than five seconds, with the hosts that are done and those that are still at it.
  - The playbooks of the collection enable it by themselves.
"""

import contextlib
import os
import sys
import threading
import time
import typing as t
from dataclasses import dataclass, field

from ansible.plugins.callback import CallbackBase

FIRST_LINE_AFTER = 5.0
PATIENT_AFTER = 60.0
PATIENT_INTERVAL = 15.0
MANY_HOSTS = 4


@dataclass
class Running:
    """A task while hosts are at it: when each host began, and how long those took that are done. In seconds."""

    name: str
    next_line: float
    began: dict[str, float] = field(default_factory=dict)
    took: dict[str, float] = field(default_factory=dict)

    def line(self, now: float) -> str:
        """What the operator reads."""
        waiting = [host for host in self.began if host not in self.took]
        elapsed = now - min(self.began[host] for host in waiting)
        done = ""
        if self.took:
            each = _listed([f"{host} {seconds:.0f} s" for host, seconds in self.took.items()])
            done = f"{len(self.took)} of {len(self.began)} done ({each}); "
        return f"  … {self.name}, {elapsed:.0f} s: {done}still at it: {_listed(waiting)}"


class Board:
    """Which hosts are at which task. Every time is in seconds of one steady clock that the caller reads."""

    def __init__(self) -> None:
        self._tasks: dict[str, Running] = {}
        # Ansible calls from its main thread and from the one that collects results; the lines come from a third.
        self._lock = threading.Lock()

    def start(self, task: str, name: str, host: str, now: float) -> None:
        """*host* begins the task with the unique id *task*."""
        with self._lock:
            running = self._tasks.setdefault(task, Running(name, now + FIRST_LINE_AFTER))
            running.began[host] = now
            running.took.pop(host, None)

    def end(self, task: str, host: str, now: float) -> None:
        """*host* is done with it, well or not."""
        with self._lock:
            running = self._tasks.get(task)
            if running is None or host not in running.began:
                return
            running.took[host] = now - running.began[host]
            if len(running.took) == len(running.began):
                del self._tasks[task]

    def lines(self, now: float) -> list[str]:
        """What is to be said now; usually nothing."""
        with self._lock:
            due = [running for running in self._tasks.values() if now >= running.next_line]
            for running in due:
                patient = now - min(running.began.values()) >= PATIENT_AFTER
                running.next_line = now + (PATIENT_INTERVAL if patient else FIRST_LINE_AFTER)
            return [running.line(now) for running in due]


def _listed(names: list[str]) -> str:
    if len(names) <= MANY_HOSTS:
        return ", ".join(names)
    return f"{', '.join(names[: MANY_HOSTS - 1])} and {len(names) - MANY_HOSTS + 1} more"


class CallbackModule(CallbackBase):
    """Keeps the board from Ansible's events, and a thread that reads from it."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "ray.containers.progress"
    CALLBACK_NEEDS_ENABLED = True

    #: A playbook of the collection brings this callback, and ansible.cfg may enable it too: one of them speaks.
    _speaker: t.ClassVar[CallbackBase | None] = None

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self.board = Board()
        self._stop = threading.Event()
        self.disabled = CallbackModule._speaker is not None
        if not self.disabled:
            CallbackModule._speaker = self

    def v2_playbook_on_start(self, playbook: t.Any) -> None:
        threading.Thread(target=self._speak, name="ray.containers.progress", daemon=True).start()

    def v2_runner_on_start(self, host: t.Any, task: t.Any) -> None:
        self.board.start(task._uuid, task.get_name().rpartition(" : ")[2], host.get_name(), time.monotonic())

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._end(result)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._end(result)

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        self._end(result)

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._end(result)

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        self._stop.set()

    def _end(self, result: t.Any) -> None:
        # Underscored until ansible-core 2.18 is no longer supported: the public names came with 2.19.
        self.board.end(result._task._uuid, result._host.get_name(), time.monotonic())

    def _speak(self) -> None:
        # Ansible forks its workers while this thread runs. A lock of a Python stream that is held at that moment would
        # stay held in the worker for ever; a bare write takes none.
        out = sys.__stdout__.fileno() if sys.__stdout__ else 1
        while not self._stop.wait(1.0):
            for line in self.board.lines(time.monotonic()):
                with contextlib.suppress(OSError):
                    os.write(out, f"{line}\n".encode())
