# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A raylet as wanted: what is refused, the command that starts it, its unit."""

from __future__ import annotations

import dataclasses
import shlex
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.command import (
    gcs_state_directory,
    raylet_argv,
    raylet_environment,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.ports import Ports, ports_of
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.service import Service
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.unit import differences, raylet_unit
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.validation import reject
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.value_checks import bytes_of

TOKEN = "0123456789abcdef"
HEAD = RayletSpec("head", "ray", "/opt/ray/2.60.0-py3.11.2", "2.60.0", "192.0.2.1", auth_token=TOKEN)
WORKER = dataclasses.replace(HEAD, role="worker", node_ip_address="192.0.2.2")
SERVICE = Service(uid=1000, group="ray", home="/home/ray", open_files=(65536, 524288))


def value_of(unit: str, key: str) -> list[str]:
    return [line[len(key) + 1 :] for line in unit.splitlines() if line.startswith(f"{key}=")]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", None),
        ("2147483648", 2147483648),
        ("2GiB", 2147483648),
        ("2 GB", 2000000000),
        ("0.5MiB", 524288),
        ("7 B", 7),
    ],
)
def test_memory_has_units(text: str, number: int | None) -> None:
    assert bytes_of(text) == number


@pytest.mark.parametrize("text", ["2G", "GiB", "-1", "two", "1,5GiB", "2gib"])
def test_what_is_no_memory_is_refused(text: str) -> None:
    with pytest.raises(OperatorError) as raised:
        bytes_of(text)
    assert text in str(raised.value)


def test_a_port_is_chosen_by_name() -> None:
    assert ports_of({"node_manager": "7000"}) == dataclasses.replace(Ports(), node_manager=7000)


