# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host's variables as far as they can be told on the controller.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError

__all__ = ["KnownHosts", "KnownVariables"]


class KnownVariables(t.Mapping[str, t.Any]):
    """The variables; one that needs the host's facts, say, counts as not set."""

    def __init__(self, variables: t.Mapping[str, t.Any]) -> None:
        self._variables = variables

    def __getitem__(self, name: str) -> t.Any:
        try:
            return self._variables[name]
        except AnsibleError as error:
            raise KeyError(name) from error

    def __contains__(self, name: object) -> bool:
        """Whether it is set, be its value known or not."""
        return name in self._variables

    def __iter__(self) -> t.Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)


class KnownHosts(t.Mapping[str, t.Mapping[str, t.Any]]):
    """The variables of every host; Ansible makes them when they are asked for."""

    def __init__(self, hostvars: t.Mapping[str, t.Mapping[str, t.Any]]) -> None:
        self._hostvars = hostvars

    def __getitem__(self, host: str) -> t.Mapping[str, t.Any]:
        if host not in self._hostvars:
            raise KeyError(host)
        return KnownVariables(self._hostvars[host])

    def __iter__(self) -> t.Iterator[str]:
        return iter(self._hostvars)

    def __len__(self) -> int:
        return len(self._hostvars)
