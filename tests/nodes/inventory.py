# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the test nodes need of an inventory: which hosts at which addresses, and the sandbox_* variables.

Only literal values are read, straight from the YAML: the nodes have to exist before Ansible can use the inventory.
"""

from __future__ import annotations

import ipaddress
import typing as t
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.nodes.errors import NodesError

__all__ = ["Cluster", "HostAddress", "read_cluster"]

NODE_GROUPS = ("ray_head", "ray_workers")


@dataclass(frozen=True)
class HostAddress:
    """A host of the inventory and its fixed address."""

    name: str
    address: str


@dataclass(frozen=True)
class Cluster:
    """One set of test nodes: everything that has to exist, by name and address."""

    name: str
    subnet: str
    registry: str
    base_image: str
    hosts: tuple[HostAddress, ...]
    secrets: Path

    @property
    def registry_address(self) -> str:
        """The registry's address, without its port."""
        return self.registry.rpartition(":")[0]

    @property
    def registry_port(self) -> int:
        """The registry's port."""
        return int(self.registry.rpartition(":")[2])


def read_cluster(inventory: Path, overrides: t.Mapping[str, str]) -> Cluster:
    """Read the inventory (a directory with hosts.yml, or a file) and its group_vars/all; overrides win.

    Raises NodesError for an inventory that cannot stand for test nodes.
    """
    hosts_file = inventory / "hosts.yml" if inventory.is_dir() else inventory
    directory = hosts_file.parent
    if not hosts_file.exists():
        raise NodesError(f"There is no inventory at {hosts_file}", "Name one with --inventory")
    hosts = tuple(_hosts(_yaml(hosts_file), hosts_file))
    variables = {**_group_variables(directory / "group_vars"), **{k: v for k, v in overrides.items() if v}}
    missing = [name for name in ("sandbox_name", "sandbox_subnet", "sandbox_registry") if not variables.get(name)]
    if missing:
        raise NodesError(
            f"{directory} does not say {', '.join(missing)}", "Set it in group_vars/all/, or give the command's option"
        )
    cluster = Cluster(
        name=str(variables["sandbox_name"]),
        subnet=str(variables["sandbox_subnet"]),
        registry=str(variables["sandbox_registry"]),
        base_image=str(variables.get("sandbox_base_image") or ""),
        hosts=hosts,
        secrets=Path(str(variables.get("sandbox_secrets") or directory / ".secrets")).resolve(),
    )
    _check_addresses(cluster)
    return cluster


def _hosts(document: t.Any, where: Path) -> t.Iterator[HostAddress]:
    seen = set()
    for group in NODE_GROUPS:
        for found in _groups_named(document, group):
            for name, variables in ((found or {}).get("hosts") or {}).items():
                if not (variables or {}).get("ansible_host"):
                    raise NodesError(f"Host {name} in {where} has no ansible_host", "Give it an address in the subnet")
                if name not in seen:
                    seen.add(name)
                    yield HostAddress(name, str(variables["ansible_host"]))
    if not seen:
        raise NodesError(f"{where} has no hosts in {' or '.join(NODE_GROUPS)}")


def _groups_named(document: t.Any, name: str) -> t.Iterator[t.Any]:
    if not isinstance(document, dict):
        return
    for key, value in document.items():
        if key == name:
            yield value
        elif isinstance(value, dict):
            yield from _groups_named(value.get("children"), name)


def _group_variables(directory: Path) -> dict[str, t.Any]:
    """The sandbox_* variables of group all, from group_vars/all.yml and group_vars/all/*.yml."""
    files = [directory / "all.yml", *sorted((directory / "all").glob("*.yml"))]
    documents = [_yaml(path) or {} for path in files if path.exists()]
    return {name: value for document in documents for name, value in document.items() if name.startswith("sandbox_")}


def _check_addresses(cluster: Cluster) -> None:
    network = ipaddress.ip_network(cluster.subnet)
    addresses = [(host.name, host.address) for host in cluster.hosts] + [("the registry", cluster.registry_address)]
    for name, address in addresses:
        if ipaddress.ip_address(address) not in network:
            raise NodesError(f"{name} has address {address}, which is not in {cluster.subnet}")
    if len({address for _name, address in addresses}) != len(addresses):
        raise NodesError(f"Two of {', '.join(name for name, _address in addresses)} have the same address")


def _yaml(path: Path) -> t.Any:
    return yaml.safe_load(path.read_text())
