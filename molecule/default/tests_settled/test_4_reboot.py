# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reboot of a worker and of the head: the raylets and both applications come back by themselves."""

from __future__ import annotations

import typing as t

import pytest

from tests.cluster.answers import answers
from tests.cluster.nodes import TestCluster
from tests.cluster.waiting import eventually

#: Seconds. The head starts Ray, finds the Serve config in its store, and starts every replica again.
BACK_WITHIN = 180


@pytest.mark.parametrize("node", ["worker1", "head"])
def test_a_reboot_brings_everything_back(node: str, cluster: TestCluster, applications: t.Any, head: t.Any) -> None:
    cluster.reboot(node)
    assert eventually(
        lambda: answers(applications), within=BACK_WITHIN, what=f"both applications answer after a reboot of {node}"
    )
    eventually(
        lambda: alive_nodes(head) == 3, within=BACK_WITHIN, what=f"three raylets are alive after a reboot of {node}"
    )


def alive_nodes(head: t.Any) -> int:
    """How many raylets the head counts."""
    listed = head.run(
        "cd / && runuser -u ray -- env HOME=/home/ray RAY_AUTH_MODE=token sh -c "
        "'/opt/ray/*/bin/ray list nodes --address http://127.0.0.1:8265 --filter state=ALIVE --format json'"
    )
    return str(listed.stdout).count('"node_id"')
