# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A node that the cluster has and the inventory does not."""

from __future__ import annotations

import typing as t

import pytest

pytest.importorskip("ansible")

from ansible.errors import AnsibleUndefinedVariable

from ansible_collections.ray.containers.plugins.plugin_utils._inventory.stray_nodes import stray_nodes

DNS = {"w.example.com": ["192.0.2.2"], "w6.example.com": ["2001:db8::2"]}


class OfFacts(dict[str, t.Any]):
    """The variables of a host whose address needs its facts."""

    def __getitem__(self, name: str) -> t.Any:
        if name == "ray_node_ip_address":
            raise AnsibleUndefinedVariable(name)
        return super().__getitem__(name)


def found(nodes: list[str], **workers: dict[str, t.Any]) -> list[str]:
    hosts = {"h": {"ansible_host": "192.0.2.1"}, **workers}
    variables = {"groups": {"ray_head": ["h"], "ray_workers": list(workers)}, "hostvars": hosts}
    told = stray_nodes(nodes, variables, lambda name: DNS.get(name, []))
    assert [each["code"] for each in told] == ["RC-270"] * len(told)
    assert [each["severity"] for each in told] == ["warning"] * len(told)
    return [each["sentence"] for each in told]


@pytest.mark.parametrize(
    ("worker", "node"),
    [
        ({"ansible_host": "192.0.2.2"}, "192.0.2.2"),
        # Ansible comes by another address than Ray.
        ({"ansible_host": "198.51.100.2", "ray_node_ip_address": "192.0.2.2"}, "192.0.2.2"),
        ({"ansible_host": "w.example.com"}, "192.0.2.2"),
        ({"ansible_host": "198.51.100.2", "ray_node_ip_address": "w6.example.com"}, "2001:db8:0::2"),
        ({"ansible_host": "198.51.100.2", "ray_node_ip_address": "[2001:db8::2]"}, "2001:db8::2"),
        # Nobody here can tell where these are: any node may be it.
        ({"ansible_host": "unknown.example.com"}, "192.0.2.2"),
        ({"ansible_host": "198.51.100.2", "ray_node_ip_address": ""}, "192.0.2.2"),
        (OfFacts(ansible_host="198.51.100.2", ray_node_ip_address=""), "192.0.2.2"),
    ],
)
def test_a_node_of_the_inventory_is_none_under_whatever_address(worker: dict[str, t.Any], node: str) -> None:
    assert found(["192.0.2.1", node], w=worker) == []
    assert len(found(["192.0.2.1", node, "192.0.2.77"], w=worker)) == 1


def test_one_that_is_not_there_is_named() -> None:
    told = found(["192.0.2.1", "192.0.2.2", "192.0.2.77", "192.0.2.78"], w={"ansible_host": "192.0.2.2"})
    assert told == ["The cluster has 192.0.2.77, 192.0.2.78, which the inventory does not have"]


def test_a_host_that_is_not_in_the_cluster_is_no_stray() -> None:
    assert found(["192.0.2.1"], w={"ansible_host": "192.0.2.2"}) == []
    assert len(found(["192.0.2.1", "192.0.2.77"], w={"ansible_host": "192.0.2.2"})) == 1


def test_hosts_that_nobody_can_place_take_as_many_nodes() -> None:
    unknown: dict[str, t.Any] = {"ansible_host": "unknown.example.com"}
    assert found(["192.0.2.1", "192.0.2.2", "192.0.2.3"], w=unknown, v=unknown) == []
    told = found(["192.0.2.1", "192.0.2.2", "192.0.2.3"], w=unknown)
    assert told == ["The inventory does not have 1 of the cluster's nodes 192.0.2.2, 192.0.2.3"]


def test_an_inventory_without_the_groups_says_nothing() -> None:
    assert stray_nodes(["192.0.2.1"], {}) == []
