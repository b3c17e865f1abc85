# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every rule that the site is checked against before a host is touched.

A new rule is a function in the file of its family, decorated with its catalogue entry and named in that file's RULES.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.plugin_utils._inventory import raylet_container_rules as container_rules
from ansible_collections.ray.containers.plugins.plugin_utils._inventory import raylet_rules
from ansible_collections.ray.containers.plugins.plugin_utils._inventory import rules as inventory_rules
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules import (
    applications,
    capacity,
    deployments,
    environment,
    images,
    options,
    placement,
    routing,
    shape,
)

__all__ = ["INVENTORY", "RAYLETS", "RESOLVED", "SERVE_CONFIG"]

#: Rules of the Serve config.
SERVE_CONFIG = (
    *shape.RULES,
    *applications.RULES,
    *routing.RULES,
    *images.RULES,
    *environment.RULES,
    *deployments.RULES,
    *placement.RULES,
    *options.RULES,
    *capacity.RULES,
)

#: Rules that need the manifests of the images, too.
RESOLVED = images.WITH_SIZES

#: Rules that need no Serve config: they hold also when the file cannot be read.
INVENTORY = inventory_rules.RULES

#: Rules of the raylets' settings; they need no Serve config either.
RAYLETS = (*raylet_rules.RULES, *container_rules.RULES)
