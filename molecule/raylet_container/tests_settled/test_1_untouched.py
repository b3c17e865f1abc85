# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second run and a check of a finished cluster leave every container alone."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from tests.cluster.raylet_container import processes
from tests.cluster.site import Site


def test_the_second_run_left_every_container_alone(hosts: dict[str, t.Any], between_phases: Path) -> None:
    seen = json.loads((between_phases / "processes.json").read_text())
    assert {name: processes(host) for name, host in hosts.items()} == seen


def test_check_mode_of_a_finished_cluster_has_nothing_to_do(site: Site) -> None:
    run = site.run("--check", "--diff")
    assert (run.rc, run.changes) == (0, set()), run.output


def test_the_images_playbook_has_nothing_to_do(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    # What the sandbox has built is what the playbook builds: the same file, from the same base.
    project = Path(__file__).resolve().parents[3]
    monkeypatch.setenv("CONTAINERS_CONF", str(project / "build" / "nodes" / "containers.conf"))
    run = site.of("raylet_image").run("-e", "ray_raylet_base={{ sandbox_registry }}/ray-node:2.60.0")
    assert (run.rc, run.changes) == (0, set()), run.output
