# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of the inventory on the controller, made by Ansible: which need facts, which are wrong, and what the rest is."""

from __future__ import annotations

import typing as t

import pytest

pytest.importorskip("ansible")

import ansible.template
from ansible.parsing.dataloader import DataLoader

from ansible_collections.ray.containers.plugins.plugin_utils._inventory.host_variables import InventoryVariables
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.undefined_variables import undefined_variables

#: Until ansible-core 2.18 every text is a template.
trusted: t.Callable[[t.Any], t.Any] = getattr(ansible.template, "trust_as_template", lambda text: text)


class HostVars(dict[str, dict[str, t.Any]]):
    """Ansible's hostvars, of which the written values are asked for."""

    def raw_get(self, host: str) -> dict[str, t.Any]:
        return self[host]


def inventory(**hosts: dict[str, t.Any]) -> InventoryVariables:
    def written(value: t.Any) -> t.Any:
        if isinstance(value, dict):
            return {key: written(each) for key, each in value.items()}
        return trusted(value) if isinstance(value, str) else value

    named = {host: {"inventory_hostname": host, **written(variables)} for host, variables in hosts.items()}
    return InventoryVariables(HostVars(named), DataLoader())


NEED_FACTS: list[dict[str, t.Any]] = [
    {"ray_node_ip_address": "{{ ansible_facts.eth1.ipv4.address }}"},
    {"ray_node_ip_address": "{{ ansible_facts['default_ipv4']['address'] | default(ansible_host) }}"},
    {"ray_node_ip_address": "{{ ansible_facts.eth1.ipv4.address if ansible_facts else inventory_hostname }}"},
    {"ray_node_ip_address": "{{ ansible_facts[card].ipv4.address }}", "card": "eth1"},
    {"ray_node_ip_address": "{{ ansible_default_ipv4.address }}"},
    {"ray_node_ip_address": "{{ ansible_enp3s0.ipv4.address }}"},
    {"ray_node_ip_address": "{{ ansible_vlan100.ipv4.address }}"},
    {"ray_node_ip_address": "{{ ansible_mgmt0['ipv4'].address }}"},
    {"ray_node_ip_address": "{{ lookup('vars', 'ansible_' ~ card).ipv4.address }}", "card": "eth1"},
    {"ray_node_ip_address": "{{ ansible_all_ipv4_addresses | first }}"},
    {"ray_node_ip_address": "{{ lan }}", "lan": "{{ card }}", "card": "{{ ansible_facts['eth1'] }}"},
    {"ray_num_cpus": "{{ ansible_processor_vcpus }}"},
    {"ray_object_store_memory": "{{ ansible_memtotal_mb // 4 }}MiB"},
    {"ray_resources": {"rack": "{{ ansible_local.site.rack }}"}},
    {"ray_user_home": "{{ ansible_env.HOME }}"},
    {"ray_python_version": "{{ ansible_python_version }}"},
    {"ray_why": "{{ ansible_date_time.iso8601 }} {{ ansible_hostname }}"},
]


@pytest.mark.parametrize("variables", NEED_FACTS, ids=str)
def test_what_needs_the_facts_of_its_host(variables: dict[str, t.Any]) -> None:
    assert undefined_variables(["h", "unknown", "h"], inventory(h=variables)) == (["h"], ())


@pytest.mark.parametrize(
    ("name", "variables", "why"),
    [
        ("ray_num_cpus", {"ray_num_cpus": "{{ cores }}"}, "'cores' is undefined"),
        ("ray_num_cpus", {"ray_num_cpus": "{{ ansible_cores }}"}, "'ansible_cores' is undefined"),
        ("ray_num_cpus", {"ray_num_cpus": "{{ cores | thrice }}", "cores": 1}, "thrice"),
        ("ray_num_cpus", {"ray_num_cpus": "{{ "}, "yntax error in template"),
        ("ray_num_cpus", {"ray_num_cpus": "{{ 1 // 0 }}"}, "division"),
        ("ray_ports", {"ray_ports": {"metrics": "{{ port }}"}}, "'port' is undefined"),
        ("ray_auth", {"ray_auth": "{{ lookup('file', '/no/such/file') }}"}, "/no/such/file"),
        ("ansible_host", {"ansible_host": "{{ private_ip }}"}, "'private_ip' is undefined"),
        ("ansible_host", {"ansible_host": "{{ ansible_facts.eth0.ipv4.address }}"}, "names facts of the host"),
        # Other hosts would take something else for it.
        (
            "ray_node_ip_address",
            {"ray_node_ip_address": "{{ hostvars[inventory_hostname].ip | default('x') }}"},
            "hostvars",
        ),
        (
            "ray_node_ip_address",
            {"ray_node_ip_address": "{{ ip }}", "ip": "{{ vars['a'] }}", "a": 1},
            "hostvars and vars",
        ),
        ("ansible_host", {"ansible_host": "{{ hostvars['g'].ip }}"}, "hostvars"),
        ("ray_node_ip_address", {"ray_node_ip_address": "10.0.0.{{ hostvars | length }}"}, "hostvars"),
        (
            "ray_node_ip_address",
            {
                "ray_node_ip_address": "{{ hostvars[inventory_hostname]['ansible_' ~ card].ipv4.address }}",
                "card": "eth1",
            },
            "ansible_facts[...]",
        ),
    ],
    ids=str,
)
def test_what_is_wrong(name: str, variables: dict[str, t.Any], why: str) -> None:
    facts, errors = undefined_variables(["h"], inventory(h=variables))
    assert (facts, [error[:2] for error in errors]) == ([], [("h", name)])
    assert why in errors[0][2]


@pytest.mark.parametrize(
    ("variables", "made"),
    [
        # The role's defaults, which hostvars has not, and what the inventory says in their place.
        ({"ray_raylet_image": "registry.example.com/raylet:{{ ray_version }}"}, "registry.example.com/raylet:2.60.0"),
        ({"ray_raylet_image": "r/raylet:{{ ray_version }}", "ray_version": "2.59.0"}, "r/raylet:2.59.0"),
        ({"ray_path": "{{ ray_user_home }}/ray", "ray_user": "me"}, "/home/me/ray"),
        ({"ray_why": "{{ hostvars['g'].site }}"}, "north"),
        ({"ray_why": "{{ vars['a'] }}", "a": "b"}, "b"),
        ({"ray_num_gpus": "{{ gpus | default(omit) }}"}, None),
        ({"ray_node_ip_address": "{{ inventory_hostname }}.lan"}, "h.lan"),
        # Facts of an earlier run, in a cache.
        ({"ray_num_cpus": "{{ ansible_facts.cores }}", "ansible_facts": {"cores": 8}}, 8),
        ({"ansible_host": "{{ hostvars['g'].site }}", "ray_node_ip_address": "10.0.0.1"}, "north"),
    ],
    ids=str,
)
def test_what_is_made(variables: dict[str, t.Any], made: t.Any) -> None:
    hosts = inventory(h=variables, g={"site": "north"})
    assert undefined_variables(["h"], hosts) == ([], ())
    value = hosts["h"].get(next(iter(variables)))
    assert value == made or (made is None and "omit" in str(value))


def test_the_token_is_left_alone() -> None:
    assert undefined_variables(
        ["h"], inventory(h={"ray_port": 1, "ray_auth_token": "{{ x }}", "other": "{{ y }}"})
    ) == ([], ())
