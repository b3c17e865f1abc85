# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ports of a node, one row for each, and the checks of them.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import dataclasses
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.check import (
    Values,
    Violation,
    check,
    value_check,
    whole_number,
)

__all__ = [
    "CHECKS",
    "DASHBOARD_PORT",
    "DEFAULT_PORTS",
    "GCS_PORT",
    "PORTS",
    "Port",
    "Ports",
    "port_name",
    "port_number",
    "ports_of",
    "ports_of_node",
    "words_of_ports",
]

#: Ray refuses ports below (Ray 2.60.0 _private/parameter.py, `_check_usage`).
LOWEST_PORT = 1024
HIGHEST_PORT = 65535

#: The defaults of what listens on the head alone.
GCS_PORT = 6379
DASHBOARD_PORT = 8265


@dataclass(frozen=True)
class Port:
    """The row of a port: its name, its flag of `ray start`, and who needs it."""

    name: str
    default: int
    flag: str
    description: str


def _port(default: int, flag: str, description: str) -> t.Any:
    # A field of the dataclass that calls this.
    metadata = {"flag": flag, "description": description}
    return dataclasses.field(default=default, metadata=metadata)  # pylint: disable=invalid-field-call


@dataclass(frozen=True)
class Ports:
    """The ports of a node, all fixed, so that a firewall can be written; the head has `gcs` and the dashboard beside.

    Ray's own defaults are random for most of them, or lie in the range of the kernel's ephemeral ports, where a
    client's connection may sit on them. Workers need one port each.
    """

    node_manager: int = _port(
        6380, "node-manager-port", "The raylet itself; the other raylets and the head ask it for workers."
    )
    object_manager: int = _port(6381, "object-manager-port", "The object store; the other nodes fetch objects from it.")
    runtime_env_agent: int = _port(
        6382,
        "runtime-env-agent-port",
        "Makes runtime environments, that is, containers; asked by this node's raylet alone.",
    )
    dashboard_agent_grpc: int = _port(
        6383, "dashboard-agent-grpc-port", "The dashboard's agent, for metrics; asked by processes of this node."
    )
    dashboard_agent: int = _port(
        6384,
        "dashboard-agent-listen-port",
        "The dashboard's agent, for logs and health; asked by the head, and by ray.containers.raylet on this node.",
    )
    metrics_export: int = _port(6385, "metrics-export-port", "Metrics in the format of Prometheus.")
    ray_client_server: int = _port(
        10001,
        "ray-client-server-port",
        "The server for C(ray://) addresses; it listens on the head alone, and only when C(ray[client]) is installed.",
    )
    worker_minimum: int = _port(10002, "min-worker-port", "The first port of the workers; every replica has one.")
    worker_maximum: int = _port(19999, "max-worker-port", "The last port of the workers.")


DEFAULT_PORTS = dataclasses.asdict(Ports())
PORTS = tuple(
    Port(row.name, DEFAULT_PORTS[row.name], row.metadata["flag"], row.metadata["description"])
    for row in dataclasses.fields(Ports)
)


def ports_of(chosen: t.Mapping[str, t.Any]) -> Ports:
    """The ports of a node: the defaults, with what was *chosen* for some of them.

    :raises OperatorError: there is no port of that name, or the value is no number.
    """
    unknown = sorted(set(chosen) - set(DEFAULT_PORTS))
    if unknown:
        raise OperatorError(
            f"a raylet has no port of the name {', '.join(unknown)}",
            remedy=f"Choose from {', '.join(DEFAULT_PORTS)}",
        )
    try:
        return dataclasses.replace(Ports(), **{name: int(value) for name, value in chosen.items()})
    except (TypeError, ValueError):
        raise OperatorError("a port is not a number", remedy="Give whole numbers") from None


def words_of_ports(ports: Ports) -> list[str]:
    """The words of `ray start` for the ports."""
    return [f"--{row.flag}={getattr(ports, row.name)}" for row in PORTS]


