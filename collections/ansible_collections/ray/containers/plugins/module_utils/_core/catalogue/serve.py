# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-1nn: everything that can be wrong with a Serve config, before any host is touched.

The files of this family: `serve_config`, `serve_environment`, `serve_routing`, `serve_deployments`, `serve_options`.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import (
    serve_config,
    serve_deployments,
    serve_environment,
    serve_options,
    serve_routing,
)
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

#: Every entry of this family, by code.
ENTRIES: tuple[Entry, ...] = tuple(
    sorted(
        (
            *serve_config.ENTRIES,
            *serve_environment.ENTRIES,
            *serve_routing.ENTRIES,
            *serve_deployments.ENTRIES,
            *serve_options.ENTRIES,
        ),
        key=lambda entry: entry.code,
    )
)
