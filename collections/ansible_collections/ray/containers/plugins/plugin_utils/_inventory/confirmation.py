# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbooks drain and teardown ask for before they touch every node; they say it themselves.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["UNCONFIRMED"]

UNCONFIRMED = Entry(
    "RC-245",
    "All nodes are selected without a confirmation",
    "error",
    "Without --limit a teardown ends the cluster with all its applications, and a drain takes every worker out of service.",
    "Name hosts with --limit; or, if all are meant, give the head's name in the inventory as -e ray_confirm=HEAD",
    "this collection, playbooks drain and teardown",
)
