# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-2nn: what can be wrong with the inventory, before any host is touched. The rules: `_core.inventory_rules`.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

NO_HEAD = Entry(
    code="RC-201",
    title="The inventory has no head",
    severity="error",
    cause="A Ray cluster has exactly one head node, and the group ray_head is empty or missing.",
    remedy="Put one host into the group ray_head",
    source="Ray documentation, Cluster key concepts: head node",
)
SEVERAL_HEADS = Entry(
    code="RC-202",
    title="The inventory has several heads",
    severity="error",
    cause="A Ray cluster has exactly one head node.",
    remedy="Leave one host in the group ray_head and move the others to ray_workers",
    source="Ray documentation, Cluster key concepts: head node",
)
HEAD_AND_WORKER = Entry(
    code="RC-203",
    title="A host is head and worker",
    severity="error",
    cause="One node runs one raylet; the head's raylet runs replicas as a worker's does.",
    remedy="Remove it from the group ray_workers",
    source="Ray 2.60.0 ray start: --head or --address",
)
REGISTRY_LOCATION = Entry(
    code="RC-210",
    title="A registry's location is not written as in image references",
    severity="error",
    cause=(
        "Podman compares the location with the beginning of image references, which have no scheme and no final slash."
    ),
    remedy="Write host, host:port or host:port/path",
    source="containers-registries.conf(5), location",
)
DUPLICATE_REGISTRY = Entry(
    code="RC-211",
    title="A registry is listed twice",
    severity="error",
    cause="Only one of the two could hold.",
    remedy="Merge the two entries of ray_registries into one",
    source="containers-registries.conf(5): one [[registry]] table for a prefix",
)

#: Every entry of this family, by code.
ENTRIES: tuple[Entry, ...] = tuple(
    sorted((value for value in list(globals().values()) if isinstance(value, Entry)), key=lambda entry: entry.code)
)
