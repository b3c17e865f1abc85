# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What rules learn of the inventory."""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.plugin_utils._inventory.context import inventory_context
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Node


class Lazy(dict[str, t.Any]):
    """Variables of a host, of which some must not be looked at."""

    def get(self, key: str, default: t.Any = None) -> t.Any:
        assert key != "ray_auth_token"
        return super().get(key, default)


def test_what_is_set_is_known_and_the_rest_is_not() -> None:
    variables = {
        "head": Lazy(ray_num_cpus="2", ray_port=7000, ray_auth_token="secret", ray_environment={"RAY_X": 1}),
        "one": Lazy(ray_num_gpus=0, ray_resources={"fast": 1}, ray_environment={"Y": "2"}),
    }
    context = inventory_context(["head"], ["one", "two"], variables)
    assert context.nodes == (Node("head", cpus=2), Node("one", gpus=0, resources={"fast": 1}), Node("two"))
    assert context.environment == {"RAY_X": 1, "Y": "2"}
    assert context.ports["GCS"] == (7000, 7000)
    assert context.ports["dashboard"] == (8265, 8265)
    assert context.ports["workers"][0] < context.ports["workers"][1]
    assert context.deploy_timeout == 1800


def test_without_hosts_nothing_is_known() -> None:
    context = inventory_context([], [], {})
    assert (context.nodes, context.environment, context.heads) == ((), {}, ())


class UndefinedVariables(dict[str, t.Any]):
    """Variables of a host of which one is there and cannot be made yet."""

    def get(self, key: str, default: t.Any = None) -> t.Any:
        return default if key == "ray_node_ip_address" else super().get(key, default)


def test_an_address_that_is_not_known_yet_is_no_other_one() -> None:
    waiting = UndefinedVariables(ray_node_ip_address="{{ ansible_facts.eth1.ipv4.address }}", ansible_host="192.0.2.9")
    (head,) = inventory_context(["head"], [], {"head": waiting}).raylets
    assert head.address == ""


def test_an_address_in_brackets_is_the_address() -> None:
    (head,) = inventory_context(["head"], [], {"head": {"ansible_host": "[2001:db8::11]"}}).raylets
    assert head.address == "2001:db8::11"
