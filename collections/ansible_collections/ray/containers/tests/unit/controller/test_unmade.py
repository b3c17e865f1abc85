# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables that cannot be made on the controller: which need facts, and which are wrong."""

from __future__ import annotations

import typing as t

import pytest

pytest.importorskip("ansible")

from ansible.errors import AnsibleError

from ansible_collections.ray.containers.plugins.plugin_utils._inventory.unmade import unmade


class Host(dict[str, t.Any]):
    """Variables of a host; those that hold a template cannot be made."""

    def __getitem__(self, name: str) -> t.Any:
        value = super().__getitem__(name)
        assert name != "ray_auth_token"
        if "{{" in str(value):
            raise AnsibleError(f"{str(value).strip('{} ')!r} is undefined")
        return value


class Hosts(dict[str, Host]):
    """As Ansible's hostvars."""

    def raw_get(self, host: str) -> dict[str, t.Any]:
        return dict(self[host])


@pytest.mark.parametrize(
    ("variables", "facts", "errors"),
    [
        ({"ray_port": 1, "ray_auth_token": "{{ x }}", "other": "{{ y }}"}, [], ()),
        ({"ray_node_ip_address": "{{ ansible_facts.eth1.ipv4.address }}"}, ["h"], ()),
        ({"ray_node_ip_address": "{{ ansible_default_ipv4.address }}"}, ["h"], ()),
        ({"ray_node_ip_address": "{{ ansible_enp3s0.ipv4.address }}"}, ["h"], ()),
        ({"ray_node_ip_address": "{{ lan }}", "lan": "{{ card }}", "card": "{{ ansible_facts['eth1'] }}"}, ["h"], ()),
        ({"ray_num_cpus": "{{ a }}", "a": "{{ b }}", "b": "{{ a }}"}, [], (("h", "ray_num_cpus", "'a' is undefined"),)),
        ({"ray_num_cpus": "{{ ansible_cores }}"}, [], (("h", "ray_num_cpus", "'ansible_cores' is undefined"),)),
    ],
)
def test_what_cannot_be_made(
    variables: dict[str, t.Any], facts: list[str], errors: tuple[tuple[str, str, str], ...]
) -> None:
    assert unmade(["h", "unknown", "h"], Hosts(h=Host(variables))) == (facts, errors)
