# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the addresses at which the nodes find each other.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import ipaddress
import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import plain_address
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_settings import RayletSettings
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, host_rule, rule, rules_in

__all__ = ["RULES"]

#: getaddrinfo takes names with underscores, though DNS has no hosts of such names.
_HOST = re.compile(r"[A-Za-z0-9_:][A-Za-z0-9_:.-]*")


@host_rule(
    "RC-225",
    "An address of a node is not one",
    cause="Other nodes reach a raylet at one address of its host; a port, a network or a wildcard is none.",
    remedy="Give an IP address of the host, or a name of it, without a port",
    source="Ray 2.60.0 ray start --node-ip-address, --dashboard-host",
)
def address(settings: RayletSettings) -> t.Iterator[Problem]:
    """An address that is none, or that is every address."""
    for option in ("node_ip_address", "dashboard_host"):
        written = settings.get(option)
        if not written:
            continue
        plain = plain_address(str(written))
        found = _ip(plain)
        everywhere = option == "node_ip_address" and found is not None and found.is_unspecified
        if everywhere or not _is_host(plain):
            yield Problem(settings.where(option), f"{str(written)!r} is not one address or name of a host")


def _is_host(written: str) -> bool:
    if ":" in written or re.fullmatch(r"[0-9.]+", written):
        return _ip(written) is not None
    return bool(_HOST.fullmatch(written))


def _ip(written: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(written)
    except ValueError:
        return None


@rule(
    "RC-226",
    "The other nodes would look for a node on themselves",
    cause="A loopback address means another machine on every machine.",
    remedy="Set ansible_host or ray_node_ip_address to the address by which the other nodes reach it",
    source="Ray 2.60.0 ray start --node-ip-address",
)
def address_loopback(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A loopback address in a cluster of several machines."""
    for settings in context.raylets if len(context.raylets) > 1 else ():
        found = _ip(settings.address)
        if (found and found.is_loopback) or settings.address == "localhost":
            yield Problem(settings.where("node_ip_address"), f"the other nodes would look for it at {settings.address}")


@rule(
    "RC-227",
    "Two hosts have one address",
    cause="Two raylets would run on one machine with the same ports, or one of them tell the others a wrong address.",
    remedy="Give each host its own ray_node_ip_address, or remove one of them from the inventory",
    source="Ray 2.60.0 ray start: one raylet with fixed ports for a machine",
)
def address_twice(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """One address for two hosts."""
    seen: dict[object, str] = {}
    for settings in context.raylets:
        key = _ip(settings.address) or settings.address
        if settings.address and key in seen:
            yield Problem(settings.where("node_ip_address"), f"{settings.address} is the address of {seen[key]}, too")
        seen.setdefault(key, settings.host)


RULES = rules_in(globals())
