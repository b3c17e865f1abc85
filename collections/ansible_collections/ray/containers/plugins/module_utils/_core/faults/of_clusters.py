# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster as a whole, against the inventory that it is made from.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import fault, listed
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import NODES

STRAY_NODE = fault(
    "RC-270",
    "The cluster has a node that the inventory does not have",
    cause="Whoever has the token and reaches the head's port may join. Such a node gets replicas, requests and the token, and no"
    " run of the site or of a teardown reaches it: it was taken out of the inventory while its raylet ran, or somebody else"
    " started it.",
    remedy="Add the host to the inventory; or add it for a moment and run ray.containers.teardown with --limit on it, or stop Ray"
    " there by hand. If nobody knows it, change the token with ray.containers.rotate_token",
    source="Ray 2.60.0 ray start --address; GET /api/v0/nodes of the dashboard",
    severity="warning",
    question=NODES,
)

FAULTS = listed(globals())
