# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-478 and RC-479: one deploy at a time.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

LOCKED = Entry(
    code="RC-478",
    title="Another run deploys on this head",
    severity="error",
    cause=(
        "A run holds the head's deploy lock from its first look at Serve to its end. The lock goes with the process that holds "
        "it, and is taken over when its time is up, three times ray_deploy_timeout."
    ),
    remedy="Wait until that run has ended, or give this one longer to wait for it: -e ray_lock_timeout=SECONDS",
    source="this collection: lock_timeout of the module serve_config",
)
LOCK_LOST = Entry(
    code="RC-479",
    title="The deploy lock was taken over by another run",
    severity="error",
    cause="A run that has not ended when its time is up, three times ray_deploy_timeout, loses the lock to the next one.",
    remedy="See which run deploys now (playbook ray.containers.status), and run again when it has ended",
    source="this collection: lock_timeout of the module serve_config",
)

#: Every entry of this family, by code.
ENTRIES: tuple[Entry, ...] = (LOCKED, LOCK_LOST)
