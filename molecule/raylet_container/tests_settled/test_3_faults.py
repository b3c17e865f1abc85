# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes that are killed and nodes that are rebooted: one clean start, and both applications come back by themselves."""

from __future__ import annotations

import typing as t

import pytest

from tests.cluster.answers import answers
from tests.cluster.nodes import TestCluster, raylet_process
from tests.cluster.raylet_container import outer_container
from tests.cluster.waiting import eventually

#: Seconds. The head starts Ray, finds the Serve config in its store, and starts every replica again.
BACK_WITHIN = 180

#: What is killed, as a command of the node.
VICTIMS = {
    "the raylet": "pkill -KILL -x raylet",
    "the main process of its container": "kill -KILL $(podman container inspect raylet --format '{{.State.Pid}}')",
    "conmon, which watches the container": "kill -KILL $(systemctl show raylet --property MainPID --value)",
}


@pytest.mark.parametrize("node", ["worker1", "head"])
@pytest.mark.parametrize("victim", list(VICTIMS))
def test_a_kill_ends_in_one_clean_start(victim: str, node: str, hosts: dict[str, t.Any], applications: t.Any) -> None:
    host = hosts[node]
    before, container = raylet_process(host), outer_container(host)["Id"]
    host.check_output(VICTIMS[victim])
    eventually(
        lambda: raylet_process(host)["InvocationID"] != before["InvocationID"] and host.service("raylet").is_running,
        within=60,
        what=f"the service of {node} starts again after {victim} was killed",
    )
    back(hosts, applications, f"{victim} of {node} was killed")
    assert int(raylet_process(host)["NRestarts"]) == int(before["NRestarts"]) + 1
    assert outer_container(host)["Id"] != container
    assert host.check_output("podman ps --all --format '{{.Names}}'") == "raylet"


def test_the_control_service_comes_back_with_what_it_knew(hosts: dict[str, t.Any], applications: t.Any) -> None:
    before = raylet_process(hosts["head"])
    hosts["head"].check_output("pkill -KILL -x gcs_server")
    eventually(
        lambda: raylet_process(hosts["head"])["InvocationID"] != before["InvocationID"],
        within=60,
        what="the head's service starts again after gcs_server was killed",
    )
    back(hosts, applications, "gcs_server was killed")


@pytest.mark.parametrize("node", ["worker1", "head"])
def test_a_reboot_brings_everything_back(
    node: str, cluster: TestCluster, hosts: dict[str, t.Any], applications: t.Any
) -> None:
    cluster.reboot(node)
    back(hosts, applications, f"a reboot of {node}")
    assert raylet_process(hosts[node])["NRestarts"] == "0"


def test_a_stop_ends_everything_and_a_start_brings_it_back(hosts: dict[str, t.Any], applications: t.Any) -> None:
    head = hosts["head"]
    head.check_output("systemctl stop raylet")
    assert head.check_output("podman ps --all --quiet") == ""
    assert head.run("pgrep --uid ray").stdout == ""
    assert head.check_output("systemctl show raylet --property Result --value") == "success"
    head.check_output("systemctl start raylet")
    back(hosts, applications, "a stop and a start of the head")


def back(hosts: dict[str, t.Any], applications: t.Any, after: str) -> None:
    """Both applications answer, and every node is alive."""
    eventually(lambda: answers(applications), within=BACK_WITHIN, what=f"both applications answer after {after}")
    eventually(
        lambda: alive_nodes(hosts["head"]) == len(hosts),
        within=BACK_WITHIN,
        what=f"all raylets are alive after {after}",
    )


def alive_nodes(head: t.Any) -> int:
    """How many raylets the head counts."""
    listed = head.run(
        "podman exec raylet ray list nodes --address http://127.0.0.1:8265 --filter state=ALIVE --format json"
    )
    return str(listed.stdout).count('"node_id"')
