# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The raylets' settings: each rule with what breaks it and what nearly does."""

from __future__ import annotations

import dataclasses
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.check import whole_number
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.command import raylet_argv
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.ports import ports_of_node
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.start_arguments import OWNED
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._inventory import (
    packages_rules,
    raylet_addresses,
    raylet_rules,
)
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.context import inventory_context
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_rules import ROLE_DEFAULTS
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_settings import RayletSettings
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, findings

RULES = (
    *packages_rules.RULES,
    *raylet_rules.RULES,
    *raylet_addresses.RULES,
)
COLLECTION = Path(__file__).resolve().parents[3]


def found(*hosts: RayletSettings) -> list[tuple[str, str]]:
    told = findings(RULES, ServeConfig({}, ()), Context(raylets=hosts))
    assert all(finding.evidence and not finding.evidence.endswith(".") for finding in told)
    return [(finding.entry.code, finding.where) for finding in told]


def worker(**values: t.Any) -> RayletSettings:
    return RayletSettings("w", address="192.0.2.2", values=values)


def head(**values: t.Any) -> RayletSettings:
    return RayletSettings("h", is_head=True, address="192.0.2.1", values=values)


#: code, the option and what breaks the rule, the place that is told, and what nearly breaks it.
CASES: list[tuple[str, str, t.Any, str, t.Any]] = [
    ("RC-212", "num_cpus", -1, "ray_num_cpus of w", 0),
    ("RC-212", "num_cpus", 1.5, "ray_num_cpus of w", "4"),
    ("RC-212", "num_cpus", True, "ray_num_cpus of w", 1),
    ("RC-212", "num_gpus", "two", "ray_num_gpus of w", 2.0),
    ("RC-213", "object_store_memory", "2G", "ray_object_store_memory of w", "2GB"),
    ("RC-213", "object_store_memory", "-1", "ray_object_store_memory of w", ""),
    ("RC-214", "object_store_memory", "74MiB", "ray_object_store_memory of w", "75MiB"),
    ("RC-215", "resources", {"GPU": 1}, "ray_resources of w", {"gpu": 1}),
    ("RC-215", "resources", {"node:192.0.2.2": 1}, "ray_resources of w", {"nodes": 1}),
    ("RC-216", "resources", {"fast": 0.5}, "ray_resources.fast of w", {"fast": 2.0}),
    ("RC-216", "resources", {"fast": -1}, "ray_resources.fast of w", {"fast": 0}),
    ("RC-216", "resources", {"fast": 10**15}, "ray_resources.fast of w", {"fast": 10**14}),
    ("RC-217", "ports", {"gcs": 7000}, "ray_ports of w", {"node_manager": 7000}),
    ("RC-218", "ports", {"node_manager": 80}, "ray_ports.node_manager of w", {"node_manager": 1024}),
    ("RC-218", "ports", {"node_manager": 0}, "ray_ports.node_manager of w", {"node_manager": "65535"}),
    ("RC-218", "ports", {"node_manager": "many"}, "ray_ports.node_manager of w", {}),
    ("RC-218", "port", 70000, "ray_port of w", 6379),
    ("RC-219", "ports", {"worker_minimum": 20000}, "ray_ports of w", {"worker_minimum": 19999}),
    ("RC-220", "ports", {"node_manager": 6381}, "ray_ports.object_manager of w", {"node_manager": 6379}),
    ("RC-220", "ports", {"metrics_export": 10002}, "ray_ports.metrics_export of w", {"metrics_export": 20000}),
    ("RC-221", "start_arguments", ["labels=a"], "ray_start_arguments[0] of w", ["--labels=a=b"]),
    ("RC-221", "start_arguments", ["--labels a=b --head"], "ray_start_arguments[0] of w", ["--labels=a b"]),
    ("RC-221", "start_arguments", ["--no-monitor", "--x\n--head"], "ray_start_arguments[1] of w", ["--no-monitor"]),
    ("RC-221", "start_arguments", [{"labels": 1}], "ray_start_arguments[0] of w", []),
    ("RC-222", "start_arguments", ["--head"], "ray_start_arguments[0] of w", ["--node-name=head"]),
    (
        "RC-222",
        "start_arguments",
        ["--min-worker-port=1"],
        "ray_start_arguments[0] of w",
        ["--node-name=min-worker-port"],
    ),
    ("RC-223", "start_arguments", ["--redis-password=x"], "ray_start_arguments[0] of w", ["--labels=redis-password=x"]),
    ("RC-224", "start_arguments", ["--lables=a"], "ray_start_arguments[0] of w", ["--labels=a=b"]),
    ("RC-225", "node_ip_address", "192.0.2.2:6379", "ray_node_ip_address of w", "192.0.2.2"),
    ("RC-225", "node_ip_address", "192.0.2.300", "ray_node_ip_address of w", "2001:db8::2"),
    ("RC-225", "node_ip_address", "0.0.0.0", "ray_node_ip_address of w", "worker.example.com"),
    ("RC-225", "dashboard_host", "127.0.0.1; reboot", "ray_dashboard_host of w", "0.0.0.0"),
    ("RC-229", "environment", {"1X": "a"}, "ray_environment of w", {"X1": "a"}),
    ("RC-229", "environment", {"X": "a\nUser=root"}, "ray_environment.X of w", {"X": "a b"}),
    ("RC-230", "environment", {"RAY_AUTH_TOKEN": "x"}, "ray_environment.RAY_AUTH_TOKEN of w", {"RAY_TOKEN": "x"}),
    ("RC-231", "drain_timeout", "two minutes", "ray_drain_timeout of w", "120"),
    ("RC-231", "drain_timeout", -1, "ray_drain_timeout of w", 0),
    ("RC-232", "resources", ["fast"], "ray_resources of w", {}),
    ("RC-232", "start_arguments", "--no-monitor", "ray_start_arguments of w", ["--no-monitor"]),
    ("RC-272", "packages", ["roman"], "ray_packages of w", ["roman==5.2"]),
    ("RC-272", "packages", ["roman==5.*"], "ray_packages of w", ["roman[all]==5.0.post1+local"]),
    ("RC-272", "packages", ["ray==2.60.0"], "ray_packages of w", ["ray-tools==2.60.0"]),
    ("RC-272", "packages", ["a-b==1", "A_b==2"], "ray_packages of w", ["a-b==1", "a-c==2"]),
    ("RC-272", "packages", "roman==5.2", "ray_packages of w", []),
    ("RC-233", "drain_timeout", 30, "ray_drain_timeout of w", 60),
]