def ports_of_node(values: Values, is_head: bool) -> dict[str, int]:
    """The ports that a raylet will have, by name: `port` and `dashboard_port` on a head, the workers' range by its ends.

    Where a number cannot be read, the default stands.
    """
    of_the_head = {"port": GCS_PORT, "dashboard_port": DASHBOARD_PORT} if is_head else {}
    chosen = {**_chosen(values.get("ports")), **{name: values.get(name) for name in of_the_head}}
    return {
        name: whole_number(chosen.get(name)) or default for name, default in {**DEFAULT_PORTS, **of_the_head}.items()
    }


def _chosen(written: t.Any) -> t.Mapping[t.Any, t.Any]:
    if isinstance(written, Ports):
        return dataclasses.asdict(written)
    return written if isinstance(written, dict) else {}


@value_check(
    "RC-217",
    "A raylet has no port of that name",
    cause="The ports of a raylet have names, and this is none of them.",
    remedy="Choose from the names in the documentation of ray.containers.raylet, option ports",
    source="this collection, module raylet, option ports",
)
def port_name(value: t.Any) -> t.Iterator[Violation]:
    """A name that no port has."""
    for name in _chosen(value):
        if name not in DEFAULT_PORTS:
            yield Violation(f"{str(name)!r} is no port", remedy=f"Choose from {', '.join(sorted(DEFAULT_PORTS))}")


@value_check(
    "RC-218",
    "A raylet's port is out of range",
    cause="Ray takes ports from 1024 to 65535; with 0 it would choose one, which no firewall could know.",
    remedy="Give a whole number from 1024 to 65535",
    source="Ray 2.60.0 _private/parameter.py `_check_usage`",
)
def port_number(value: t.Any) -> t.Iterator[Violation]:
    """A port, or one of several by their names, that is no number, or beyond what Ray takes."""
    several = isinstance(value, (dict, Ports))
    for name, written in (_chosen(value) if several else {"": value}).items():
        number = whole_number(written)
        if written is None and not several:
            continue
        if number is None or not LOWEST_PORT <= number <= HIGHEST_PORT:
            evidence = f"{written!r} is not a port from {LOWEST_PORT} to {HIGHEST_PORT}"
            yield Violation(evidence, f".{name}" if several else "")


@check(
    "RC-219",
    "The range of the workers' ports is empty or too small",
    cause="Every worker process, which a replica is, listens on a port of its own from that range.",
    remedy="Let worker_maximum be above worker_minimum by at least as many as the node has CPUs",
    source="Ray 2.60.0 src/ray/raylet/worker_pool.cc: a worker without a free port is not started",
)
def worker_ports(values: Values, is_head: bool) -> t.Iterator[Violation]:
    """A range that ends before it begins, or holds fewer ports than the node has CPUs."""
    ports = ports_of_node(values, is_head)
    lowest, highest = ports["worker_minimum"], ports["worker_maximum"]
    size = max(0, highest - lowest + 1)
    if size < (whole_number(values.get("num_cpus")) or 1):
        yield Violation(f"worker_minimum {lowest} to worker_maximum {highest} are {size} ports", option="ports")


@check(
    "RC-220",
    "Two ports of a raylet are the same",
    cause="Two processes of the node would listen on one port, and the second would not come up.",
    remedy="Give each a port of its own, outside of the workers' range",
    source="Ray 2.60.0 _private/parameter.py `update_pre_selected_port`",
)
def port_twice(values: Values, is_head: bool) -> t.Iterator[Violation]:
    """One port for two, or one within the workers' range."""
    ports = ports_of_node(values, is_head)
    lowest, highest = ports.pop("worker_minimum"), ports.pop("worker_maximum")
    used: dict[int, str] = {}
    for name, port in ports.items():
        option, part = ("ports", f".{name}") if name in DEFAULT_PORTS else (name, "")
        if port in used:
            yield Violation(f"{used[port]} and {name} are both port {port}", part, option=option)
        elif lowest <= port <= highest:
            yield Violation(f"port {port} lies within the workers' ports {lowest}-{highest}", part, option=option)
        used.setdefault(port, name)


CHECKS = (worker_ports, port_twice)
