# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-47n: why Serve cannot go back to a recorded config.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

NO_GOOD_CONFIG = Entry(
    code="RC-470",
    title="There is no good Serve config to go back to",
    severity="error",
    cause="A config is recorded on the head when all of its applications ran and answered right, and none ever did.",
    remedy="Deploy a Serve config that works",
    source="this collection: record of the module serve_config",
)
NO_EARLIER_CONFIG = Entry(
    code="RC-471",
    title="There is no Serve config before the last good one",
    severity="error",
    cause=(
        "The config before the last good one is kept until it is gone back to; what was gone back from is not kept, since it "
        "was not wanted."
    ),
    remedy="Deploy the Serve config that you want",
    source="this collection: record of the module serve_config",
)

#: Every entry of this family, by code.
ENTRIES: tuple[Entry, ...] = (NO_GOOD_CONFIG, NO_EARLIER_CONFIG)