@pytest.mark.parametrize(("code", "option", "broken", "where", "nearly"), CASES, ids=lambda value: str(value)[:40])
def test_a_setting_of_one_host(code: str, option: str, broken: t.Any, where: str, nearly: t.Any) -> None:
    assert found(worker(**{option: broken})) == [(code, where)]
    assert found(worker(**{option: nearly})) == []


#: code, hosts that break a rule together, the place, and hosts that nearly do.
TOGETHER: list[tuple[str, list[RayletSettings], str, list[RayletSettings]]] = [
    (
        "RC-226",
        [head(), RayletSettings("w", address="127.0.0.2")],
        "ray_node_ip_address of w",
        [RayletSettings("h", is_head=True, address="localhost")],
    ),
    (
        "RC-227",
        [head(), RayletSettings("w", address="192.0.2.1")],
        "ray_node_ip_address of w",
        [head(), RayletSettings("w", address="192.0.2.10")],
    ),
    (
        "RC-227",
        [RayletSettings("a", address="2001:db8::1"), RayletSettings("b", address="2001:DB8:0::1")],
        "ray_node_ip_address of b",
        [RayletSettings("a"), RayletSettings("b")],
    ),
    ("RC-228", [head(port=7000), worker()], "ray_port", [head(port="6379"), worker()]),
    ("RC-228", [head(), worker(version="2.59.0")], "ray_version", [head(version="2.60.0"), worker()]),
]


@pytest.mark.parametrize(("code", "broken", "where", "nearly"), TOGETHER, ids=lambda value: str(value)[:20])
def test_settings_of_several_hosts(
    code: str, broken: list[RayletSettings], where: str, nearly: list[RayletSettings]
) -> None:
    assert found(*broken) == [(code, where)]
    assert found(*nearly) == []


