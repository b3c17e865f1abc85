# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is open on a node, and to whom: the module's options in the node's own words.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.ports import ports_of
from ansible_collections.ray.containers.plugins.plugin_utils._firewall.audience import (
    CLIENTS,
    METRICS,
    NOBODY,
    NODES,
    ports_for,
)
from ansible_collections.ray.containers.plugins.plugin_utils._firewall.port_ranges import (
    Ranges,
    merged,
    range_of,
    ranges_text,
)
from ansible_collections.ray.containers.plugins.plugin_utils._firewall.proxy_ports import proxy_ports
from ansible_collections.ray.containers.plugins.plugin_utils._firewall.sources import EVERYBODY, Inventory, sources

__all__ = ["openings"]

#: As the module documents it.
DEFAULT_PORT = 6379


def openings(options: t.Mapping[str, t.Any], inventory: Inventory) -> list[dict[str, t.Any]]:
    """What is open beside SSH, as rows for the module; some to nobody.

    :param options: the module's, as the task has them.
    :raises OperatorError: they are not valid.
    """
    nodes = _list(options, "nodes")
    if not nodes:
        raise OperatorError(
            "nodes: no node of the cluster is named", remedy="Name all of them, for instance by their group ray_cluster"
        )
    is_head = options.get("role") == "head"
    environment = options.get("environment") or {}
    serve: Ranges = tuple(
        (port, port) for port in proxy_ports(options.get("config") or {}, environment, is_head=is_head)
    )

    def of(audience: str) -> Ranges:
        port = range_of(options.get("port") or DEFAULT_PORT)[0]
        ports = ports_of(options.get("ports") or {})
        return ports_for(audience, is_head=is_head, port=port, ports=ports, environment=environment)

    rows = [
        # Named all the same: what is closed on purpose is no service of somebody else's.
        ("nobody", "nobody", of(NOBODY), []),
        ("nodes", "the cluster's nodes", (*of(NODES), *serve), nodes),
        ("serve", "clients of Serve", serve, _list(options, "serve_from", [EVERYBODY])),
        ("metrics", "whoever gathers metrics", of(METRICS), _list(options, "metrics_from")),
        ("clients", "clients of ray://", of(CLIENTS), _list(options, "client_from")),
    ]
    for at, rule in enumerate(_list(options, "allow")):
        if not isinstance(rule, dict) or not rule.get("ports") or not rule.get("from"):
            raise OperatorError(
                f"allow[{at}]: it lacks ports or from", remedy="Write {ports: [9100], from: [monitoring]}"
            )
        rows.append((f"allow{at}_", f"allow[{at}]", tuple(map(range_of, _list(rule, "ports"))), _list(rule, "from")))
    return [
        {"key": key, "name": name, "ports": ranges_text(merged(ports)), "from": sources(who, inventory)}
        for key, name, ports, who in rows
        if ports
    ]


def _list(options: t.Mapping[str, t.Any], name: str, default: t.Sequence[t.Any] = ()) -> list[t.Any]:
    written = options.get(name)
    if written is None:
        return list(default)
    return list(written) if isinstance(written, (list, tuple)) else [written]
