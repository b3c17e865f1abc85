# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the addresses at which the nodes find each other.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.value_checks import ip_address
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in

__all__ = ["RULES"]


@rule(
    "RC-226",
    "The address of a node is a loopback address",
    cause="A loopback address means another machine on every machine.",
    remedy="Set ansible_host or ray_node_ip_address to the address by which the other nodes reach it",
    source="Ray 2.60.0 ray start --node-ip-address",
)
def address_loopback(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A loopback address in a cluster of several machines."""
    for settings in context.raylets if len(context.raylets) > 1 else ():
        found = ip_address(settings.address)
        if (found and found.is_loopback) or settings.address == "localhost":
            yield Problem(settings.where("node_ip_address"), f"the other nodes would look for it at {settings.address}")


@rule(
    "RC-227",
    "Two hosts have the same address",
    cause="Two raylets would run on one machine with the same ports, or one of them tell the others a wrong address.",
    remedy="Give each host its own ray_node_ip_address, or remove one of them from the inventory",
    source="Ray 2.60.0 ray start: one raylet with fixed ports for a machine",
)
def address_twice(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """One address for two hosts."""
    seen: dict[object, str] = {}
    for settings in context.raylets:
        key = ip_address(settings.address) or settings.address
        if settings.address and key in seen:
            yield Problem(settings.where("node_ip_address"), f"{settings.address} is the address of {seen[key]}, too")
        seen.setdefault(key, settings.host)


RULES = rules_in(globals())
