# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory's variables as a play on each host is going to have them, made on the controller before there is such a play.

Ansible's ``hostvars`` makes them without the role's defaults, so that ``registry/raylet:{{ ray_version }}`` cannot be made there.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import functools
import inspect
import re
import typing as t
from pathlib import Path

import ansible.errors
from ansible.errors import AnsibleError
from ansible.template import Templar

__all__ = ["HostVariables", "InventoryVariables", "NeedsFacts", "SeenByOthers"]

DEFAULTS = Path(__file__).parents[3] / "roles" / "cluster" / "defaults" / "main.yml"

#: Facts by their old names, which the setting inject_facts_as_vars makes; whatever has addresses is an interface.
_FACTS = re.compile(
    r"""(?x)\bansible_(?:facts\b|(?:default|all)_ipv[46]
    |(?:bios|board|chassis|distribution|effective|kernel|memory|memtotal|memfree|processor|product|real|selinux|swap|system
      |ssh_host_key|userspace|virtualization)\w*
    |user_(?:dir|gecos|gid|id|shell|uid)\b
    |(?:apparmor|architecture|cmdline|date_time|devices|device_links|dns|domain|env|fips|form_factor|fqdn|hostname|interfaces
      |is_chroot|loadavg|local|locally_reachable_ips|lsb|lvm|machine\w*|mounts|nodename|os_family|pkg_mgr|proc_cmdline
      |python(?:_version)?|service_mgr|uptime_seconds)\b
    |(?:eth|en[aospx]|em|p\d|bond|br|docker|ib|lo\b|ppp|tailscale|tap|team|tun|venet|veth|vlan|wg|wl|ww)\w*
    |\w+(?:\.|\[['"])ipv[46]\b)
    |['"]ansible_['"]\s*[~+]
    |\b(?:facter|ohai)_\w"""
)
_NAME = re.compile(r"\b[A-Za-z_]\w*")
_OTHER_HOSTS = re.compile(r"\bhostvars\b|\bvars\s*[\[.]")
#: What the tasks of other hosts read: Ansible makes it for them without hostvars.
_READ_BY_OTHERS = frozenset(("ray_node_ip_address", "ray_firewall", "ray_firewall_addresses"))

#: Unknown to ansible-core 2.18, where a placeholder stands for what is left out.
_OMITTED: t.Any = getattr(ansible.errors, "AnsibleValueOmittedError", ())

Variables = t.Mapping[str, t.Any]


class NeedsFacts(AnsibleError):
    """A variable that cannot be made before the facts of its host are gathered."""


class SeenByOthers(AnsibleError):
    """A variable that other hosts would make something else of."""


class HostVariables(t.Mapping[str, t.Any]):
    """What the inventory says of one host; the role's defaults are no part of it, but it may name them.

    :param written: the variables as they are written, with Ansible's own.
    """

    def __init__(self, written: Variables, around: Variables, loader: t.Any) -> None:
        self._written = written
        self._templar = Templar(loader=loader, variables={**_defaults(loader), **written, "vars": written, **around})

    def __getitem__(self, name: str) -> t.Any:
        """The value.

        :raises KeyError: it is left out, be it by ``omit``.
        :raises NeedsFacts: it names facts of the host, also where it does without them: it is another value then.
        :raises AnsibleError: it cannot be made.
        """
        value = self._written[name]
        if self._is_read_by_others(name) and self._reaches(name, _OTHER_HOSTS):
            raise SeenByOthers(
                "the other hosts read it, too, and Ansible makes it for them without hostvars and vars: name the variable itself "
                "or, of a fact, ansible_facts[...]"
            )
        if not self._written.get("ansible_facts") and self._reaches(name, _FACTS):
            raise NeedsFacts(f"{name} names facts of the host")
        try:
            return self._templar.template(value)
        except _OMITTED as error:
            raise KeyError(name) from error

    def __iter__(self) -> t.Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)

    def __contains__(self, name: object) -> bool:
        return name in self._written

    def _is_read_by_others(self, name: str) -> bool:
        return name in _READ_BY_OTHERS or (name == "ansible_host" and "ray_node_ip_address" not in self._written)

    def _reaches(self, name: str, what: re.Pattern[str]) -> bool:
        """Whether the variable as it is written, or one that it is made of, names this."""
        waiting, seen = [name], set()
        while waiting:
            each = waiting.pop()
            if each in seen:
                continue
            seen.add(each)
            text = str(self._written.get(each, ""))
            if not any(mark in text for mark in ("{{", "{%")):
                continue
            if what.search(text):
                return True
            waiting += [word for word in _NAME.findall(text) if word in self._written]
        return False


class InventoryVariables(t.Mapping[str, t.Mapping[str, t.Any]]):
    """The variables of every host, made when they are asked for.

    :param hostvars: Ansible's.
    :param loader: Ansible's, for files that templates look up.
    """

    def __init__(self, hostvars: t.Mapping[str, Variables], loader: t.Any) -> None:
        self._hostvars = hostvars
        self._loader = loader
        self._made: dict[str, HostVariables] = {}

    def __getitem__(self, host: str) -> HostVariables:
        if host not in self._hostvars:
            raise KeyError(host)
        if host not in self._made:
            raw_get: t.Callable[[str], Variables] = getattr(self._hostvars, "raw_get", self._hostvars.__getitem__)
            self._made[host] = HostVariables(raw_get(host), {"hostvars": self._hostvars}, self._loader)
        return self._made[host]

    def __iter__(self) -> t.Iterator[str]:
        return iter(self._hostvars)

    def __len__(self) -> int:
        return len(self._hostvars)


@functools.lru_cache(maxsize=1)
def _defaults(loader: t.Any) -> Variables:
    """The role's defaults, whose templates Ansible is to make."""
    # Until ansible-core 2.18 every text was a template.
    trusting = "trusted_as_template" in inspect.signature(loader.load_from_file).parameters
    read: Variables = loader.load_from_file(str(DEFAULTS), **({"trusted_as_template": True} if trusting else {}))
    return read
