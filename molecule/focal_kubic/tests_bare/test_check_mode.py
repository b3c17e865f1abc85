# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode on a bare node: it says what a run will do, and does nothing."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from tests.cluster.nodes import ssh_hosts
from tests.kubic.state import state

testinfra_hosts = list(ssh_hosts(Path(__file__).parents[1] / "inventory").values())


def test_check_mode_tries_the_repository_and_changes_nothing(host: t.Any, run: t.Any, between_phases: Path) -> None:
    before = state(host)
    outcome = run("--check", "--diff")
    assert outcome.word == "CHANGED"
    assert state(host) == before
    assert outcome.result["podman"]["version"] == "4.3.1"
    assert outcome.result["podman"]["source"] == "kubic"
    (between_phases / "bare.txt").write_text(before)
    (between_phases / "predicted.json").write_text(json.dumps(outcome.steps))
