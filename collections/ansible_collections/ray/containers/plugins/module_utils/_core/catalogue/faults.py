# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-4nn: everything that is known to go wrong at run time, in the order in which a line is compared.

RC-400 to RC-419 Ray and its sessions (`faults_of_ray`), RC-420 to RC-439 images and registries (`faults_of_images`), RC-440 to
RC-469 Podman, namespaces and devices (`faults_of_podman`), RC-480 to RC-499 Serve and its applications (`faults_of_ray`).

A new fault is a new row in one of those tables.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.fault import Fault
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.faults_of_images import FAULTS_OF_IMAGES
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.faults_of_podman import FAULTS_OF_PODMAN
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.faults_of_ray import FAULTS_OF_RAY

__all__ = ["ENTRIES", "FAULTS"]

#: What a line says precisely is compared before what it says in general.
FAULTS: tuple[Fault, ...] = tuple(
    sorted((*FAULTS_OF_PODMAN, *FAULTS_OF_IMAGES, *FAULTS_OF_RAY), key=lambda fault: fault.generic)
)

#: Every entry of this family, by code.
ENTRIES: tuple[Entry, ...] = tuple(sorted((fault.entry for fault in FAULTS), key=lambda entry: entry.code))
