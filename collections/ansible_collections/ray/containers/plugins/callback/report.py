# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ends a run with the applications' answers, what changed, what failed, and a report in two files."""

from __future__ import annotations

DOCUMENTATION = r"""
name: report
type: notification
short_description: End a run with one report
version_added: 0.1.0
author:
  - The ray.containers authors (@ray-containers)
description:
  - Collects what the modules of the collection return, and at the end of the run prints every application
    with its URL and its answer, every finding, every host that failed or could not be reached, and what changed.
  - Writes the same as C(report.json) and C(report.html) into the directory C(build/report) below the current one, or
    into the one that the environment variable E(RAY_CONTAINERS_REPORT) names. The files are readable by the caller alone,
    since they hold answers of applications. Under sudo, files and directories that are made belong to who called it.
  - When they cannot be written, all is printed none the less, and the last line says why there is no report.
  - The playbooks of the collection enable it by themselves.
    A run that uses none of the modules gets no report.
"""

import datetime
import json
import os
import time
import typing as t

from ansible.plugins.callback import CallbackBase

from ansible_collections.ray.containers.plugins.module_utils._core.secrets.said import said
from ansible_collections.ray.containers.plugins.module_utils._host import accounts
from ansible_collections.ray.containers.plugins.module_utils._host.descriptors import OPEN_DIRECTORY, replace
from ansible_collections.ray.containers.plugins.plugin_utils._report.page import page
from ansible_collections.ray.containers.plugins.plugin_utils._report.site import (
    Document,
    Outcome,
    closing_lines,
    document,
)

OURS = "ray.containers."


class CallbackModule(CallbackBase):
    """Remembers outcomes while tasks end, and writes at the run's end."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "ray.containers.report"
    CALLBACK_NEEDS_ENABLED = True

    #: A playbook of the collection brings this callback, and ansible.cfg may enable it too: one of them reports.
    _reporter: t.ClassVar[CallbackBase | None] = None

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcomes: list[Outcome] = []
        self.check_mode = False
        self.began = time.monotonic()
        self.disabled = CallbackModule._reporter is not None
        if not self.disabled:
            CallbackModule._reporter = self

    def v2_playbook_on_play_start(self, play: t.Any) -> None:
        self.check_mode = bool(play.check_mode)

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._remember(result, "ok")

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._remember(result, "ok" if ignore_errors else "failed")

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._remember(result, "unreachable")

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        if not any(outcome.ours for outcome in self.outcomes):
            return
        finished = datetime.datetime.now(tz=datetime.UTC).isoformat(timespec="seconds")
        seconds = time.monotonic() - self.began
        report = document(self.outcomes, finished=finished, seconds=seconds, check_mode=self.check_mode)
        directory = os.environ.get("RAY_CONTAINERS_REPORT") or os.path.join("build", "report")
        # A run's answers and failures are shown whatever becomes of its files.
        try:
            lines = closing_lines(report, _write(report, directory))
        except OSError as error:
            why = f"no report: {directory} cannot be written ({error.strerror})"
            remedy = "Let the user of this run write there, or name another directory in RAY_CONTAINERS_REPORT"
            lines = [*closing_lines(report, ""), f"{why}. {remedy}"]
        for line in lines:
            self._display.display(line)

    def _remember(self, result: t.Any, state: str) -> None:
        # Underscored until ansible-core 2.18 is no longer supported: the public names came with 2.19.
        task, returned = result._task, result._result
        ours = (task.resolved_action or task.action or "").startswith(OURS)
        if ours or state != "ok":
            name = task.get_name().rpartition(" : ")[2]
            hidden = bool(returned.get("_ansible_no_log"))
            outcome = Outcome(result._host.get_name(), name, state, ours, {} if hidden else said(dict(returned)))
            self.outcomes.append(outcome)


def _write(report: Document, directory: str) -> str:
    """Write both files of the report; returns the one to look at. Raises OSError."""
    pretty = json.dumps(report, indent=2, sort_keys=True, ensure_ascii=False, default=str)
    html = os.path.join(directory, "report.html")
    # Under sudo the report is for who called, not for root, and so is where the next one without sudo is written.
    reader = os.environ.get("SUDO_USER", "") if os.geteuid() == 0 else ""
    ids = accounts.account(reader)
    uid, gid = (ids.uid, ids.gid) if ids else (-1, -1)
    _make(os.path.abspath(directory), uid, gid)
    opened = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        replace(opened, "report.json", f"{pretty}\n".encode(errors="replace"), 0o600, uid, gid)
        replace(opened, "report.html", page(report).encode(errors="replace"), 0o600, uid, gid)
    finally:
        os.close(opened)
    return html


def _make(directory: str, uid: int, gid: int) -> None:
    """Make a directory and those that are missing above it; the operator's own is wherever it pleases the operator."""
    if os.path.isdir(directory):
        return
    _make(os.path.dirname(directory), uid, gid)
    os.mkdir(directory, 0o755)
    made = os.open(directory, OPEN_DIRECTORY)
    try:
        os.fchown(made, uid, gid)
    finally:
        os.close(made)
