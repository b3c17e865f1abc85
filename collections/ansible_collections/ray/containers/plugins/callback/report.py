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
options:
  directory:
    description:
      - Where the report is written.
      - By default C(.report) in the directory of the inventory file, or in the inventory itself where that is a directory; of
        several inventories the first counts. By its name Ansible passes over it when it reads the inventory.
        Without an inventory that is a file or a directory, C(.report) where the run was started.
    type: path
    env:
      - name: RAY_CONTAINERS_REPORT
    ini:
      - section: ray_containers
        key: report
description:
  - Collects what the modules of the collection return, and at the end of the run prints every application
    with its URL and its answer, every finding, every host that failed or could not be reached, and what changed.
  - Writes the same, and what was done on each node, what changed and where the time went, as C(report.html) into O(directory);
    one page that needs nothing beside itself. C(report.json) beside it is the same as data; C(docs/report.md) describes it.
    C(history.json) has the last 20 runs, which the page shows.
  - The files are readable by the caller alone, since they hold answers of applications. Under sudo, files and directories
    that are made belong to who called it.
  - The logs that a run has read (M(ray.containers.logs_info)) it packs with C(report.json) into an archive beside the report. In
    check mode it only says how much that would be.
  - With C(--diff) the page shows what changed as a diff.
  - When the files cannot be written, all is printed none the less, and the last line says why there is no report.
  - The playbooks of the collection enable it by themselves.
    A run that uses none of the modules gets no report.
