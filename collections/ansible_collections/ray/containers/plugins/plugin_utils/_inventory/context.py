# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rules need to know of the inventory, from the variables of its hosts.

Only what a host's variables say counts: a default of the role is known here too, but what the inventory leaves to Ray (the
number of CPUs of a node, for instance) stays unknown.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.ports import ports_of_node
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.value_checks import plain_address
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_settings import OPTIONS, RayletSettings
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Node
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.ray_schema import (
    DEFAULT_VERSION,
    number,
    ray_schema,
)

__all__ = ["inventory_context"]

#: The role's default, which a play on the controller does not see.
DEPLOY_TIMEOUT = 1800

#: What an operator calls the ports of the head.
NAMES = {"port": "GCS", "dashboard_port": "dashboard"}

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
    raylets = tuple(_raylet(host, host in heads, variables) for host in hosts)
    return Context(
        heads=heads,
        workers=workers,
        raylets=raylets,
        nodes=tuple(_node(host, variables) for host in hosts),
        environment=environment,
        ports=_ports(raylets),
        ray=ray_schema(str(_value(variables, head, "ray_version") or DEFAULT_VERSION)),
        deploy_timeout=number(_value(variables, head, "ray_deploy_timeout")) or DEPLOY_TIMEOUT,
    )


def _value(variables: t.Mapping[str, Variables], host: str, name: str) -> t.Any:
    # One variable at a time: Ansible makes each when it is asked for, secrets among them.
    return variables[host].get(name) if host in variables else None


def _raylet(host: str, is_head: bool, variables: t.Mapping[str, Variables]) -> RayletSettings:
    values = {option: _value(variables, host, f"ray_{option}") for option in OPTIONS}
    # An address that needs the host's facts is not known yet; what stands in its place is not it.
    unsure = values["node_ip_address"] is None and "ray_node_ip_address" in variables.get(host, {})
    return RayletSettings(
        host,
        is_head=is_head,
        address=""
        if unsure
        else plain_address(str(values["node_ip_address"] or _value(variables, host, "ansible_host") or host)),
        values={option: value for option, value in values.items() if value is not None},
    )


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


def _ports(raylets: t.Sequence[RayletSettings]) -> dict[str, tuple[int, int]]:
    """What listens on the nodes; a port that differs on a host is named with it."""
    ports: dict[str, tuple[int, int]] = {}
    for settings in raylets or (RayletSettings("", is_head=True),):
        single = ports_of_node(settings.values, settings.is_head)
        workers = (single.pop("worker_minimum"), single.pop("worker_maximum"))
        for name, found in {**{name: (port, port) for name, port in single.items()}, "workers": workers}.items():
            told = NAMES.get(name, name)
            if ports.setdefault(told, found) != found:
                ports[f"{told} of {settings.host}"] = found
    return ports
