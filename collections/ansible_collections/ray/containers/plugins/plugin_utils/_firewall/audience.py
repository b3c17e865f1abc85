# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who needs which port of a raylet. `docs/ports.md` says the same to operators, and a test holds the two together.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.ports import Ports
from ansible_collections.ray.containers.plugins.plugin_utils._firewall.port_ranges import Ranges, is_port, merged

__all__ = ["AUDIENCE", "CLIENTS", "METRICS", "NOBODY", "NODES", "ports_for"]

NODES, CLIENTS, METRICS, NOBODY = "nodes", "clients", "metrics", "nobody"

#: Who connects to a port from another host. The workers' range goes by its ends.
AUDIENCE: dict[str, str] = {
    "port": NODES,
    "dashboard_port": NOBODY,
    "node_manager": NODES,
    "object_manager": NODES,
    "runtime_env_agent": NOBODY,
    # The head's dashboard fetches logs, stack traces and profiles there (Ray 2.60.0 dashboard/modules/reporter/
    # reporter_head.py, util/state/state_manager.py).
    "dashboard_agent_grpc": NODES,
    "dashboard_agent": NODES,
    "metrics_export": METRICS,
    "ray_client_server": CLIENTS,
    "worker_minimum": NODES,
    "worker_maximum": NODES,
}
#: Ray 2.60.0 listens to these on the head alone.
OF_THE_HEAD = ("port", "dashboard_port", "ray_client_server")

#: Further ports with metrics on the head, by the variables that move them (Ray 2.60.0 autoscaler/_private/constants.py,
#: dashboard/consts.py).
METRICS_VARIABLES = {"AUTOSCALER_METRIC_PORT": 44217, "DASHBOARD_METRIC_PORT": 44227}


def ports_for(audience: str, *, is_head: bool, port: int, ports: Ports, environment: t.Mapping[str, t.Any]) -> Ranges:
    """The ports of a node that somebody connects to.

    :param port: of the head's control service.
    :param environment: of the raylet, which may move the head's ports with metrics.
    """
    single = {"port": port, **dataclasses.asdict(ports)}
    workers = single.pop("worker_minimum"), single.pop("worker_maximum")
    here = {name: number for name, number in single.items() if is_head or name not in OF_THE_HEAD}
    found = [(number, number) for name, number in here.items() if AUDIENCE[name] == audience]
    if audience == AUDIENCE["worker_minimum"]:
        found.append(workers)
    if audience == METRICS and is_head:
        for name, default in METRICS_VARIABLES.items():
            written = str(environment.get(name, "")).strip()
            moved = int(written) if is_port(written) else default
            found.append((moved, moved))
    return merged(found)
