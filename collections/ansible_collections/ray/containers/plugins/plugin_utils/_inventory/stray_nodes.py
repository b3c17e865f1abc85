# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes that the running cluster has and the inventory does not.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import ipaddress
import socket
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.faults.of_clusters import STRAY_NODE
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.value_checks import plain_address
from ansible_collections.ray.containers.plugins.plugin_utils._finding import finding
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.known_variables import KnownHosts

__all__ = ["stray_nodes"]

#: Groups whose hosts are nodes of the cluster.
GROUPS = ("ray_head", "ray_workers", "ray_cluster")

Resolve = t.Callable[[str], t.Collection[str]]
Variables = t.Mapping[str, t.Any]


def addresses_of(name: str) -> list[str]:
    """The addresses of a name, as this controller resolves it; none where it does not."""
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)]
    except OSError:
        return []


def stray_nodes(
    nodes: t.Iterable[str], variables: Variables, resolve: Resolve = addresses_of
) -> list[dict[str, t.Any]]:
    """A finding where the cluster has more nodes than the inventory knows of.

    A host of which no address can be told here, as where Ray finds it itself, may be any node that no other host is.

    :param nodes: the addresses of those that are alive, as Ray tells them.
    :param variables: of a task: the inventory's groups, and the variables of its hosts.
    """
    groups = variables.get("groups", {})
    hosts = dict.fromkeys(str(host) for group in GROUPS for host in groups.get(group, ()))
    if not hosts:
        return []
    every = KnownHosts(variables.get("hostvars", {}))
    left = dict.fromkeys(filter(None, map(_address, nodes)))
    untold = 0
    for host in hosts:
        known = _known(host, every.get(host, {}), left, resolve)
        untold += not known
        for address in known:
            left.pop(address, None)
    if len(left) <= untold:
        return []
    told = ", ".join(left)
    sentence = f"The cluster has {told}, which the inventory does not have"
    if untold:
        sentence = f"The inventory does not have {len(left) - untold} of the cluster's nodes {told}"
    return [finding(STRAY_NODE.entry, sentence, f"Ray tells of {told} as alive; the inventory has {', '.join(hosts)}")]


def _known(host: str, variables: Variables, nodes: t.Collection[str], resolve: Resolve) -> set[str]:
    """The addresses of a host's raylet; none where that cannot be told here."""
    given = variables.get("ray_node_ip_address")
    written = plain_address(str(given or variables.get("ansible_host") or host))
    found = {_address(each) for each in ([written] if _address(written) else resolve(written))}
    # Ray, or the host's facts, say what it is: it may be the one by which Ansible comes.
    unsure = not given and "ray_node_ip_address" in variables
    return found if found.intersection(nodes) or (_address(written) and not unsure) else set()


def _address(written: str) -> str:
    try:
        return str(ipaddress.ip_address(str(written).partition("%")[0]))
    except ValueError:
        return ""
