# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewall's rules in a real kernel: who gets in, who does not, and what they leave alone."""

from __future__ import annotations

import os
import shutil
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.firewall.rules import (
    Opening,
    Surroundings,
    replacing,
    rules_text,
    same,
)
from ansible_collections.ray.containers.plugins.module_utils._host.command import HostCommands
from ansible_collections.ray.containers.plugins.module_utils._host.firewall import nftables
from ansible_collections.ray.containers.tests.unit.fakes.namespaces import (
    NODE,
    NODE6,
    OTHERS,
    OTHERS6,
    Cable,
    needs_nft,
)

pytestmark = needs_nft

NFT = shutil.which("nft") or ""

NODES = {"w1": (OTHERS[0], OTHERS6[0])}
OPENINGS = (
    Opening("nodes", "nodes", "6379, 10002-10010", NODES),
    Opening("serve", "Serve", "8000"),
    Opening("metrics", "metrics", "6385", {OTHERS[1]: (OTHERS[1],)}),
)
RULES = rules_text(OPENINGS, Surroundings(ssh_ports=(2222,)))
#: As ufw and netavark have them.
OF_OTHERS = """
table inet filter {
  chain input {
    type filter hook input priority 0; policy accept;
    tcp dport 23 counter drop
  }
}
table ip nat {
  chain POSTROUTING {
    type nat hook postrouting priority 100;
    ip saddr 10.88.0.0/16 masquerade
  }
}
"""
PORTS = (2222, 6379, 6382, 6385, 8000, 8265, 10002, 10010, 10011, 40000)
LIST = ("nft", "-s", "list", "table", "inet", "ray_containers")


@pytest.fixture
def cable() -> t.Iterator[Cable]:
    with Cable(f"fw{os.getpid()}") as made:
        made.listen(*PORTS)
        yield made


def open_ports(cable: Cable, source: str, target: str) -> set[int]:
    answers = cable.knock(*[(source, target, port) for port in PORTS])
    # At once, and as if nobody listened: a client that need not be here is not kept waiting.
    assert set(answers) <= {"open", "refused"}
    return {port for port, answer in zip(PORTS, answers) if answer == "open"}


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        (OTHERS[0], NODE, {2222, 6379, 8000, 10002, 10010}),
        (OTHERS6[0], NODE6, {2222, 6379, 8000, 10002, 10010}),
        (OTHERS[1], NODE, {2222, 6385, 8000}),
        (OTHERS6[1], NODE6, {2222, 8000}),
    ],
)
def test_who_reaches_what(cable: Cable, source: str, target: str, found: set[int]) -> None:
    assert open_ports(cable, source, target) == set(PORTS)
    cable.load(RULES)
    assert open_ports(cable, source, target) == found


def test_a_node_reaches_itself(cable: Cable) -> None:
    cable.load(RULES)
    own = [("127.0.0.1", "127.0.0.1", 8265), (NODE, NODE, 6382), (NODE6, NODE6, 40000)]
    assert cable.knock(*own, where=cable.node) == ["open"] * 3


def test_connections_that_exist_go_on_whoever_has_opened_them(cable: Cable) -> None:
    # The kernel knows neither: it begins to look at connections when the first rule is loaded, if at all.
    incoming = cable.hold(OTHERS[1], NODE, 8265)
    cable.start(cable.others, LISTEN_AT_50000)
    outgoing = cable.hold(NODE, OTHERS[1], 50000, where=cable.node)
    cable.load(RULES)
    for held in (incoming, outgoing):
        assert held.stdin and held.stdout
        held.stdin.write("still here\n")
        held.stdin.flush()
        assert held.stdout.readline().strip() == "still here"
    assert cable.knock((OTHERS[1], NODE, 8265)) == ["refused"]


LISTEN_AT_50000 = f"""
import socket
listener = socket.create_server(("{OTHERS[1]}", 50000))
print("listening", flush=True)
opened = listener.accept()[0]
while True:
    opened.sendall(opened.recv(100))
"""


def test_what_the_node_opens_itself_is_answered(cable: Cable) -> None:
    cable.load(RULES)
    cable.start(cable.others, LISTEN_AT_50000)
    assert cable.knock((NODE, OTHERS[1], 50000), where=cable.node) == ["open"]