"""

import datetime
import json
import os
import time
import typing as t

from ansible import context
from ansible.plugins.callback import CallbackBase

from ansible_collections.ray.containers.plugins.module_utils._core.secrets.said import said
from ansible_collections.ray.containers.plugins.module_utils._host import accounts
from ansible_collections.ray.containers.plugins.module_utils._host.descriptors import (
    OPEN_DIRECTORY,
    Refused,
    read_regular,
    replace,
)
from ansible_collections.ray.containers.plugins.plugin_utils._report import bundle, history
from ansible_collections.ray.containers.plugins.plugin_utils._report.chart import Timed
from ansible_collections.ray.containers.plugins.plugin_utils._report.outcome import Outcome
from ansible_collections.ray.containers.plugins.plugin_utils._report.page import page
from ansible_collections.ray.containers.plugins.plugin_utils._report.site import (
    Document,
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
        self.times: list[Timed] = []
        self.addresses: dict[str, str] = {}
        self.check_mode = False
        self.playbook = ""
        self.began = time.monotonic()
        self._at: dict[tuple[str, str], float] = {}
        self.disabled = CallbackModule._reporter is not None
        if not self.disabled:
            CallbackModule._reporter = self

    def v2_playbook_on_start(self, playbook: t.Any) -> None:
        self.playbook = os.path.splitext(os.path.basename(playbook._file_name))[0]

    def v2_runner_on_start(self, host: t.Any, task: t.Any) -> None:
        self._at[host.get_name(), task._uuid] = time.monotonic() - self.began

    def v2_playbook_on_play_start(self, play: t.Any) -> None:
        self.check_mode = bool(play.check_mode)

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._remember(result, "ok")

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._remember(result, "ok" if ignore_errors else "failed")

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._remember(result, "unreachable")

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        self._time(result)

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        if not any(outcome.ours for outcome in self.outcomes):
            return
        finished = datetime.datetime.now(tz=datetime.UTC).isoformat(timespec="seconds")
        seconds = time.monotonic() - self.began
        report = document(
            self.outcomes,
            finished=finished,
            seconds=seconds,
            check_mode=self.check_mode,
            playbook=self.playbook,
            addresses=self.addresses,
            times=[vars(timed) for timed in self.times],
        )
        directory = _shown(self.get_option("directory") or os.path.join(_inventory(), ".report"))
        bundled, told = self._bundle(report, directory)
        # A run's answers and failures are shown whatever becomes of its files.
        try:
            lines = closing_lines(report, _write(report, directory, bundled))
            lines[-1:-1] = told
        except OSError as error:
            why = f"no report: {directory} cannot be written ({error.strerror})"
            remedy = "Let the user of this run write there, or name another directory in RAY_CONTAINERS_REPORT"
            lines = [*closing_lines(report, ""), f"{why}. {remedy}"]
        for line in lines:
            self._display.display(line)

    def _bundle(self, report: Document, directory: str) -> tuple[dict[str, bytes], list[str]]:
        """The archive of the logs that were read, by its name, and the line that tells of it; nothing where none were."""
        nodes = bundle.logs_of(self.outcomes)
        if not nodes:
            return {}, []
        now = time.time()
        name = f"logs-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(now))}"
        read, length = (
            sum(len(node.logs) for node in nodes),
            sum(len(log["text"]) for node in nodes for log in node.logs),
        )
        told = f"{read} log{'s' if read != 1 else ''} of {', '.join(node.host for node in nodes)}, {length / 2**20:.1f} MiB"
        if self.check_mode:
            return {}, [f"logs: no archive in check mode; it would hold {told}"]
        packed = bundle.archive(name, report, nodes, now)
        where = os.path.join(directory, f"{name}.tar.gz")
        return {f"{name}.tar.gz": packed}, [f"logs: {where} ({told}, packed {len(packed) / 2**20:.1f} MiB)"]

    def _remember(self, result: t.Any, state: str) -> None:
        # Underscored until ansible-core 2.18 is no longer supported: the public names came with 2.19.
        self._time(result)
        task, returned = result._task, dict(result._result)
        if not task.diff:
            returned.pop("diff", None)
        ours = (task.resolved_action or task.action or "").startswith(OURS)
        if ours or state != "ok":
            host, name = result._host.get_name(), _name(task)
            hidden = bool(returned.get("_ansible_no_log"))
            self.outcomes.append(Outcome(host, name, state, ours, {} if hidden else said(returned)))
            variables = result._host.get_vars()
            address = variables.get("ray_node_ip_address") or variables.get("ansible_host") or host
            self.addresses[host] = said(str(address))

    def _time(self, result: t.Any) -> None:
        """Keep how long a host was at a task, from when a worker took it until its result is here."""
        host, task = result._host.get_name(), result._task
        start = self._at.pop((host, task._uuid), None)
        if start is not None:
            seconds = time.monotonic() - self.began - start
            self.times.append(Timed(host, _name(task), round(start, 2), round(seconds, 2)))


def _name(task: t.Any) -> str:
    """A task's name without the role's."""
    name = str(task.get_name().rpartition(" : ")[2])
    return said(name)


def _inventory() -> str:
    """The directory that the inventory lies in, or is; where the run was started when it is neither a file nor one."""
    for source in context.CLIARGS.get("inventory") or ():
        if os.path.isdir(source):
            return str(source)
        if os.path.exists(source):
            return str(os.path.dirname(os.path.abspath(source)))
    return os.curdir


def _shown(path: str) -> str:
    """A path as short as it can be said from here."""
    near = os.path.relpath(path)
    return path if near.startswith(os.pardir) else near


def _write(report: Document, directory: str, bundled: t.Mapping[str, bytes]) -> str:
    """Write the files of the report, and what is *bundled* with it; returns the one to look at. Raises OSError."""
    pretty = f"{json.dumps(report, indent=2, sort_keys=True, ensure_ascii=False, default=str)}\n"
    html = os.path.join(directory, "report.html")
    # Under sudo the report is for who called, not for root, and so is where the next one without sudo is written.
    reader = os.environ.get("SUDO_USER", "") if os.geteuid() == 0 else ""
    ids = accounts.account(reader)
    uid, gid = (ids.uid, ids.gid) if ids else (-1, -1)
    _make(os.path.abspath(directory), uid, gid)
    opened = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        runs = [history.entry(report), *_earlier(opened)][: history.KEPT]
        texts = {"report.json": pretty, "report.html": page(report, runs), "history.json": history.text(runs)}
        files = {**{name: text.encode(errors="replace") for name, text in texts.items()}, **bundled}
        for name, content in files.items():
            replace(opened, name, content, 0o600, uid, gid)
    finally:
        os.close(opened)
    return html


def _earlier(directory: int) -> list[history.Run]:
    """The runs that were reported there before; what else may stand in the place of that file is none."""
    try:
        return history.read(read_regular("history.json", history.LARGEST, flags=os.O_NOFOLLOW, dir_fd=directory))
    except (OSError, Refused):
        return []


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
