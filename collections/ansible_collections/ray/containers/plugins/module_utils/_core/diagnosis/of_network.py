# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judging the network: who holds Ray's ports, and whether nodes reach each other.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import (
    CurrentFault,
    Look,
    Subject,
    every,
)
from ansible_collections.ray.containers.plugins.module_utils._core.faults import of_raylets, of_serve
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import HEAD, NODES, PORTS

__all__ = ["Listener", "PortFacts", "Reached", "head_look", "nodes_look", "ports_look"]

#: How the kernel calls it when a host answers that nobody listens on a port (ECONNREFUSED).
REFUSED = "Connection refused"

#: How the processes of a Ray of any account are called.
RAYS = ("raylet", "gcs_server", "ray::", "dashboard", "ray")


@dataclass(frozen=True)
class Listener:
    """Who listens on a port of this host.

    :param process: what it is called, and *pid* its id; empty where that cannot be told.
    :param rays: whether it is a process of the Ray user's Ray.
    """

    port: int
    address: str
    process: str = ""
    pid: int = 0
    owner: str = ""
    rays: bool = False

    def description(self) -> str:
        """As an operator would name it."""
        who = f"{self.process} (process {self.pid}, {self.owner})" if self.process else "an unknown process"
        return f"{who} listens on {self.address}:{self.port}"


@dataclass(frozen=True)
class PortFacts:
    """Ray's ports of this node, and who listens on them.

    :param ports: their names, by number.
    :param proxy: the port of Serve's proxy; 0 for none that is known.
    """

    ports: t.Mapping[int, str] = field(default_factory=dict)
    proxy: int = 0
    listeners: tuple[Listener, ...] = ()


@dataclass(frozen=True)
class Reached:
    """A port of another node, and why it cannot be connected to; empty where it can."""

    host: str
    port: int
    name: str
    problem: str = ""


def ports_look(facts: PortFacts) -> Look:
    """Who holds each port of Ray's."""
    if not facts.ports and not facts.proxy:
        return Look(PORTS, moot="it is not known which ports this node's Ray has")
    strangers = [each for each in facts.listeners if not each.rays]
    return Look(PORTS, every(_taken(facts, each) for each in strangers))


def _taken(facts: PortFacts, by: Listener) -> CurrentFault:
    if by.port == facts.proxy:
        return CurrentFault(
            of_serve.PROXY_PORT,
            f"The port {by.port} of Serve's proxy is taken by {by.process or 'another program'}",
            evidence=by.description(),
            remedy=f"kill {by.pid}" if by.pid else "",
            brief=f"port {by.port} is taken",
            subject=str(by.port),
        )
    another_ray = by.process.startswith(RAYS) and by.process != "rayon"
    return CurrentFault(
        of_raylets.ANOTHER_RAY if another_ray else of_raylets.PORT_TAKEN,
        f"Another Ray, of {by.owner}, has the port {by.port} ({facts.ports.get(by.port)})"
        if another_ray
        else f"Ray's port {by.port} ({facts.ports.get(by.port)}) is taken by {by.process or 'another program'}",
        evidence=by.description(),
        remedy=f"Run ray stop as {by.owner}" if another_ray else (f"kill {by.pid}" if by.pid else ""),
        brief=f"port {by.port} is taken",
        subject="" if another_ray else str(by.port),
    )


def head_look(subject: Subject, address: str, reached: t.Sequence[Reached]) -> Look:
    """The head as this node reaches it."""
    if subject.is_head:
        return Look(HEAD)
    if not address:
        return Look(HEAD, unanswered="this node does not say which head it belongs to")
    closed = [each for each in reached if each.problem]
    if not closed:
        return Look(HEAD)
    told = ", ".join(f"{each.port} ({each.name}): {each.problem}" for each in closed)
    ports = ", ".join(str(each.port) for each in closed)
    held = CurrentFault(
        of_raylets.NO_HEAD,
        f"The head {address} is not reached from here on port {ports}: {closed[0].problem}",
        evidence=f"connecting to {address}: {told}",
        remedy=f"Look whether the head runs (systemctl status raylet there), and let this node reach its port {ports}",
        brief=f"it does not reach the head: {closed[0].problem}",
    )
    return Look(HEAD, (held,))


def nodes_look(reached: t.Sequence[Reached]) -> Look:
    """The other nodes as the head reaches them.

    A port that is refused is reached: nobody listens there, which that node tells itself.
    """
    reached = [each for each in reached if each.problem != REFUSED]
    hosts = dict.fromkeys(each.host for each in reached)
    held = []
    for host in hosts:
        closed = [each for each in reached if each.host == host and each.problem]
        if closed:
            ports = ", ".join(str(each.port) for each in closed)
            held.append(
                CurrentFault(
                    of_raylets.NODE_CLOSED,
                    f"The head does not reach the node {host} on port {ports}: {closed[0].problem}",
                    evidence=", ".join(f"{each.port} ({each.name}): {each.problem}" for each in closed),
                    remedy=f"Let the head reach the ports of {host} (docs/ports.md)",
                    subject=host,
                )
            )
    return Look(NODES, tuple(held))
