# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of the inventory that Ansible cannot make on the controller: they need a host's facts, or they are wrong.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible.errors import AnsibleError

__all__ = ["Unmade", "unmade"]

Variables = t.Mapping[str, t.Any]

#: Facts by their old names, which the setting inject_facts_as_vars makes.
_FACTS = re.compile(
    r"\bansible_(?:facts\b|(?:default|all)_ipv[46]|interfaces|hostname|fqdn|nodename|domain|processor|mem|dns|distribution"
    r"|(?:eth|en[ospx]|em|bond|br|ib|wl|venet|tailscale|wg)\w*\b)"
)
_NAME = re.compile(r"\b[A-Za-z_]\w*")
#: Made by looking into a file that it makes, too.
_LEFT_ALONE = ("ray_auth_token",)


class Unmade(t.NamedTuple):
    """What could not be made.

    :param facts: hosts whose variables need facts of theirs.
    :param errors: host, variable, and why, of all others.
    """

    facts: list[str]
    errors: tuple[tuple[str, str, str], ...]


def unmade(hosts: t.Iterable[str], variables: t.Mapping[str, Variables]) -> Unmade:
    """What Ansible cannot make of the variables of Ray that these hosts have."""
    facts, errors = [], []
    for host in dict.fromkeys(hosts):
        for name, why in _of_host(variables[host]) if host in variables else ():
            if _names_facts(name, _raw(variables, host), why):
                facts.append(host)
            else:
                errors.append((host, name, why))
    return Unmade(list(dict.fromkeys(facts)), tuple(errors))


def _of_host(variables: Variables) -> t.Iterator[tuple[str, str]]:
    for name in [str(each) for each in variables if str(each).startswith("ray_") and each not in _LEFT_ALONE]:
        try:
            variables[name]
        except AnsibleError as error:
            yield name, " ".join(str(error).split())


def _raw(variables: t.Mapping[str, Variables], host: str) -> Variables:
    """The host's variables as they are written."""
    ask = getattr(variables, "raw_get", None)
    found = ask(host) if ask else {}
    return found if isinstance(found, t.Mapping) else {}


def _names_facts(name: str, raw: Variables, why: str) -> bool:
    """Whether the variable, or one that it is made of, names facts."""
    waiting, seen = [name], set()
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        written = str(raw.get(each, ""))
        if _FACTS.search(written):
            return True
        waiting += [word for word in _NAME.findall(written) if word in raw]
    return bool(_FACTS.search(why))
