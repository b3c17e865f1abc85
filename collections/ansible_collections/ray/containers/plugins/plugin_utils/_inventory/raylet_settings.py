# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the inventory says about the raylet of one host, as it was written: the rules find out whether it can be meant.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import OPTIONS as ROWS

__all__ = ["OPTIONS", "RayletSettings", "in_containers"]

#: The role's variables about a raylet, without their ``ray_``: those of the rows of its options, and those beside it.
OPTIONS = (
    *(row.variable[len("ray_") :] for row in ROWS if row.variable),
    "version",
    "packages",
    "raylet_mode",
    "raylet",
    "raylet_image",
    "user_privileged",
    "firewall",
    "firewall_serve_from",
    "firewall_metrics_from",
    "firewall_client_from",
    "firewall_allow",
    "firewall_addresses",
    "firewall_ssh_ports",
)


@dataclass(frozen=True)
class RayletSettings:
    """The settings of one host.

    :param host: its name in the inventory.
    :param is_head: whether it is in the group ray_head.
    :param address: by which the other nodes reach it, as far as the inventory says.
    :param values: by name from `OPTIONS`; what the host does not set is not in it, or None.
    """

    host: str
    is_head: bool = False
    address: str = ""
    values: t.Mapping[str, t.Any] = field(default_factory=dict)

    def get(self, option: str) -> t.Any:
        """The value as written; None when the host leaves it to the default."""
        return self.values.get(option)

    @property
    def mode(self) -> t.Any:
        """How the raylet runs; of the variable's earlier name, ray_raylet, when the host has that alone."""
        return self.get("raylet") if self.get("raylet_mode") is None else self.get("raylet_mode")

    def where(self, option: str, part: str = "") -> str:
        """The place of a setting, for an operator: ``ray_ports.node_manager of worker1``.

        :param part: ``.node_manager`` or ``[0]``; empty for the whole.
        """
        return f"ray_{option}{part} of {self.host}"


def in_containers(raylets: t.Iterable[RayletSettings]) -> t.Iterator[RayletSettings]:
    """Those of *raylets* that are to run in containers."""
    return (settings for settings in raylets if settings.mode == "container")
