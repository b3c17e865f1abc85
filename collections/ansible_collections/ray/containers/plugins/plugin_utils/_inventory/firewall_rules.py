# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the variables for the firewall, checked on the controller before any host is touched.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.ports import ports_of_node
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._firewall.port_ranges import range_of
from ansible_collections.ray.containers.plugins.plugin_utils._firewall.sources import reject
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_settings import RayletSettings
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.form import kind_of

__all__ = ["RULES"]

WHO = ("firewall_serve_from", "firewall_metrics_from", "firewall_client_from", "firewall_addresses")

#: Ray 2.60.0 serve/_private/constants.py: each makes replicas listen where others must come to.
MORE_PORTS = (
    "RAY_SERVE_USE_GRPC_BY_DEFAULT",
    "RAY_SERVE_PROXY_USE_GRPC",
    "RAY_SERVE_ENABLE_DIRECT_INGRESS",
    "RAY_SERVE_ENABLE_HA_PROXY",
    "RAY_SERVE_THROUGHPUT_OPTIMIZED",
)


@rule(
    "RC-260",
    "ray_firewall is not a boolean",
    cause="A node is closed to others, or it is not.",
    remedy="Write ray_firewall: true or ray_firewall: false",
    source="this collection, roles/cluster/meta/argument_specs.yml",
)
def not_boolean(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Neither on nor off."""
    for settings in context.raylets:
        written = settings.get("firewall")
        if written is not None and str(written).lower() not in ("true", "false", "yes", "no"):
            yield Problem(settings.where("firewall"), f"{written!r} is neither true nor false")


@rule(
    "RC-261",
    "A source for the firewall is not valid",
    cause="Rules let in addresses and networks: those that are given, and those of hosts, of groups and of names.",
    remedy="Give an address, a network as 192.0.2.0/24, or the name of a host or a group",
    source="nft(8), sets; ipaddress of Python",
)
def source(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """What is neither an address nor a network nor a name."""
    for settings in context.raylets:
        lists = [(settings.where(option), settings.get(option)) for option in WHO]
        lists += [(f"{where}.from", allowed.get("from")) for where, allowed in _allowed(settings)]
        for where, written in lists:
            if written is not None and not isinstance(written, list):
                yield Problem(where, f"it holds {kind_of(written)}, and not a list")
                continue
            for entry in written or ():
                problem = _problem(entry)
                if problem:
                    yield Problem(where, problem.what, problem.remedy)


def _problem(entry: object) -> OperatorError | None:
    try:
        reject(entry if isinstance(entry, str) else f"[{entry}]")
    except OperatorError as problem:
        return problem
    return None


@rule(
    "RC-262",
    "A port for the firewall is not valid",
    cause="A TCP port is a number from 1 to 65535, and each entry of ray_firewall_allow has ports and from whom.",
    remedy="Write [{ports: [9100, 29500-29600], from: [monitoring]}], and ray_firewall_ssh_ports as [22]",
    source="this collection, roles/cluster/meta/argument_specs.yml",
)
def opened_port(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """What is no port, or open to nobody."""
    for settings in context.raylets:
        written = settings.get("firewall_allow")
        if written is not None and not isinstance(written, list):
            yield Problem(settings.where("firewall_allow"), f"it holds {kind_of(written)}, and not a list")
        for index, entry in enumerate(written if isinstance(written, list) else ()):
            where = f"ray_firewall_allow[{index}] of {settings.host}"
            if not isinstance(entry, dict) or set(entry) != {"ports", "from"} or not all(entry.values()):
                yield Problem(where, "it does not have ports and from whom, and nothing else")
            elif not isinstance(entry["ports"], list):
                yield Problem(f"{where}.ports", f"it holds {kind_of(entry['ports'])}, and not a list")
        lists = [(f"{where}.ports", allowed.get("ports")) for where, allowed in _allowed(settings)]
        lists.append((settings.where("firewall_ssh_ports"), settings.get("firewall_ssh_ports")))
        for where, ports in lists:
            for port in ports if isinstance(ports, list) else () if ports is None else [ports]:
                try:
                    range_of(port)
                except OperatorError as problem:
                    yield Problem(where, problem.what, problem.remedy)


@rule(
    "RC-263",
    "The firewall is to open the dashboard",
    cause="Whoever reaches the dashboard and has the token runs programs on the cluster, and both travel in clear text.",
    remedy="Take the port out, and reach the dashboard with `ssh -L 8265:127.0.0.1:8265 HEAD`",
    source="Ray 2.60.0 dashboard/head.py: jobs, Serve and logs in one interface over plain HTTP",
)
def dashboard(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """The dashboard's port among those that are opened."""
    for settings in context.raylets:
        port = ports_of_node(settings.values, settings.is_head).get("dashboard_port")
        for where, allowed in _allowed(settings):
            ports = allowed.get("ports")
            for written in ports if isinstance(ports, list) else ():
                try:
                    first, last = range_of(written)
                except OperatorError:
                    continue
                if port and first <= port <= last:
                    yield Problem(f"{where}.ports", f"{written} has the dashboard's port {port} in it")


@rule(
    "RC-264",
    "Some nodes have a firewall and others have none",
    cause="Who reaches the raylet of one node can bring it down, and who has the token runs programs on all.",
    remedy="Set ray_firewall once, for the group ray_cluster",
    source="docs/security.md",
    severity="warning",
)
def not_on_all(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A cluster that is half closed."""
    without = [settings.host for settings in context.raylets if not _on(settings)]
    if without and len(without) < len(context.raylets):
        yield Problem("ray_firewall", f"it is not true of {', '.join(sorted(without))}")


@rule(
    "RC-265",
    "Serve is set to use ports that the firewall closes",
    cause="With it, Serve's proxies and replicas reach each other at ports of the kernel's choice or of a range of their own.",
    remedy="Open these to the nodes, as in ray_firewall_allow: [{ports: [32768-60999], from: [ray_cluster]}], or remove it",
    source="Ray 2.60.0 serve/_private/constants.py and replica.py, inter-deployment gRPC server and direct ingress",
    severity="warning",
)
def random_ports(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A variable that has replicas listen at more ports, and nothing that opens any."""
    for settings in context.raylets:
        environment = settings.get("environment")
        if _on(settings) and isinstance(environment, dict) and not settings.get("firewall_allow"):
            for name in MORE_PORTS:
                if str(environment.get(name, "0")).strip().lower() in ("1", "true"):
                    yield Problem(
                        settings.where("environment", f".{name}"),
                        "the firewall lets nobody come to the ports that it adds",
                    )


def _on(settings: RayletSettings) -> bool:
    return str(settings.get("firewall")).lower() in ("true", "yes")


def _allowed(settings: RayletSettings) -> list[tuple[str, t.Mapping[str, t.Any]]]:
    written = settings.get("firewall_allow")
    return [
        (f"ray_firewall_allow[{index}] of {settings.host}", entry)
        for index, entry in enumerate(written if isinstance(written, list) else ())
        if isinstance(entry, dict)
    ]


RULES = rules_in(globals())
