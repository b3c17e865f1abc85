# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-25n: what is asked about the applications and cannot be answered. No host was touched.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

UNKNOWN_APPLICATION = Entry(
    code="RC-250",
    title="The Serve config has no application of that name",
    severity="error",
    cause="What was asked for is no name of an application in the file.",
    remedy="Give one of the names that are there",
    source="Ray 2.60.0 serve/schema.py: ServeApplicationSchema.name",
)
ENV_NOT_KNOWN = Entry(
    code="RC-251",
    title="An image's ENV is not known",
    severity="warning",
    cause="Its registry does not tell it, so that what the image sets is missing among the variables.",
    remedy="Push the image, or make its registry answer the controller",
    source="OCI image specification, config.Env",
)

#: Every entry of this family, by code.
ENTRIES: tuple[Entry, ...] = tuple(
    sorted((value for value in list(globals().values()) if isinstance(value, Entry)), key=lambda entry: entry.code)
)
