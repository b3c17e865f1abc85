# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewall's variables: each rule with what breaks it and what nearly does."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.firewall_rules import RULES
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_settings import RayletSettings
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, findings

ON: dict[str, t.Any] = {"firewall": True}
GRPC = {"RAY_SERVE_USE_GRPC_BY_DEFAULT": "1"}


def allow(ports: t.Any, *, who: t.Any = ("monitoring",)) -> list[dict[str, t.Any]]:
    return [{"ports": ports, "from": list(who) if isinstance(who, tuple) else who}]


#: code, the variable and what breaks the rule, the place that is told, and what nearly breaks it.
CASES: list[tuple[str, str, t.Any, str, t.Any]] = [
    ("RC-260", "firewall", "maybe", "ray_firewall of h", "true"),
    ("RC-260", "firewall", 1, "ray_firewall of h", False),
    ("RC-261", "firewall_serve_from", ["192.0.2.1/24"], "ray_firewall_serve_from of h", ["192.0.2.0/24"]),
    ("RC-261", "firewall_serve_from", "everybody", "ray_firewall_serve_from of h", ["everybody"]),
    ("RC-261", "firewall_metrics_from", ["http://x"], "ray_firewall_metrics_from of h", ["x.example.com", "group_1"]),
    ("RC-261", "firewall_client_from", ["192.0.2.300"], "ray_firewall_client_from of h", ["2001:db8::1"]),
    ("RC-261", "firewall_addresses", ["10.0.0.1:22"], "ray_firewall_addresses of h", ["10.0.0.1"]),
    (
        "RC-261",
        "firewall_allow",
        allow([1], who=("1.2.3",)),
        "ray_firewall_allow[0] of h.from",
        allow([1], who=("1.2.3.4",)),
    ),
    ("RC-261", "firewall_allow", allow([1], who="w1"), "ray_firewall_allow[0] of h.from", allow([1], who=("w1",))),
    ("RC-262", "firewall_allow", {"ports": [1]}, "ray_firewall_allow of h", []),
    ("RC-262", "firewall_allow", [{"ports": [1]}], "ray_firewall_allow[0] of h", allow([1])),
    ("RC-262", "firewall_allow", [{"ports": [1], "from": []}], "ray_firewall_allow[0] of h", allow([1])),
    ("RC-262", "firewall_allow", ["9100"], "ray_firewall_allow[0] of h", allow(["9100"])),
    ("RC-262", "firewall_allow", allow(["2-1"]), "ray_firewall_allow[0] of h.ports", allow(["1-2"])),
    ("RC-262", "firewall_allow", allow("9100"), "ray_firewall_allow[0] of h.ports", allow(["9100"])),
    ("RC-262", "firewall_ssh_ports", ["ssh"], "ray_firewall_ssh_ports of h", [22]),
    ("RC-262", "firewall_ssh_ports", 70000, "ray_firewall_ssh_ports of h", 2222),
    ("RC-263", "firewall_allow", allow([8265]), "ray_firewall_allow[0] of h.ports", allow([8264, 8266])),
    ("RC-263", "firewall_allow", allow(["8000-9000"]), "ray_firewall_allow[0] of h.ports", allow(["8266-9000"])),
]


def found(*hosts: RayletSettings) -> list[tuple[str, str]]:
    told = findings(RULES, ServeConfig({}, ()), Context(raylets=hosts))
    assert all(finding.evidence and not finding.evidence.endswith(".") for finding in told)
    return [(finding.entry.code, finding.where) for finding in told]


def head(**values: t.Any) -> RayletSettings:
    return RayletSettings("h", is_head=True, address="192.0.2.1", values=values)


def worker(**values: t.Any) -> RayletSettings:
    return RayletSettings("w", address="192.0.2.2", values=values)


@pytest.mark.parametrize(("code", "option", "broken", "where", "nearly"), CASES)
def test_a_rule(code: str, option: str, broken: t.Any, where: str, nearly: t.Any) -> None:
    assert (code, where) in found(head(**{option: broken}))
    assert found(head(**{option: nearly})) == []


def test_a_cluster_is_closed_as_a_whole_or_not_at_all() -> None:
    assert found(head(**ON), worker()) == [("RC-264", "ray_firewall")]
    assert found(head(**ON), worker(firewall="yes")) == []
    assert found(head(), worker(firewall=False)) == []


def test_variables_that_need_more_ports_are_told_unless_some_are_opened() -> None:
    assert found(head(**ON, environment=GRPC)) == [("RC-265", "ray_environment.RAY_SERVE_USE_GRPC_BY_DEFAULT of h")]
    assert found(head(environment=GRPC)) == []
    assert found(head(**ON, environment={"RAY_SERVE_USE_GRPC_BY_DEFAULT": "0"})) == []
    assert found(head(**ON, environment=GRPC, firewall_allow=allow(["32768-60999"]))) == []


def test_every_rule_has_both_cases() -> None:
    here = {"RC-264", "RC-265", *(case[0] for case in CASES)}
    assert here == {rule.entry.code for rule in RULES}


@pytest.mark.parametrize("written", ["text", -5, {"a": 1}, [None], [[]], [{"ports": {}, "from": {}}], [{5: 6}]])
@pytest.mark.parametrize("option", ["firewall", "firewall_allow", "firewall_serve_from", "firewall_ssh_ports"])
def test_no_shape_makes_a_rule_fall(option: str, written: t.Any) -> None:
    assert found(head(**{option: written}))
