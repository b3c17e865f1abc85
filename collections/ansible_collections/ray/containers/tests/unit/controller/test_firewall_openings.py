# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module's options mean: which ports, for whom, under which of the inventory's names."""

from __future__ import annotations

import dataclasses
import re
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.ports import Ports
from ansible_collections.ray.containers.plugins.plugin_utils._firewall.audience import AUDIENCE
from ansible_collections.ray.containers.plugins.plugin_utils._firewall.openings import openings
from ansible_collections.ray.containers.plugins.plugin_utils._firewall.port_ranges import merged, range_of
from ansible_collections.ray.containers.plugins.plugin_utils._firewall.proxy_ports import proxy_ports
from ansible_collections.ray.containers.plugins.plugin_utils._firewall.sources import Inventory, reject, sources

INVENTORY = Inventory(
    {"ray_cluster": ["head", "w1"], "monitoring": ["prometheus"], "empty": []},
    {
        "head": {"ansible_host": "192.0.2.10", "ray_node_ip_address": "10.0.0.10"},
        "w1": {"ray_firewall_addresses": ["2001:db8::11", "10.1.0.0/16"]},
        "prometheus": {"ansible_host": "prometheus.example.com"},
    },
)
OPTIONS: dict[str, t.Any] = {"role": "worker", "nodes": ["ray_cluster"]}
OF_NODES = {"head": ["10.0.0.10", "192.0.2.10"], "w1": ["w1", "2001:db8::11", "10.1.0.0/16"]}
#: Each name in a column of docs/ports.md, and the word for who that is.
TOLD = {
    "nodes": "nodes",
    "the head itself": "nobody",
    "the node itself": "nobody",
    "whoever gathers metrics": "metrics",
    "clients of `ray://`, if you have any": "clients",
}


def rows(**options: t.Any) -> dict[str, tuple[str, t.Any]]:
    found = openings({**OPTIONS, **options}, INVENTORY)
    return {row["key"]: (row["ports"], row["from"]) for row in found if row["from"] != {}}


def test_a_worker_is_open_to_nodes_and_to_clients_of_serve() -> None:
    assert rows() == {"nodes": ("6380-6381, 6383-6384, 8000, 10002-19999", OF_NODES), "serve": ("8000", None)}


def test_a_head_is_open_at_its_port_too_and_nowhere_at_its_dashboard() -> None:
    found = rows(role="head")
    assert found["nodes"][0] == "6379-6381, 6383-6384, 8000, 10002-19999"
    assert set(found) == {"nodes", "serve"}
    assert all(not _holds(ports, 8265) for ports, _who in found.values())


def test_what_is_closed_on_purpose_is_named_too() -> None:
    closed = {row["key"]: row["ports"] for row in openings(OPTIONS, INVENTORY) if row["from"] == {}}
    assert closed == {"nobody": "6382", "metrics": "6385"}


def test_ports_that_the_inventory_moves_are_moved() -> None:
    ports = {"node_manager": 7380, "worker_minimum": 20000, "worker_maximum": 20999}
    assert rows(role="head", port=7379, ports=ports)["nodes"][0] == "6381, 6383-6384, 7379-7380, 8000, 20000-20999"


def test_metrics_and_ray_client_are_for_those_who_are_named() -> None:
    found = rows(role="head", metrics_from=["monitoring"], client_from=["192.0.2.0/24"])
    assert found["metrics"] == ("6385, 44217, 44227", {"prometheus": ["prometheus.example.com"]})
    assert found["clients"] == ("10001", {"192.0.2.0/24": ["192.0.2.0/24"]})
    moved = rows(role="head", metrics_from=["monitoring"], environment={"AUTOSCALER_METRIC_PORT": 9901})
    assert moved["metrics"][0] == "6385, 9901, 44227"
    assert rows(metrics_from=["monitoring"], client_from=["monitoring"])["metrics"][0] == "6385"
    assert "clients" not in rows(client_from=["monitoring"])


def test_what_else_is_allowed_comes_after() -> None:
    found = rows(
        allow=[{"ports": [9100, "29500-29510"], "from": ["ray_cluster"]}, {"ports": "53", "from": "everybody"}]
    )
    assert found["allow0_"] == ("9100, 29500-29510", OF_NODES)
    assert found["allow1_"] == ("53", None)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"nodes": []}, "no node"),
        ({"allow": [{"ports": [1]}]}, "lacks ports or from"),
        ({"allow": ["9100"]}, "lacks ports or from"),
        ({"allow": [{"ports": ["x"], "from": ["w1"]}]}, "'x' is no port"),
        ({"serve_from": ["10.0.0.1/24"]}, "with the length of its network"),
        ({"ports": {"gcs": 1}}, "no port of the name gcs"),
    ],
)
def test_what_cannot_be_meant_is_refused(options: dict[str, t.Any], said: str) -> None:
    with pytest.raises(OperatorError, match=re.escape(said)):
        rows(**options)


