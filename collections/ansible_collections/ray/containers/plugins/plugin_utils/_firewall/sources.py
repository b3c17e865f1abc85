# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From whom: addresses, networks and names as an inventory has them, and what its own names stand for.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import ipaddress
import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.firewall.rules import network_of

__all__ = ["EVERYBODY", "Inventory", "addresses_of_host", "reject", "sources"]

EVERYBODY = "everybody"

#: Of a host, or of a group or a host of the inventory.
_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?")


class Inventory(t.NamedTuple):
    """The inventory's groups with their hosts, and the variables of these."""

    groups: t.Mapping[str, t.Sequence[str]]
    hosts: t.Mapping[str, t.Mapping[str, t.Any]]


def reject(entry: str) -> None:
    """Refuse what can be neither an address nor a network nor a name.

    :raises OperatorError: with what to write.
    """
    if entry == EVERYBODY or network_of(entry) is not None:
        return
    wider = _around(entry)
    if wider:
        raise OperatorError(
            f"{entry} is an address with the length of its network",
            remedy=f"Write {entry.partition('/')[0]} for the host alone, or {wider} for the whole network",
        )
    if not _NAME.fullmatch(entry) or re.fullmatch("[0-9.]+", entry):
        raise OperatorError(
            f"{entry!r} is neither an address nor a network nor a name",
            remedy="Give an address as 192.0.2.7 or 2001:db8::7, a network as 192.0.2.0/24, or the name of a host",
        )


def sources(entries: t.Iterable[t.Any], inventory: Inventory) -> dict[str, list[str]] | None:
    """Each source with the addresses, networks and names that it stands for; None for everybody.

    A group of the inventory stands for its hosts.

    :raises OperatorError: see `reject`.
    """
    found: dict[str, list[str]] = {}
    for entry in map(str, entries):
        if entry == EVERYBODY:
            return None
        for name in inventory.groups.get(entry, [entry]):
            known = inventory.hosts.get(name)
            found[name] = [name] if known is None else addresses_of_host(name, known)
            for part in found[name]:
                reject(part)
    return found


def addresses_of_host(host: str, variables: t.Mapping[str, t.Any]) -> list[str]:
    """Everything that a host's packets may come from, as far as the inventory says; names among it."""
    further = variables.get("ray_firewall_addresses") or []
    written = [
        variables.get("ray_node_ip_address"),
        variables.get("ansible_host") or host,
        *(further if isinstance(further, list) else [further]),
    ]
    return list(dict.fromkeys(str(each).strip() for each in written if each))


def _around(entry: str) -> str:
    try:
        return str(ipaddress.ip_network(entry, strict=False))
    except ValueError:
        return ""
