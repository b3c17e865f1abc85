# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Ray on the head says about a Serve config before the deploy (RC-1nn).

The other codes of this family are rules, each beside its words: `plugin_utils._serve_config`.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["REFUSED_BY_RAY"]

REFUSED_BY_RAY = Entry(
    code="RC-154",
    title="Ray's own schema refuses the Serve config",
    severity="error",
    cause="The Ray on the head was asked before the deploy, and refuses the config; its own words follow.",
    remedy="Correct the Serve config at the place that is named",
    source="Ray serve/schema.py ServeDeploySchema.model_validate, in the version that the head runs",
)
