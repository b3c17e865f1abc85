# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run does after its deploy has ended: nothing, fail as the deploy did, or first ask every node why."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

pytest.importorskip("ansible")

COLLECTIONS = Path(__file__).resolve().parents[6]
PLAYBOOK = COLLECTIONS / "ansible_collections" / "ray" / "containers" / "playbooks" / "parts" / "deploy_ended.yml"
LOCAL = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}


def run(directory: Path, deploy: dict[str, t.Any] | None) -> tuple[int, dict[str, t.Any]]:
    """The playbook on two hosts that are this machine, after a deploy that returned *deploy*; its status and its report."""
    head = {**LOCAL, **({"ray_head_deploy": deploy} if deploy is not None else {})}
    hosts = {"ray_head": {"hosts": {"head": head}}, "ray_workers": {"hosts": {"worker": LOCAL}}}
    inventory = {"all": {"children": {"ray_cluster": {"children": hosts}}}}
    # As in a site, it is not the first play: the variables of hosts are not known to that one.
    before = {"hosts": "ray_head", "gather_facts": False, "tasks": []}
    (directory / "site.json").write_text(json.dumps([before, {"import_playbook": str(PLAYBOOK)}]))
    (directory / "hosts.json").write_text(json.dumps(inventory), encoding="utf-8")
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(directory),
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_CALLBACKS_ENABLED": "ray.containers.report",
        "LC_ALL": "C.UTF-8",
    }
    argv = ["ansible-playbook", "-i", "hosts.json", "site.json", "-e", "ray_user=nobody-here"]
    done = subprocess.run(argv, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    report = directory / ".report" / "report.json"
    return done.returncode, json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}


@pytest.mark.parametrize("deploy", [None, {"failed": False, "changed": True}])
def test_a_deploy_that_went_well_costs_nothing(deploy: dict[str, t.Any] | None, tmp_path: Path) -> None:
    assert run(tmp_path, deploy) == (0, {})


def test_a_deploy_that_failed_by_itself_fails_the_run(tmp_path: Path) -> None:
    assert run(tmp_path, {"failed": True, "msg": "Ray refuses the config."}) == (2, {})


def test_applications_that_do_not_run_have_every_node_asked(tmp_path: Path) -> None:
    status, report = run(tmp_path, {"failed": True, "unstarted": True, "msg": "Application a does not run."})
    assert status == 2
    assert [node["host"] for node in report["nodes"]] == ["head", "worker"]
    assert {timed["task"] for timed in report["times"] if timed["host"] == "worker"} == {"Find what is wrong"}
    assert [failure["message"] for failure in report["failures"]] == ["Application a does not run."]
