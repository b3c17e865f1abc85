# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewall, tried from a machine outside: what answers is the table in docs/security.md."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from tests.cluster.answers import answers
from tests.cluster.attacker import BACK_WITHIN
from tests.cluster.nodes import raylet_process
from tests.cluster.outside import Outside
from tests.cluster.site import PROJECT, Site
from tests.cluster.waiting import eventually
from tests.nodes.engine import Podman
from tests.nodes.inventory import read_cluster

#: SSH, and Serve's HTTP port on every node that has a proxy.
ANSWERS = {22, 8000}

#: A call of RaySyncer without any metadata.
WITHOUT_A_TOKEN = """
import grpc, sys
call = grpc.insecure_channel(sys.argv[1]).stream_stream("/ray.rpc.syncer.RaySyncer/StartSync")
for _answer in call(iter([b""]), timeout=10):
    pass
"""

#: Somebody else's table, which lets through what we do not, and the other way round.
OTHERS = """
nft add table inet planted
nft 'add chain inet planted input { type filter hook input priority 10; policy accept; }'
nft 'add rule inet planted input tcp dport 6385 accept'
"""


@pytest.fixture
def outside(inventory: Path) -> t.Iterator[Outside]:
    with Outside(read_cluster(inventory, {}), Podman(PROJECT / "build" / "nodes" / "containers.conf")) as machine:
        yield machine


def listening(host: t.Any) -> set[int]:
    """The TCP ports that take connections from elsewhere, as the node itself sees it."""
    rows = [line.split()[3] for line in host.check_output("ss -Hltn").splitlines()]
    return {int(row.rpartition(":")[2]) for row in rows if not row.startswith(("127.", "[::1]"))}


def test_of_all_ports_only_those_of_the_table_answer(
    outside: Outside, hosts: dict[str, t.Any], inventory: Path
) -> None:
    for node in read_cluster(inventory, {}).hosts:
        there = listening(hosts[node.name])
        assert {6380, 6383} <= there, "there is something to close"
        assert outside.open_ports(node.address) == sorted(there & ANSWERS)
    # The last is the worker, which has a proxy only while it has replicas.
    assert listening(hosts["head"]) >= ANSWERS


def test_the_application_answers_and_every_node_is_alive(applications: t.Any, hosts: dict[str, t.Any]) -> None:
    assert answers(applications)
    for host in hosts.values():
        assert host.service("raylet").is_running


def test_one_call_without_a_token_ends_a_raylet_and_systemd_starts_it_again(
    applications: t.Any, hosts: dict[str, t.Any]
) -> None:
    """What the firewall keeps others from, done by a node itself."""
    worker = hosts["worker1"]
    before = raylet_process(worker)["InvocationID"]
    worker.run("/opt/ray/*/bin/python -c %s %s", WITHOUT_A_TOKEN, "10.91.0.11:6380")
    eventually(
        lambda: raylet_process(worker)["InvocationID"] != before and worker.service("raylet").is_running,
        within=BACK_WITHIN,
        what="systemd starts the raylet again",
    )
    eventually(lambda: answers(applications), within=BACK_WITHIN, what="the application answers")


def tables(host: t.Any) -> dict[str, str]:
    """Every table of a host, without counters: a table that is put back stands last in the list of all."""
    names = [line.partition(" ")[2] for line in host.check_output("nft list tables").splitlines()]
    return {name: host.check_output(f"nft -s list table {name}") for name in names}


def test_rules_that_would_cut_ssh_take_themselves_back(site: Site, hosts: dict[str, t.Any]) -> None:
    head = hosts["head"]
    head.check_output(OTHERS)
    before = tables(head)
    assert len(before) > 1
    run = site.run("-e", '{"ray_firewall_ssh_ports": [2222]}')
    assert run.rc != 0
    assert "[RC-461]" in run.output
    assert tables(head) == before
    settled = site.run()
    assert (settled.rc, settled.changes) == (0, set()), settled.output
    assert tables(head) == before