def test_every_entry_has_a_rule_and_a_case() -> None:
    codes = {rule.entry.code for rule in RULES}
    assert codes == {case[0] for case in CASES} | {case[0] for case in TOGETHER}
    assert len(RULES) == len(codes)


def test_a_head_has_ports_that_a_worker_has_not() -> None:
    assert found(head(port=6380)) == [("RC-220", "ray_port of h")]
    assert found(worker(port=6380, version="2.60.0")) == []
    assert ports_of_node({"dashboard_port": "8266"}, is_head=True)["dashboard_port"] == 8266
    assert "dashboard_port" not in ports_of_node({}, is_head=False)


def test_a_workers_port_is_needed_for_each_cpu() -> None:
    narrow = {"worker_minimum": 10002, "worker_maximum": 10009}
    assert found(worker(ports=narrow, num_cpus=9)) == [("RC-219", "ray_ports of w")]
    assert found(worker(ports=narrow, num_cpus=8)) == []


@pytest.mark.parametrize("argument", ["--redis-password=hunter2", "hunter2", "--Head=hunter2", "--head=hunter2"])
def test_no_finding_shows_a_value(argument: str) -> None:
    settings = worker(start_arguments=[argument], environment={"1X": "hunter2", "Y": "hunter2\n"})
    for finding in findings(RULES, ServeConfig({}, ()), Context(raylets=(settings,))):
        assert "=hunter2" not in finding.sentence()


def test_what_the_command_gives_is_not_given_twice() -> None:
    spec = RayletSpec(
        *("head", "ray", "/opt/ray/x", "2.60.0", "192.0.2.1"),
        node_ip_address="192.0.2.1",
        num_cpus=1,
        num_gpus=1,
        resources={"a": 1},
        object_store_memory=10**8,
    )
    for role in ("head", "worker"):
        words = raylet_argv(dataclasses.replace(spec, role=role))[2:]
        assert {word[2:].partition("=")[0] for word in words} <= set(OWNED)


def test_the_defaults_are_the_roles() -> None:
    yaml = pytest.importorskip("yaml")
    defaults = yaml.safe_load((COLLECTION / "roles" / "cluster" / "defaults" / "main.yml").read_text(encoding="utf-8"))
    assert {name: str(defaults[f"ray_{name}"]) for name in ROLE_DEFAULTS} == {
        name: str(value) for name, value in ROLE_DEFAULTS.items()
    }
    plain = {name[4:]: value for name, value in defaults.items() if value is not None and "{{" not in str(value)}
    assert found(worker(**plain)) == []


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (0, 0),
        ("7", 7),
        (2.0, 2),
        (" 3 ", 3),
        (True, None),
        (-1, None),
        ("-1", None),
        (1.5, None),
        ("٣", None),
        (None, None),
    ],
)
def test_a_whole_number_may_be_text(written: object, number: int | None) -> None:
    assert whole_number(written) == number


def test_the_inventory_is_read_host_by_host() -> None:
    variables: dict[str, dict[str, t.Any]] = {
        "h": {"ansible_host": "192.0.2.1", "ray_ports": {"node_manager": 7000}},
        "w": {"ray_node_ip_address": "192.0.2.2", "ray_num_cpus": 0},
    }
    context = inventory_context(["h"], ["w", "v"], variables)
    assert [(each.host, each.is_head, each.address) for each in context.raylets] == [
        ("h", True, "192.0.2.1"),
        ("w", False, "192.0.2.2"),
        ("v", False, "v"),
    ]
    assert context.raylets[1].values == {"node_ip_address": "192.0.2.2", "num_cpus": 0}
    assert context.ports["node_manager"] == (7000, 7000)
    assert context.ports["node_manager of w"] == (6380, 6380)


def test_a_raylet_in_a_container_takes_its_packages_from_its_image() -> None:
    packages = ["roman==5.2"]
    assert found(worker(packages=packages, raylet_mode="container")) == [("RC-272", "ray_packages of w")]
    assert found(worker(packages=packages, raylet_mode="host")) == []
