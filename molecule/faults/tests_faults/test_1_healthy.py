# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster in which all is well has no finding: not when it was just made, not after restarts, and not while a deploy runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from tests.faults.cluster import Faults

#: Of every raylet; each costs half a minute.
RESTARTS = 10 if os.environ.get("FAULTS") == "all" else 1


def test_nothing_is_found_where_nothing_is_wrong(faults: Faults) -> None:
    told = faults.diagnose()
    assert told.report["findings"] == [], told.output
    assert told.report["unknown"] == [], told.output


@pytest.mark.parametrize("node", ["worker1", "head"])
def test_nothing_is_found_after_restarts(node: str, faults: Faults) -> None:
    for _time in range(RESTARTS):
        faults.restart(node)
        told = faults.diagnose()
        assert told.report["findings"] == [], told.output


def test_nothing_is_found_while_a_deploy_runs(faults: Faults, inventory: Path, tmp_path: Path) -> None:
    config = yaml.safe_load((inventory / "serve.yaml").read_text())
    for application in config["applications"]:
        application["runtime_env"]["env_vars"] = {"ANOTHER": "1"}
    changed = tmp_path / "serve.yaml"
    changed.write_text(yaml.safe_dump(config))
    runs = []
    with faults.deploying(changed) as deploy:
        while deploy.poll() is None:
            runs.append(faults.diagnose())
    assert deploy.returncode == 0
    assert runs
    assert [run.report["findings"] for run in runs] == [[] for _run in runs], runs[-1].output
    faults.deploy()
