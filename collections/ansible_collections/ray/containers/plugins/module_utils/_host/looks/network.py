# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at other nodes, and at who holds this one's ports.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import concurrent.futures
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import Subject
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_network import PortFacts, Reached
from ansible_collections.ray.containers.plugins.module_utils._host.looks.processes import listeners
from ansible_collections.ray.containers.plugins.module_utils._host.network import connection_problem

__all__ = ["head_reached", "nodes_reached", "port_facts"]

#: The ports of a node that the head connects to (docs/ports.md), by the options of `ray start`: the same on every node.
OF_NODES = ("node-manager-port", "object-manager-port", "dashboard-agent-grpc-port")

MOST_AT_ONCE = 64


def port_facts(subject: Subject, unit: t.Mapping[str, int], proxy: int) -> PortFacts:
    """Who listens on this node's ports.

    :param unit: the ports that the raylet's unit names, by its options.
    """
    names = {port: option for option, port in unit.items()}
    wanted = {*names, *([proxy] if proxy else [])}
    return PortFacts(names, proxy, listeners(wanted, subject.uid, proxy) if wanted else ())


def head_reached(host: str, port: int, timeout: float) -> tuple[Reached, ...]:
    """The head's port, as this node reaches it."""
    return (Reached(host, port, "port", connection_problem(host, port, timeout=timeout)),) if host and port else ()


def nodes_reached(hosts: t.Sequence[str], ports: t.Mapping[str, int], timeout: float) -> tuple[Reached, ...]:
    """The ports of other nodes, as this one reaches them, asked side by side."""
    asked = [(host, ports[name], name) for host in hosts for name in OF_NODES if ports.get(name)]
    if not asked:
        return ()
    with concurrent.futures.ThreadPoolExecutor(max_workers=min(len(asked), MOST_AT_ONCE)) as pool:
        problems = pool.map(lambda each: connection_problem(each[0], each[1], timeout=timeout), asked)
        return tuple(Reached(host, port, name, problem) for (host, port, name), problem in zip(asked, problems))
