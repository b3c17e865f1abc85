# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rules need to know of the inventory, from the variables of its hosts.

Only what a host's variables say counts: a default of the role is known here too, but what the inventory leaves to Ray (the
number of CPUs of a node, for instance) stays unknown.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.raylet_spec import DEFAULT_PORTS
from ansible_collections.ray.containers.plugins.module_utils._core.rule import Context, Node
from ansible_collections.ray.containers.plugins.module_utils._core.serve_schema import number

__all__ = ["inventory_context"]

#: The role's defaults, which a play on the controller does not see.
GCS_PORT = 6379
DASHBOARD_PORT = 8265
DEPLOY_TIMEOUT = 1800

Variables = t.Mapping[str, t.Any]


def inventory_context(
    heads: t.Iterable[str], workers: t.Iterable[str], variables: t.Mapping[str, Variables]
) -> Context:
    """The inventory as rules see it.

    :param variables: those of each host, by its name; of a host that is not in it nothing is known.
    """
    heads, workers = tuple(heads), tuple(workers)
    hosts = list(dict.fromkeys((*heads, *workers)))
    environment: dict[str, t.Any] = {}
    for host in hosts:
        written = _value(variables, host, "ray_environment")
        if isinstance(written, dict):
            environment.update({str(name): value for name, value in written.items()})
    head = heads[0] if heads else ""
    return Context(
        heads=heads,
        workers=workers,
        nodes=tuple(_node(host, variables) for host in hosts),
        environment=environment,
        ports=_ports(_value(variables, head, "ray_port"), _value(variables, head, "ray_dashboard_port")),
        deploy_timeout=number(_value(variables, head, "ray_deploy_timeout")) or DEPLOY_TIMEOUT,
    )


def _value(variables: t.Mapping[str, Variables], host: str, name: str) -> t.Any:
    # One variable at a time: Ansible makes each when it is asked for, secrets among them.
    return variables[host].get(name) if host in variables else None


def _node(host: str, variables: t.Mapping[str, Variables]) -> Node:
    resources = _value(variables, host, "ray_resources")
    amounts = (
        {str(name): number(amount) or 0 for name, amount in resources.items()} if isinstance(resources, dict) else {}
    )
    return Node(
        host,
        cpus=number(_value(variables, host, "ray_num_cpus")),
        gpus=number(_value(variables, host, "ray_num_gpus")),
        resources=amounts or None,
    )


def _ports(gcs: object, dashboard: object) -> dict[str, tuple[int, int]]:
    ports = {
        "GCS": int(number(gcs) or GCS_PORT),
        "dashboard": int(number(dashboard) or DASHBOARD_PORT),
        **{name: port for name, port in DEFAULT_PORTS.items() if not name.startswith("worker_")},
    }
    single = {name: (port, port) for name, port in ports.items()}
    return {**single, "workers": (DEFAULT_PORTS["worker_minimum"], DEFAULT_PORTS["worker_maximum"])}
