# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of a node as nft reads them, and what two listings of them have in common.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import ipaddress
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.firewall.places import TABLE

__all__ = ["Opening", "Surroundings", "names_in", "network_of", "replacing", "rules_text", "same"]

Network = t.Union[ipaddress.IPv4Network, ipaddress.IPv6Network]

_HEAD = """\
# Managed by ray.containers.firewall; changes are overwritten.
# Whoever is not named here opens no TCP connection to this node. What is open already, what this node opens itself, its
# loopback, its containers' bridges, and everything that is not TCP are left alone.
"""
#: A name and its addresses, as `names_in` reads them.
_NAME = re.compile(r"^# name (?P<name>\S+): (?P<addresses>.*)$", re.MULTILINE)

#: - Fragments of IPv6 come here unassembled: one that ends before the ports could hide what it asks for. TCP is never sent in
#:   fragments; 0, 43, 44 and 60 are the headers that may stand between.
#: - What opens a connection has neither ACK nor RST. All else belongs to a connection that there is, or to none. So nothing
#:   need remember connections: the kernel's table of them may be full or, when the rules are loaded, still empty.
#: - Containers on a bridge ask their host, for instance for names. A bridge that is the host's own way out is none of theirs.
_BEGINNING = """\
\tchain input {{
\t\ttype filter hook input priority 10; policy accept;
\t\tfrag nexthdr {{ 0, 6, 43, 44, 60 }} drop
\t\tmeta l4proto != tcp accept
\t\ttcp flags & (ack | rst) != 0x0 accept
\t\tiifname "lo" accept
\t\tmeta iifkind "bridge"{but} accept
"""
#: As if nobody listened: a client is told at once, and learns no more than that.
_END = """\
\t\tcounter reject with tcp reset
\t}
"""


@dataclass(frozen=True)
class Opening:
    """Ports of this node, and who may open a connection to them.

    :param key: what its sets are called in nft's table.
    :param name: whom it is for, in an operator's words.
    :param ports: as nft writes them: ``6379, 10002-19999``.
    :param sources: names with the addresses, networks and further names that they stand for; None for everybody. Of no
        names, the ports are closed.
    """

    key: str
    name: str
    ports: str
    sources: t.Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Surroundings:
    """What the rules need to know of the host.

    :param ssh_ports: where its SSH server listens.
    :param uplinks: bridges by which the host itself is connected to others.
    :param names: the addresses of every name that a name server knows.
    """

    ssh_ports: tuple[int, ...] = ()
    uplinks: tuple[str, ...] = ()
    names: t.Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def rules_text(openings: t.Iterable[Opening], around: Surroundings) -> str:
    """The whole file: loaded, it takes the place of what is there in one step."""
    sets: list[str] = []
    rules: list[str] = []
    if around.ssh_ports:
        rules.append(f"\t\ttcp dport {{ {', '.join(map(str, around.ssh_ports))} }} accept\n")
    for opening in openings:
        _open(opening, around.names, sets, rules)
    but = (
        f" iifname != {{ {', '.join(f'{chr(34)}{name}{chr(34)}' for name in around.uplinks)} }}"
        if around.uplinks
        else ""
    )
    table = "".join((*sets, _BEGINNING.format(but=but), *rules, _END))
    names = "".join(f"# name {name}: {', '.join(found)}\n" for name, found in sorted(around.names.items()))
    return f"{_HEAD}{names}" + replacing(f"table {TABLE} {{\n{table}}}\n")


def replacing(table: str) -> str:
    """A file that puts *table*, as nft lists it, in the place of what is there; empty, it takes that away."""
    return f"table {TABLE}\ndelete table {TABLE}\n{table}"


def names_in(rules: str) -> dict[str, tuple[str, ...]]:
    """The names in a file of rules, with the addresses that they had."""
    return {found["name"]: tuple(found["addresses"].split(", ")) for found in _NAME.finditer(rules)}


def same(listing: str, other: str) -> bool:
    """Whether two listings by the same nft say the same."""
    return _ordered(listing) == _ordered(other)


def network_of(address: str) -> Network | None:
    """The network of an address (itself alone) or of a network; None for a name.

    The zone of a link-local address is left out: the rules hold for every interface.
    """
    try:
        found = ipaddress.ip_network(re.sub("%[^/]*", "", address))
    except ValueError:
        return None
    mapped = found.network_address.ipv4_mapped if isinstance(found, ipaddress.IPv6Network) else None
    return ipaddress.ip_network(f"{mapped}/{found.prefixlen - 96}") if mapped and found.prefixlen >= 96 else found


def _ordered(listing: str) -> str:
    """With the elements of every set in order: the kernel gives them in any."""

    def in_order(found: re.Match[str]) -> str:
        return f"{{ {' '.join(sorted(found[1].replace(',', ' ').split()))} }}"

    return re.sub(r"\{([^{};]*)\}", in_order, listing)


def _open(opening: Opening, names: t.Mapping[str, tuple[str, ...]], sets: list[str], rules: list[str]) -> None:
    ports = f"tcp dport {{ {opening.ports} }} accept\n"
    if opening.sources is None:
        rules.append(f"\t\t{ports}")
        return
    parts = [part for written in opening.sources.values() for part in written]
    found = _apart(network_of(address) for part in parts for address in names.get(part, (part,)))
    for version, family, kind in ((4, "ip", "ipv4"), (6, "ip6", "ipv6")):
        members = [network for network in found if network.version == version]
        if members and members[0].prefixlen == 0:
            rules.append(f"\t\tmeta nfproto {kind} {ports}")
        elif members:
            name = f"{opening.key}{version}"
            elements = ",\n\t\t\t".join(
                str(member.network_address if member.num_addresses == 1 else member) for member in members
            )
            sets.append(
                f"\tset {name} {{\n\t\ttype {kind}_addr\n\t\tflags interval\n\t\telements = {{ {elements} }}\n\t}}\n"
            )
            rules.append(f"\t\t{family} saddr @{name} {ports}")


def _apart(found: t.Iterable[Network | None]) -> list[Network]:
    """In order, without those that lie in another one, which nft refuses, and without the loopback, which is open anyway."""
    kept: list[Network] = []
    for network in sorted(
        {network for network in found if network and not network.is_loopback},
        key=lambda each: (each.version, int(each.network_address), each.prefixlen),
    ):
        # In this order, what contains a network is the last that was kept.
        if not (kept and kept[-1].version == network.version and network.network_address in kept[-1]):
            kept.append(network)
    return kept
