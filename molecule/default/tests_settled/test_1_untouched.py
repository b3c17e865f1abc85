# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second run and a check of a finished cluster leave every process alone."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from tests.cluster.nodes import app_containers, raylet_process, ssh_hosts
from tests.cluster.site import Site

testinfra_hosts = list(ssh_hosts(Path(__file__).parents[1] / "inventory").values())


def test_the_second_run_left_every_process_alone(host: t.Any, between_phases: Path) -> None:
    seen = json.loads((between_phases / f"processes-{host.backend.get_hostname()}.json").read_text())
    now = json.loads(json.dumps({"raylet": raylet_process(host), "containers": app_containers(host)}))
    assert now == seen


def test_check_mode_of_a_finished_cluster_has_nothing_to_do(site: Site) -> None:
    run = site.run("--check", "--diff")
    assert run.rc == 0, run.output
    assert run.changes == set()
