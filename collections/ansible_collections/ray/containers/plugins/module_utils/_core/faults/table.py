# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every known fault, in the order in which a line is compared.

A new fault is a new row in one of the files below; what shows nowhere but in a live look at a node is a row without words.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.faults import (
    of_accounts,
    of_clusters,
    of_images,
    of_namespaces,
    of_podman,
    of_raylets,
    of_registries,
    of_runtimes,
    of_serve,
    of_store,
    of_units,
    of_workers,
)
from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import Fault

__all__ = ["BY_CODE", "ENTRIES", "FAULTS", "RETIRED"]

_FILES = (
    *(of_podman, of_namespaces, of_store, of_images, of_registries, of_workers, of_serve, of_raylets),
    *(of_accounts, of_units, of_runtimes, of_clusters),
)

#: What a line says precisely is compared before what it says in general.
FAULTS: tuple[Fault, ...] = tuple(
    sorted((fault for file in _FILES for fault in file.FAULTS), key=lambda fault: fault.generic)
)

BY_CODE: dict[str, Fault] = {fault.code: fault for fault in FAULTS}

#: Every entry of the faults, by code.
ENTRIES: tuple[Entry, ...] = tuple(sorted((fault.entry for fault in FAULTS), key=lambda entry: entry.code))

#: Codes that told the same as another one: they are told no more, and never used again.
RETIRED: dict[str, str] = {
    "RC-338": "RC-402",
    "RC-339": "RC-447",
    "RC-340": "RC-451",
    "RC-341": "RC-449",
    "RC-342": "RC-452",
    "RC-343": "RC-442",
    "RC-344": "RC-444",
    "RC-345": "RC-443",
    "RC-346": "RC-454",
    "RC-348": "RC-446",
    "RC-349": "RC-453",
    "RC-350": "RC-448",
    "RC-352": "RC-450",
    "RC-354": "RC-441",
    "RC-355": "RC-445",
    "RC-356": "RC-440",
    "RC-358": "RC-426",
    "RC-359": "RC-458",
    "RC-370": "RC-420",
    "RC-371": "RC-421",
    "RC-372": "RC-422",
    "RC-374": "RC-423",
    "RC-376": "RC-424",
    "RC-377": "RC-425",
    "RC-378": "RC-427",
}
