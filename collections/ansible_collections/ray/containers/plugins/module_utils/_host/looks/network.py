# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at other nodes, and at who holds this one's ports.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import Subject
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_network import PortFacts, Reached
from ansible_collections.ray.containers.plugins.module_utils._host.looks.processes import listeners
from ansible_collections.ray.containers.plugins.module_utils._host.network import connection_problem

__all__ = ["head_reached", "port_facts"]


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