def test_what_is_not_tcp_passes(cable: Cable) -> None:
    cable.load(RULES)
    assert cable.ping(NODE) and cable.ping(NODE6)
    # Neighbours are found again.
    for where in (cable.node, cable.others):
        cable.run("ip", "neighbour", "flush", "dev", "wire", where=where)
    assert cable.knock((OTHERS6[1], NODE6, 8000)) == ["open"]


def test_containers_on_a_bridge_reach_their_host_and_a_bridge_with_a_wire_is_none_of_theirs(cable: Cable) -> None:
    for command in (
        f"ip link add podman9 type bridge|ip address flush dev wire|ip address add {NODE}/24 dev podman9",
        "ip link set wire master podman9|ip link set podman9 up",
    ):
        for each in command.split("|"):
            cable.run(*each.split())
    cable.load(RULES)
    assert cable.knock((OTHERS[1], NODE, 8265)) == ["open"]
    cable.load(rules_text(OPENINGS, Surroundings(ssh_ports=(2222,), uplinks=("podman9",))))
    assert cable.knock((OTHERS[1], NODE, 8265)) == ["refused"]


def test_other_tables_stay_byte_for_byte_and_ours_goes(cable: Cable) -> None:
    cable.run("nft", "-f", "-", stdin=OF_OTHERS)
    before = cable.run("nft", "list", "ruleset")
    cable.load(RULES)
    with_ours = cable.run("nft", "list", "ruleset")
    assert with_ours == before + cable.run("nft", "list", "table", "inet", "ray_containers")
    cable.load(replacing(""))
    assert cable.run("nft", "list", "ruleset") == before


def test_a_drop_of_another_table_stays_one(cable: Cable) -> None:
    drop = "table inet filter {\n chain input {\n type filter hook input priority 0;\n tcp dport 8000 drop\n }\n}\n"
    cable.run("nft", "-f", "-", stdin=drop)
    cable.load(RULES)
    assert cable.knock((OTHERS[0], NODE, 8000)) == ["silent"]


def test_a_listing_tells_what_is_loaded_and_can_be_loaded_again(cable: Cable) -> None:
    cable.load(RULES)
    listed = cable.run(*LIST)
    expected = nftables.listing_of(HostCommands(), NFT, RULES)
    assert same(listed, expected)
    cable.load(replacing(listed))
    assert same(cable.run(*LIST), expected)
    assert open_ports(cable, OTHERS[1], NODE) == {2222, 6385, 8000}


@pytest.mark.parametrize(
    "tampering",
    [
        ("nft", "flush", "chain", "inet", "ray_containers", "input"),
        ("nft", "add", "element", "inet", "ray_containers", "nodes4", "{ 198.51.100.1 }"),
        ("nft", "insert", "rule", "inet", "ray_containers", "input", "accept"),
    ],
)
def test_a_table_that_was_changed_by_hand_is_seen(cable: Cable, tampering: tuple[str, ...]) -> None:
    cable.load(RULES)
    cable.run(*tampering)
    assert not same(cable.run(*LIST), nftables.listing_of(HostCommands(), NFT, RULES))


def test_rules_that_nft_refuses_are_told_in_a_sentence_and_nothing_is_loaded() -> None:
    with pytest.raises(OperatorError) as caught:
        nftables.listing_of(HostCommands(), NFT, RULES.replace("reject with tcp reset", "reject with nonsense"))
    assert caught.value.code == "RC-460"
    assert "rror" in caught.value.why and "\n" not in caught.value.why


@pytest.mark.parametrize("number", [100, 2000])
def test_a_large_cluster_has_room(cable: Cable, number: int) -> None:
    nodes = {f"w{at}": (f"10.0.{at // 250}.{at % 250 + 1}", f"fd00::{at + 1:x}") for at in range(number)}
    cable.load(rules_text([Opening("nodes", "", "6379", {**nodes, **NODES})], Surroundings(ssh_ports=(22,))))
    assert cable.knock((OTHERS[0], NODE, 6379), (OTHERS[1], NODE, 6379)) == ["open", "refused"]
