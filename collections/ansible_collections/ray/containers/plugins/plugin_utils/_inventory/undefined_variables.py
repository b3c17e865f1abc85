# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of the inventory that Ansible cannot evaluate on the controller: they need a host's facts, or they are wrong.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError

from ansible_collections.ray.containers.plugins.plugin_utils._inventory.host_variables import NeedsFacts

__all__ = ["UndefinedVariables", "undefined_variables"]

Variables = t.Mapping[str, t.Any]

#: Made by looking into a file that it makes, too.
_LEFT_ALONE = ("ray_auth_token",)
#: By what Ansible comes to a host, and the others to its raylet.
_OF_ANSIBLE = ("ansible_host", "ansible_port", "ansible_user")


class UndefinedVariables(t.NamedTuple):
    """What could not be evaluated.

    :param facts: hosts whose variables need facts of theirs.
    :param errors: host, variable, and why, of all others.
    """

    facts: list[str]
    errors: tuple[tuple[str, str, str], ...]


def undefined_variables(hosts: t.Iterable[str], variables: t.Mapping[str, Variables]) -> UndefinedVariables:
    """What Ansible cannot evaluate of the variables of Ray that these hosts have, and of their addresses."""
    facts, errors = [], []
    for host in dict.fromkeys(hosts):
        for name, error in _of_host(variables[host]) if host in variables else ():
            if isinstance(error, NeedsFacts) and name not in _OF_ANSIBLE:
                facts.append(host)
            else:
                errors.append((host, name, " ".join(str(error).split()).rstrip(".")))
    return UndefinedVariables(list(dict.fromkeys(facts)), tuple(errors))


def _of_host(variables: Variables) -> t.Iterator[tuple[str, AnsibleError]]:
    for name in map(str, variables):
        if name in _OF_ANSIBLE or (name.startswith("ray_") and name not in _LEFT_ALONE):
            try:
                variables.get(name)
            except AnsibleError as error:
                yield name, error