@pytest.mark.parametrize(
    ("config", "environment", "head", "worker"),
    [
        ({}, {}, [8000], [8000]),
        ({"http_options": {"port": 80}}, {}, [80], [80]),
        ({"http_options": {"host": "127.0.0.1"}}, {}, [], []),
        ({"http_options": {"host": "192.0.2.1"}}, {}, [8000], [8000]),
        ({"proxy_location": "HeadOnly"}, {}, [8000], []),
        ({"proxy_location": "Disabled", "grpc_options": {"grpc_servicer_functions": ["a"]}}, {}, [], []),
        ({"grpc_options": {"port": 9001}}, {}, [8000], [8000]),
        ({"grpc_options": {"grpc_servicer_functions": ["a.b"]}}, {}, [8000, 9000], [8000, 9000]),
        ({"grpc_options": {"grpc_servicer_functions": ["a.b"], "port": 9001}}, {}, [8000, 9001], [8000, 9001]),
        ({}, {"RAY_SERVE_WORKER_PROXY_HTTP_PORT": "8001"}, [8000], [8001]),
        ({"http_options": None, "grpc_options": None, "proxy_location": None}, {}, [8000], [8000]),
    ],
)
def test_serves_ports_are_those_of_its_proxies(
    config: dict[str, t.Any], environment: dict[str, t.Any], head: list[int], worker: list[int]
) -> None:
    assert proxy_ports(config, environment, is_head=True) == head
    assert proxy_ports(config, environment, is_head=False) == worker


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        (["everybody"], None),
        (["w1", "everybody"], None),
        ([], {}),
        (["ray_cluster", "head"], OF_NODES),
        (["empty"], {}),
        (["lb.example.com"], {"lb.example.com": ["lb.example.com"]}),
        (["2001:db8::/32"], {"2001:db8::/32": ["2001:db8::/32"]}),
    ],
)
def test_names_of_the_inventory_stand_for_addresses(entries: list[str], found: t.Any) -> None:
    assert sources(entries, INVENTORY) == found


@pytest.mark.parametrize(
    "entry", ["192.0.2.1/24", "192.0.2.256", "1.2.3", "a b", "http://x", "x:80", "", "-x", "a/24", "$(x)"]
)
def test_what_is_no_source_is_refused(entry: str) -> None:
    with pytest.raises(OperatorError):
        reject(entry)


@pytest.mark.parametrize(
    "entry", ["192.0.2.1", "0.0.0.0/0", "::/0", "fe80::1%eth0", "ray_workers", "w-1.example.com.", "1und1"]
)
def test_what_is_one_is_taken(entry: str) -> None:
    reject(entry)


@pytest.mark.parametrize(
    ("written", "found"), [(9100, (9100, 9100)), ("9100", (9100, 9100)), ("1 - 65535", (1, 65535)), ("7-7", (7, 7))]
)
def test_a_range_is_read(written: t.Any, found: tuple[int, int]) -> None:
    assert range_of(written) == found


@pytest.mark.parametrize("written", [0, 65536, "2-1", "a", "", "1-", "-1", True, None, "1-2-3", "²"])
def test_what_is_no_range_is_refused(written: t.Any) -> None:
    with pytest.raises(OperatorError):
        range_of(written)


def test_ranges_that_overlap_are_one() -> None:
    assert merged([(5, 9), (1, 2), (3, 3), (8, 12), (20, 20)]) == ((1, 3), (5, 12), (20, 20))


def test_every_port_of_a_raylet_has_an_audience_as_the_page_tells_it() -> None:
    assert set(AUDIENCE) == {field.name for field in dataclasses.fields(Ports)} | {"port", "dashboard_port"}
    page = (Path(__file__).resolve().parents[3] / "docs" / "ports.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| \d+ \| `ray_(?:ports\.)?([a-z_]+)` \| [^|]+ \| ([^|]+) \|", page, re.M)
    assert {name: TOLD[who] for name, who in told} == AUDIENCE


def _holds(ports: str, port: int) -> bool:
    ends = [list(map(int, each.split("-"))) for each in ports.split(", ")]
    return any(each[0] <= port <= each[-1] for each in ends)
