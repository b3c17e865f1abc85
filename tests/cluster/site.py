# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of the site's playbooks, as a user starts them, with their reports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import typing as t
from dataclasses import dataclass, replace
from pathlib import Path

__all__ = ["Changes", "Run", "Site", "changes"]

PROJECT = Path(__file__).resolve().parents[2]

#: (host, task, step) for everything that a run changed, or in check mode would change.
Changes = set[tuple[str, str, str]]


@dataclass(frozen=True)
class Run:
    """A finished run: exit status, what it printed, and its report (empty when it wrote none)."""

    rc: int
    output: str
    report: dict[str, t.Any]

    @property
    def changes(self) -> Changes:
        return changes(self.report)


def changes(report: t.Mapping[str, t.Any]) -> Changes:
    """What a report says was changed."""
    return {
        (node["host"], change["task"], change["step"]) for node in report.get("nodes", []) for change in node["changes"]
    }


@dataclass(frozen=True)
class Site:
    """The site of one inventory.

    :param reports: a directory for the reports of the runs that tests start.
    :param playbook: which of the site's playbooks is run: ``site``, ``deploy``, ``rollback``, ``explain`` ...
    """

    inventory: Path
    reports: Path
    playbook: str = "site"

    def of(self, playbook: str) -> Site:
        """The same, with another playbook."""
        return replace(self, playbook=playbook)

    def run(self, *arguments: str) -> Run:
        """Run the playbook to its end."""
        process = self._start(arguments)
        output = process.communicate()[0]
        return Run(process.returncode, output, self._report())

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the playbook and leave it running, in a process group of its own."""
        return self._start(arguments)

    @staticmethod
    def kill(process: subprocess.Popen[str]) -> None:
        """End a run the way a power cut does: kill -9 for the controller and all that it started."""
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def _start(self, arguments: t.Sequence[str]) -> subprocess.Popen[str]:
        report = self.reports / "report.json"
        report.unlink(missing_ok=True)
        return subprocess.Popen(
            ["ansible-playbook", "-i", str(self.inventory), f"playbooks/{self.playbook}.yml", *arguments],
            cwd=PROJECT,
            env={
                **os.environ,
                "ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg"),
                "ANSIBLE_COLLECTIONS_PATH": str(PROJECT / "collections"),
                "RAY_CONTAINERS_REPORT": str(self.reports),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def _report(self) -> dict[str, t.Any]:
        path = self.reports / "report.json"
        return t.cast("dict[str, t.Any]", json.loads(path.read_text())) if path.exists() else {}
