# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the inventory says about the raylet of one host, as it was written: the rules find out whether it can be meant.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

__all__ = ["OPTIONS", "RayletSettings", "in_containers", "whole_number"]

#: The role's variables about a raylet, without their ``ray_``; most are options of the module raylet, too.
OPTIONS = (
    "version",
    "packages",
    "node_ip_address",
    "port",
    "dashboard_host",
    "dashboard_port",
    "num_cpus",
    "num_gpus",
    "resources",
    "object_store_memory",
    "ports",
    "start_arguments",
    "environment",
    "drain_timeout",
    "raylet",
    "raylet_image",
    "raylet_privileged",
    "user_privileged",
    "raylet_options",
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

    def mapping(self, option: str) -> t.Mapping[t.Any, t.Any]:
        """The value when it is a mapping; a rule of its own tells when it should be and is not."""
        written = self.get(option)
        return written if isinstance(written, dict) else {}

    def where(self, option: str, part: str = "") -> str:
        """The place of a setting, for an operator: ``ray_ports.node_manager of worker1``."""
        return f"ray_{option}{f'.{part}' if part else ''} of {self.host}"


def in_containers(raylets: t.Iterable[RayletSettings]) -> t.Iterator[RayletSettings]:
    """Those of *raylets* that are to run in containers."""
    return (settings for settings in raylets if settings.get("raylet") == "container")


def whole_number(value: object) -> int | None:
    """A whole number that is not below 0, also one that a template or the command line made text; None for all else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() else None
