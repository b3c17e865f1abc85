# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of the controller in the middle of a run; the next run brings the cluster where it should be."""

from __future__ import annotations

import pytest
import testinfra

from tests.cluster.nodes import TestCluster, ssh_hosts
from tests.cluster.site import Site
from tests.cluster.waiting import eventually

NODE = "worker2"

#: Where a run is when it is killed: a path that stands on the node by then.
MOMENTS = {
    "while images are pulled": "/home/ray/.local/share/containers/storage/overlay-images",
}


@pytest.mark.parametrize("trace", MOMENTS.values(), ids=MOMENTS.keys())
def test_the_run_after_a_killed_one_converges(trace: str, site: Site, cluster: TestCluster) -> None:
    cluster.remake(NODE)
    node = testinfra.get_host(ssh_hosts(site.inventory, NODE)[NODE])

    killed = site.start()
    eventually(lambda: node.file(trace).exists, within=300, what=f"the run makes {trace} on {NODE}")
    assert killed.poll() is None, "the run ended before it could be killed"
    site.kill(killed)

    finished = site.run()
    assert finished.rc == 0, finished.output
    assert {host for host, _task, _step in finished.changes} == {NODE}
    again = site.run()
    assert (again.rc, again.changes) == (0, set()), again.output


def test_nothing_half_written_is_left(site: Site) -> None:
    node = testinfra.get_host(ssh_hosts(site.inventory, NODE)[NODE])
    leftovers = node.check_output(
        "find /etc /opt/ray /home/ray/.config /home/ray/.ray -xdev -name '.*.????????' | sort"
    )
    assert leftovers == ""
