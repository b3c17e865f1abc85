# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A changed configuration of all raylets is rolled out one after the other, and somebody answers all the time."""

from __future__ import annotations

import typing as t
from pathlib import Path

from tests.cluster.answers import Watch
from tests.cluster.site import Site
from tests.nodes.inventory import read_cluster

INVENTORY = Path(__file__).parents[1] / "inventory"
CHANGE = ("-e", '{"ray_resources": {"accelerator": 1}}')

#: Seconds without an answer from any node. Both applications have one replica.
LONGEST_SILENCE = 5.0


def test_raylets_are_restarted_in_turn_and_the_applications_stay_up(site: Site, applications: t.Any) -> None:
    predicted = site.run("--check", *CHANGE)
    assert predicted.rc == 0, predicted.output
    with Watch(applications, [host.address for host in read_cluster(INVENTORY, {}).hosts]) as watch:
        run = site.run(*CHANGE)
    assert run.rc == 0, run.output
    assert run.changes == predicted.changes
    assert {host for host, _task, step in run.changes if step.startswith("Restart the Ray")} == {
        "head",
        "worker1",
        "worker2",
    }
    drains = [node["facts"]["raylet"]["drain"] for node in run.report["nodes"]]
    assert {drain["ended"] for drain in drains} <= {"moved", "nothing"}, drains
    assert max(watch.silences.values()) < LONGEST_SILENCE, watch.silences
    again = site.run(*CHANGE)
    assert (again.rc, again.changes) == (0, set()), again.output