@pytest.mark.parametrize("chosen", [{"gcs": 1}, {"node_manager": "many"}, {"node_manager": None}])
def test_what_is_no_port_is_refused(chosen: dict[str, t.Any]) -> None:
    with pytest.raises(OperatorError):
        ports_of(chosen)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"auth_token": ""}, "auth_token"),
        ({"auth_token": "two words"}, "auth_token"),
        ({"runtime_path": "opt/ray"}, "runtime_path"),
        ({"head_address": "192.0.2.1; reboot"}, "head_address"),
        ({"head_address": ""}, "head_address"),
        ({"node_ip_address": "a b"}, "node_ip_address"),
        ({"port": 80}, "port"),
        ({"port": 6380}, "node_manager and port"),
        ({"port": 10005}, "10002-19999"),
        ({"ports": Ports(worker_minimum=20000)}, "worker_minimum"),
        ({"ports": Ports(metrics_export=6384)}, "6384"),
        ({"num_cpus": -1}, "num_cpus"),
        ({"object_store_memory": 1024}, "75 MiB"),
        ({"resources": {"GPU": 1}}, "GPU"),
        ({"resources": {"disk": "big"}}, "disk"),
        ({"resources": {"disk": True}}, "disk"),
        ({"resources": {"disk": 0.5}}, "disk"),
        ({"start_arguments": ("labels=a",)}, "labels"),
        ({"start_arguments": ("--labels=a\n--head",)}, "--labels"),
        ({"start_arguments": ("--no-monitor", "--head")}, "--head"),
        ({"environment": {"1X": "a"}}, "1X"),
        ({"environment": {"X": "a\nUser=root"}}, "X"),
        ({"environment": {"RAY_AUTH_TOKEN": "x"}}, "RAY_AUTH_TOKEN"),
        ({"environment": {"RAY_X": "it's"}}, "RAY_X"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(changes: dict[str, t.Any], named: str) -> None:
    with pytest.raises(OperatorError) as raised:
        reject(dataclasses.replace(HEAD, **changes))
    assert named in str(raised.value)
    assert "two words" not in str(raised.value)


@pytest.mark.parametrize("state", ["stopped", "absent"])
def test_taking_it_away_asks_for_nothing(state: str) -> None:
    reject(RayletSpec("worker", "ray", "", "", "", state=state))


def test_the_defaults_are_accepted() -> None:
    reject(HEAD)
    reject(WORKER)


def test_a_token_is_not_in_the_values_own_text() -> None:
    assert TOKEN not in repr(HEAD)


def test_a_head_listens_and_a_worker_joins() -> None:
    head, worker = raylet_argv(HEAD), raylet_argv(WORKER)
    assert head[:2] == ("/opt/ray/2.60.0-py3.11.2/bin/ray", "start")
    assert {"--head", "--port=6379", "--dashboard-host=127.0.0.1", "--dashboard-port=8265"} <= set(head)
    assert "--address=192.0.2.1:6379" in worker
    assert not {word.partition("=")[0] for word in worker} & {
        "--head",
        "--port",
        "--dashboard-host",
        "--include-dashboard",
    }
    assert head[-1] == worker[-1] == "--block"


def test_every_port_of_a_node_is_fixed() -> None:
    flags = dict(word[2:].split("=", 1) for word in raylet_argv(WORKER) if "port=" in word)
    assert flags == {
        "node-manager-port": "6380",
        "object-manager-port": "6381",
        "runtime-env-agent-port": "6382",
        "dashboard-agent-grpc-port": "6383",
        "dashboard-agent-listen-port": "6384",
        "metrics-export-port": "6385",
        "ray-client-server-port": "10001",
        "min-worker-port": "10002",
        "max-worker-port": "19999",
    }


def test_amounts_are_passed_when_they_are_given_also_none_at_all() -> None:
    spec = dataclasses.replace(WORKER, num_cpus=0, num_gpus=2, object_store_memory=10**9, resources={"b": 1, "a": 2})
    assert {"--num-cpus=0", "--num-gpus=2", "--object-store-memory=1000000000"} <= set(raylet_argv(spec))
    assert '--resources={"a":2,"b":1}' in raylet_argv(spec)
    assert not [word for word in raylet_argv(WORKER) if word.startswith(("--num", "--object-store-m", "--resources"))]


def test_further_arguments_come_last_and_a_change_of_them_is_told() -> None:
    spec = dataclasses.replace(WORKER, start_arguments=("--labels=rack=7", "--no-monitor"))
    reject(spec)
    assert raylet_argv(spec)[-3:] == ("--labels=rack=7", "--no-monitor", "--block")
    told = differences(raylet_unit(WORKER, SERVICE), raylet_unit(spec, SERVICE))
    assert told == ["labels: nothing -> rack=7", "no-monitor: nothing -> yes"]


def test_ipv6_addresses_are_bracketed() -> None:
    spec = dataclasses.replace(HEAD, head_address="2001:db8::1", dashboard_host="::")
    assert spec.address == "[2001:db8::1]:6379"
    assert spec.dashboard_url == "http://[::1]:8265"


def test_the_dashboard_is_asked_on_the_loopback_when_it_listens_everywhere() -> None:
    assert dataclasses.replace(HEAD, dashboard_host="0.0.0.0").dashboard_url == "http://127.0.0.1:8265"


def test_the_head_alone_remembers_and_each_runtime_for_itself() -> None:
    environment = raylet_environment(HEAD, home="/home/ray", uid=1000)
    assert environment["RAY_gcs_storage"] == "rocksdb"
    assert environment["RAY_gcs_storage_path"] == "/var/lib/ray/gcs/2.60.0-py3.11.2"
    assert "RAY_gcs_storage" not in raylet_environment(WORKER, home="/home/ray", uid=1000)
    newer = dataclasses.replace(HEAD, runtime_path="/opt/ray/2.61.0-py3.11.2")
    assert gcs_state_directory(newer) != gcs_state_directory(HEAD)


def test_podman_finds_its_runtime_directory_and_ray_its_token_mode() -> None:
    environment = raylet_environment(WORKER, home="/home/ray", uid=1234)
    assert environment["XDG_RUNTIME_DIR"] == "/run/user/1234"
    assert environment["HOME"] == "/home/ray"
    assert environment["RAY_AUTH_MODE"] == "token"
    assert environment["PATH"].startswith("/usr/local/lib/ray.containers/bin:/opt/ray/2.60.0-py3.11.2/bin:")
    assert not set(environment) & {"RAY_AUTH_TOKEN", "RAY_WORKER_REGISTER_TIMEOUT_SECONDS"}


def test_the_operators_variables_win() -> None:
    spec = dataclasses.replace(WORKER, environment={"RAY_worker_register_timeout_seconds": "300"})
    assert raylet_environment(spec, home="/h", uid=1)["RAY_worker_register_timeout_seconds"] == "300"


def test_the_unit_holds_no_secret() -> None:
    assert TOKEN not in raylet_unit(HEAD, SERVICE)


def test_the_unit_runs_the_command_as_the_ray_user_and_comes_back() -> None:
    unit = raylet_unit(WORKER, SERVICE)
    assert tuple(shlex.split(value_of(unit, "ExecStart")[0])) == raylet_argv(WORKER)
    assert value_of(unit, "User") == ["ray"]
    assert value_of(unit, "Restart") == ["always"]
    assert value_of(unit, "StartLimitIntervalSec") == ["0"]
    assert value_of(unit, "KillMode") == ["mixed"]
    assert value_of(unit, "OOMPolicy") == ["continue"]
    assert value_of(unit, "LimitNOFILE") == ["65536:524288"]
    assert value_of(unit, "After")[0].split().count("user@1000.service") == 1
    assert value_of(unit, "WantedBy") == ["multi-user.target"]


def test_what_the_last_raylet_left_is_forgotten_before_the_next_one() -> None:
    made, first, *rest = value_of(raylet_unit(HEAD, SERVICE), "ExecStartPre")
    assert made.startswith("+/bin/sh -c ")
    assert "mkdir -m 0700 /tmp/ray" in made
    assert first.startswith("+systemd-tmpfiles --create")
    pause, containers, again = rest
    assert "pause.pid" in pause
    assert pause == again
    assert containers.startswith("-")
    assert "--filter volume=/tmp/ray" in containers


def test_a_worker_may_drain_before_it_is_killed_and_a_head_does_not_wait() -> None:
    assert value_of(raylet_unit(dataclasses.replace(WORKER, drain_seconds=40), SERVICE), "TimeoutStopSec") == ["60"]
    assert "Environment=RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S=0" in raylet_unit(HEAD, SERVICE).splitlines()


def test_what_systemd_would_read_is_escaped() -> None:
    unit = raylet_unit(dataclasses.replace(WORKER, resources={"$x": 1}), SERVICE)
    assert "$$x" in value_of(unit, "ExecStart")[0]


def test_differences_are_told_in_an_operators_words_without_values_of_variables() -> None:
    before = raylet_unit(dataclasses.replace(WORKER, num_cpus=2), SERVICE) + "Environment=A=word1\nEnvironment=B=1\n"
    after = raylet_unit(dataclasses.replace(WORKER, num_cpus=4, resources={"a b": 1}), SERVICE)
    told = differences(before, after + "Environment=A=word2\nEnvironment=C=1\n")
    assert "num-cpus: 2 -> 4" in told
    assert 'resources: nothing -> {"a b":1}' in told
    assert {"environment A changed", "environment B removed", "environment C added"} <= set(told)
    assert "word" not in " ".join(told)
    assert len(told) == 5


def test_scripts_are_not_told_in_full() -> None:
    moved = dataclasses.replace(SERVICE, uid=1001)
    told = differences(raylet_unit(WORKER, SERVICE), raylet_unit(WORKER, moved))
    assert told.count("what prepares its start") == 1
    assert not [line for line in told if "pause.pid" in line]


def test_an_equal_unit_differs_in_nothing() -> None:
    assert differences(raylet_unit(HEAD, SERVICE), raylet_unit(HEAD, SERVICE)) == []
