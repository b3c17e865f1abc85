# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making faults on the nodes of a cluster, asking what is wrong, and having them healed."""

from __future__ import annotations

import contextlib
import subprocess
import time
import typing as t
from dataclasses import dataclass, replace
from pathlib import Path

from tests.cluster.answers import answers
from tests.cluster.nodes import TestCluster
from tests.cluster.site import Run, Site
from tests.cluster.waiting import eventually
from tests.faults.made import HOST, Made
from tests.faults.table import Row

__all__ = ["Faults", "NotWell"]

#: A raylet that was started joins, and its replicas answer, in seconds.
BACK = 240.0
SHOWN = 60.0


class NotWell(AssertionError):
    """The cluster is not what it was before a fault: what follows would be about nothing."""


@dataclass
class Faults:
    """A cluster on which faults are made."""

    cluster: TestCluster
    hosts: t.Mapping[str, t.Any]
    site: Site
    applications: t.Mapping[str, t.Mapping[str, t.Any]]

    def play(self, batch: t.Sequence[Made]) -> list[Row]:
        """Make the faults of a batch together, and see what becomes of them. The cluster is well before and afterwards."""
        try:
            return self._play(batch)
        except BaseException:
            for fault in batch:
                self._run(fault, fault.undo)
            raise

    def play_on(self, node: str, batch: t.Sequence[Made]) -> list[Row]:
        """The same with all faults of the batch on one node."""
        return self.play([replace(fault, node=node) for fault in batch])

    def _play(self, batch: t.Sequence[Made]) -> list[Row]:
        for fault in batch:
            self._make(fault)
        began = time.monotonic()
        told = self.diagnose()
        seconds = time.monotonic() - began
        first = {fault.name: self._first(fault, batch, told) for fault in batch}
        began = time.monotonic()
        self._heal(batch, first)
        if any(fault.loud for fault in batch):
            self._wait_until_back()
        left = self.diagnose().report["findings"]
        back = time.monotonic() - began
        return [
            Row(
                fault.name,
                fault.node,
                fault.code,
                str(found.get("code", "")),
                str(found.get("sentence", "")),
                right=found.get("code") == fault.code,
                healed=fault.healed,
                seconds=seconds,
                back=back,
                empty=not left,
                left="; ".join(f"{each['host']} {each['code']} {each['sentence']}" for each in left),
                beside="; ".join(each.name for each in batch if each is not fault and each.node == fault.node),
            )
            for fault in batch
            for found in (first[fault.name],)
        ]

    def diagnose(self) -> Run:
        """What diagnose says of all nodes now."""
        run = self.site.of("diagnose").run("-e", "history=true")
        if run.rc != 0:
            raise NotWell(run.output)
        return run

    def restart(self, node: str) -> None:
        """Restart a raylet, and wait until all is back."""
        done = self.hosts[node].run("systemctl restart raylet")
        assert done.rc == 0, done.stderr
        self._wait_until_back()

    @contextlib.contextmanager
    def deploying(self, config: Path) -> t.Iterator[subprocess.Popen[str]]:
        """Deploy a Serve config, and go on meanwhile."""
        process = self.site.of("deploy").start("-e", f"ray_serve_config={config}")
        # Two runs at once need two places for their reports.
        here, self.site = self.site, replace(self.site, reports=self.site.reports / "meanwhile")
        self.site.reports.mkdir(exist_ok=True)
        try:
            yield process
        finally:
            self.site = here
            process.communicate()

    def deploy(self) -> None:
        """Deploy the inventory's own Serve config."""
        run = self.site.of("deploy").run()
        if run.rc != 0:
            raise NotWell(run.output)

    def _first(self, fault: Made, batch: t.Sequence[Made], told: Run) -> t.Mapping[str, t.Any]:
        """The first finding on the fault's node; of two faults on one node, the one that is its own."""
        findings = told.report["findings"]
        here = [each for each in findings if fault.node in (HOST, each["host"])]
        twice = len({each.node for each in batch}) < len(batch)
        if twice and [each["code"] for each in here].count(fault.code) == 1 and len(here) == len(batch):
            return next(each for each in here if each["code"] == fault.code)
        allowed = {each for made in batch for each in made.others}
        elsewhere = [
            each
            for each in findings
            if each["host"] not in {made.node for made in batch} and each["code"] not in allowed and fault.node != HOST
        ]
        found = (here or elsewhere or [{}])[0]
        # A symptom on another node beside it is as wrong as one before it.
        return {**found, "code": f"{found['code']} + {elsewhere[0]['code']}"} if here and elsewhere else found

    def _make(self, fault: Made) -> None:
        self._run(fault, fault.make, check=True)
        if fault.shown:
            eventually(lambda: self._run(fault, fault.shown) == 0, within=SHOWN, what=f"{fault.name} shows")

    def _heal(self, batch: t.Sequence[Made], first: t.Mapping[str, t.Mapping[str, t.Any]]) -> None:
        for fault in batch:
            found = first[fault.name]
            if fault.healed == "remedy" and found.get("code") == fault.code:
                self._run(fault, str(found["remedy"]), check=True)
            elif fault.healed != "site":
                self._run(fault, fault.undo, check=True)
        if any(fault.healed == "site" for fault in batch):
            run = self.site.run()
            if run.rc != 0:
                raise NotWell(run.output)

    def _wait_until_back(self) -> None:
        eventually(
            lambda: (
                all(host.service("raylet").is_running for host in self.hosts.values()) and answers(self.applications)
            ),
            within=BACK,
            what="all raylets run and all applications answer",
        )

    def _run(self, fault: Made, command: str, *, check: bool = False) -> int:
        if fault.node == HOST:
            self.cluster.switch("registry", on=command.endswith(" on"))
            return 0
        done = self.hosts[fault.node].run(command)
        assert not check or done.rc == 0, f"{fault.name}: {command}: {done.stdout}{done.stderr}"
        return int(done.rc)
