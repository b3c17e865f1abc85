# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first real run did exactly what check mode said."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from tests.cluster.nodes import app_containers, raylet_process, ssh_hosts
from tests.cluster.site import changes

testinfra_hosts = list(ssh_hosts(Path(__file__).parents[1] / "inventory").values())


def test_the_run_did_what_check_mode_said(converged_report: Path, between_phases: Path) -> None:
    predicted = {tuple(row) for row in json.loads((between_phases / "predicted.json").read_text())}
    assert changes(json.loads(converged_report.read_text())) == predicted


def test_remember_the_processes(host: t.Any, between_phases: Path) -> None:
    """For the phase after the second run: it must find the same ones."""
    raylet = raylet_process(host)
    seen = {"raylet": raylet, "containers": app_containers(host)}
    (between_phases / f"processes-{host.backend.get_hostname()}.json").write_text(json.dumps(seen))
    assert raylet["MainPID"] != "0"
