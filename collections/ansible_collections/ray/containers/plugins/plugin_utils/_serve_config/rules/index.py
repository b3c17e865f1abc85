# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every rule that the site is checked against before a host is touched.

A new rule is a decorated function in the file of its family; its words, its code and its source stand in the decorator.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.plugin_utils._inventory import (
    firewall_rules,
    packages_rules,
    ray_user_rules,
    raylet_addresses,
    raylet_container_rules,
    raylet_rules,
)
from ansible_collections.ray.containers.plugins.plugin_utils._inventory import rules as inventory_rules
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules import (
    applications,
    autoscaling,
    capacity,
    deployments,
    environment,
    form,
    image_sizes,
    images,
    imported,
    options,
    placement,
    routing,
    secrets,
    setup,
    shape,
)

__all__ = ["INVENTORY", "RAYLETS", "RESOLVED", "SERVE_CONFIG"]

#: Rules of the Serve config.
SERVE_CONFIG = (
    *shape.RULES,
    *form.RULES,
    *applications.RULES,
    *routing.RULES,
    *images.RULES,
    *environment.RULES,
    *secrets.RULES,
    *setup.RULES,
    *deployments.RULES,
    *imported.RULES,
    *autoscaling.RULES,
    *placement.RULES,
    *options.RULES,
    *capacity.RULES,
)

#: Rules that need the manifests of the images, too.
RESOLVED = image_sizes.RULES

#: Rules that need no Serve config: they hold also when the file cannot be read.
INVENTORY = inventory_rules.RULES

#: Rules of the raylets' settings; they need no Serve config either.
RAYLETS = (
    *raylet_rules.RULES,
    *raylet_addresses.RULES,
    *raylet_container_rules.RULES,
    *firewall_rules.RULES,
    *packages_rules.RULES,
    *ray_user_rules.RULES,
)
