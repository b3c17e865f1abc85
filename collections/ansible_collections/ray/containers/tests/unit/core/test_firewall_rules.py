# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewall's rules as text: who is let in, under which names, and what two listings have in common."""

from __future__ import annotations

import re
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.firewall.rules import (
    Opening,
    Surroundings,
    names_in,
    network_of,
    replacing,
    rules_text,
    same,
)


def text(*sources: str, names: t.Mapping[str, tuple[str, ...]] | None = None, **around: t.Any) -> str:
    opening = Opening("serve", "clients of Serve", "8000", {source: (source,) for source in sources})
    return rules_text([opening], Surroundings(names=names or {}, **around))


def elements(rules: str) -> dict[str, list[str]]:
    """The elements of each set, by its name."""
    found = re.findall(r"set (\w+) \{[^}]*?elements = \{([^}]*)\}", rules)
    return {name: written.replace(",", " ").split() for name, written in found}


def test_the_table_is_replaced_in_one_step() -> None:
    rules = [line for line in text("192.0.2.1").splitlines() if not line.startswith("#")]
    assert rules[:3] == ["table inet ray_containers", "delete table inet ray_containers", "table inet ray_containers {"]
    assert replacing("") == "table inet ray_containers\ndelete table inet ray_containers\n"


def test_what_is_not_named_is_refused_last() -> None:
    rules = text("192.0.2.1", ssh_ports=(22,))
    assert rules.rstrip().splitlines()[-3].strip() == "counter reject with tcp reset"
    assert "policy accept" in rules


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        (["192.0.2.1"], {"serve4": ["192.0.2.1"]}),
        (["192.0.2.1", "2001:db8::1"], {"serve4": ["192.0.2.1"], "serve6": ["2001:db8::1"]}),
        (["192.0.2.0/24", "192.0.2.7", "192.0.3.1"], {"serve4": ["192.0.2.0/24", "192.0.3.1"]}),
        (["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "11.0.0.1"], {"serve4": ["10.0.0.0/8", "11.0.0.1"]}),
        (["192.0.2.3", "192.0.2.2", "192.0.2.2"], {"serve4": ["192.0.2.2", "192.0.2.3"]}),
        (["2001:db8::/32", "2001:db8::1"], {"serve6": ["2001:db8::/32"]}),
        (["fe80::1%eth0"], {"serve6": ["fe80::1"]}),
        (["::ffff:192.0.2.1"], {"serve4": ["192.0.2.1"]}),
        (["127.0.0.1", "::1", "192.0.2.1"], {"serve4": ["192.0.2.1"]}),
        (["192.0.2.0/32"], {"serve4": ["192.0.2.0"]}),
    ],
)
def test_sources_become_sets(sources: list[str], found: dict[str, list[str]]) -> None:
    assert elements(text(*sources)) == found


def test_each_family_has_a_rule_for_its_set() -> None:
    rules = text("192.0.2.1", "2001:db8::1")
    assert "ip saddr @serve4 tcp dport { 8000 } accept" in rules
    assert "ip6 saddr @serve6 tcp dport { 8000 } accept" in rules


@pytest.mark.parametrize(("source", "rule"), [("0.0.0.0/0", "ipv4"), ("::/0", "ipv6")])
def test_all_addresses_of_a_family_need_no_set(source: str, rule: str) -> None:
    rules = text(source, "192.0.2.1") if rule == "ipv4" else text(source)
    assert elements(rules) == {}
    assert f"meta nfproto {rule} tcp dport {{ 8000 }} accept" in rules


def test_everybody_needs_no_set() -> None:
    rules = rules_text([Opening("serve", "", "8000, 9000", None)], Surroundings())
    assert elements(rules) == {}
    assert "\t\ttcp dport { 8000, 9000 } accept\n" in rules


def test_names_are_replaced_by_their_addresses_and_told() -> None:
    names: dict[str, tuple[str, ...]] = {"lb.example.com": ("192.0.2.9", "2001:db8::9")}
    rules = text("lb.example.com", names=names)
    assert elements(rules) == {"serve4": ["192.0.2.9"], "serve6": ["2001:db8::9"]}
    assert names_in(rules) == names


def test_a_name_without_an_address_opens_nothing() -> None:
    opening = Opening("nodes", "", "6379", {"w1": ("192.0.2.1", "w1.internal")})
    assert elements(rules_text([opening], Surroundings())) == {"nodes4": ["192.0.2.1"]}


def test_ssh_is_open_to_everybody() -> None:
    assert "tcp dport { 22, 2222 } accept" in text("192.0.2.1", ssh_ports=(22, 2222))
    assert "tcp dport { 22" not in text("192.0.2.1")


def test_bridges_are_let_in_but_for_the_way_out() -> None:
    assert 'meta iifkind "bridge" accept' in text("192.0.2.1")
    assert 'meta iifkind "bridge" iifname != { "br0", "lan" } accept' in text("192.0.2.1", uplinks=("br0", "lan"))


@pytest.mark.parametrize("name", ["worker1", "w1.example.com", "192.0.2", "192.0.2.1/33", "10.0.0.1/24", ""])
def test_a_name_is_no_network(name: str) -> None:
    assert network_of(name) is None


LISTED = """\
table inet ray_containers {
\tset nodes4 {
\t\ttype ipv4_addr
\t\tflags interval
\t\telements = { 192.0.2.1, 192.0.2.2,
\t\t\t     192.0.2.3 }
\t}

\tchain input {
\t\ttype filter hook input priority filter + 10; policy accept;
\t\tip saddr @nodes4 tcp dport { 6379, 8000 } accept
\t\tcounter reject with tcp reset
\t}
}
"""


def test_the_order_of_elements_is_no_difference() -> None:
    other = LISTED.replace("192.0.2.1, 192.0.2.2,\n\t\t\t     192.0.2.3", "192.0.2.3, 192.0.2.1, 192.0.2.2")
    assert other != LISTED and same(LISTED, other)
    assert same(LISTED, LISTED.replace("6379, 8000", "8000, 6379"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("192.0.2.3", "192.0.2.4"),
        ("6379, 8000", "6379"),
        ("\t\tcounter reject with tcp reset\n", ""),
        ("@nodes4 tcp dport", "@nodes4 tcp sport"),
        ("policy accept", "policy drop"),
    ],
)
def test_everything_else_is_one(old: str, new: str) -> None:
    assert old in LISTED and not same(LISTED, LISTED.replace(old, new))
