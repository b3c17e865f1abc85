# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the ports that raylets listen on.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import (
    DEFAULT_PORTS,
    HIGHEST_PORT,
    LOWEST_PORT,
)
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_settings import (
    RayletSettings,
    whole_number,
)
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Problem, host_rule, rules_in

__all__ = ["RULES", "ports_of_host"]

HEAD_PORTS = {"port": 6379, "dashboard_port": 8265}


@host_rule(
    "RC-217",
    "A raylet has no port of that name",
    cause="The ports of a raylet have names, and this is none of them.",
    remedy="Choose from the names in the documentation of ray.containers.raylet, option ports",
    source="this collection, module raylet, option ports",
)
def port_name(settings: RayletSettings) -> t.Iterator[Problem]:
    """A name that no port has."""
    for name in settings.mapping("ports"):
        if name not in DEFAULT_PORTS:
            yield Problem(
                settings.where("ports"), f"{str(name)!r} is no port", f"Choose from {', '.join(sorted(DEFAULT_PORTS))}"
            )


@host_rule(
    "RC-218",
    "A raylet's port is out of range",
    cause="Ray takes ports from 1024 to 65535; with 0 it would choose one, which no firewall could know.",
    remedy="Give a whole number from 1024 to 65535",
    source="Ray 2.60.0 _private/parameter.py `_check_usage`",
)
def port_range(settings: RayletSettings) -> t.Iterator[Problem]:
    """A port that is no number, or beyond what Ray takes."""
    chosen = {settings.where("ports", str(name)): port for name, port in settings.mapping("ports").items()}
    chosen.update({settings.where(name): settings.get(name) for name in HEAD_PORTS if settings.get(name) is not None})
    for where, written in chosen.items():
        port = whole_number(written)
        if port is None or not LOWEST_PORT <= port <= HIGHEST_PORT:
            yield Problem(where, f"{written!r} is not a port from {LOWEST_PORT} to {HIGHEST_PORT}")


def ports_of_host(settings: RayletSettings) -> dict[str, int]:
    """The ports that a raylet will have, by name: `port` and `dashboard_port` on a head, the workers' range by its ends.

    Where a number cannot be read, the default stands.
    """
    ports = {**DEFAULT_PORTS, **(HEAD_PORTS if settings.is_head else {})}
    chosen = {**settings.mapping("ports"), **{name: settings.get(name) for name in HEAD_PORTS}}
    for name in ports:
        ports[name] = whole_number(chosen.get(name)) or ports[name]
    return ports


@host_rule(
    "RC-219",
    "The range of the workers' ports is empty or too small",
    cause="Every worker process, which a replica is, listens on a port of its own from that range.",
    remedy="Let worker_maximum be above worker_minimum by at least as many as the node has CPUs",
    source="Ray 2.60.0 src/ray/raylet/worker_pool.cc: a worker without a free port is not started",
)
def worker_ports(settings: RayletSettings) -> t.Iterator[Problem]:
    """A range that ends before it begins, or holds fewer ports than the node has CPUs."""
    ports = ports_of_host(settings)
    lowest, highest = ports["worker_minimum"], ports["worker_maximum"]
    cpus = whole_number(settings.get("num_cpus")) or 1
    if highest - lowest + 1 < cpus:
        held = max(0, highest - lowest + 1)
        yield Problem(settings.where("ports"), f"worker_minimum {lowest} to worker_maximum {highest} are {held} ports")


@host_rule(
    "RC-220",
    "Two ports of a raylet are the same",
    cause="Two processes of the node would listen on one port, and the second would not come up.",
    remedy="Give each a port of its own, outside of the workers' range",
    source="Ray 2.60.0 _private/parameter.py `update_pre_selected_port`",
)
def port_twice(settings: RayletSettings) -> t.Iterator[Problem]:
    """One port for two, or one within the workers' range."""
    ports = ports_of_host(settings)
    lowest, highest = ports.pop("worker_minimum"), ports.pop("worker_maximum")
    used: dict[int, str] = {}
    for name, port in ports.items():
        where = settings.where(name) if name in HEAD_PORTS else settings.where("ports", name)
        if port in used:
            yield Problem(where, f"{port} is the port of {used[port]}, too")
        elif lowest <= port <= highest:
            yield Problem(where, f"{port} lies within the workers' ports {lowest} to {highest}")
        used.setdefault(port, name)


RULES = rules_in(globals())
