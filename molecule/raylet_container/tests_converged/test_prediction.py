# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first real run did exactly what check mode said."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from tests.cluster.raylet_container import processes
from tests.cluster.site import changes


def test_the_run_did_what_check_mode_said(converged_report: Path, between_phases: Path) -> None:
    predicted = {tuple(row) for row in json.loads((between_phases / "predicted.json").read_text())}
    assert changes(json.loads(converged_report.read_text())) == predicted


def test_remember_the_processes(hosts: dict[str, t.Any], between_phases: Path) -> None:
    """For the phase after the second run: it must find the same ones."""
    seen = {name: processes(host) for name, host in hosts.items()}
    (between_phases / "processes.json").write_text(json.dumps(seen))
    assert all(each["raylet"]["MainPID"] != "0" for each in seen.values())
    # One replica each, wherever Serve has put them.
    assert sum(len(pids) for each in seen.values() for pids in each["applications"].values()) == 2
