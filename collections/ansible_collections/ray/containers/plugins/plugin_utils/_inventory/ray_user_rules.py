# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of what the inventory says about the account that Ray runs as.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in

__all__ = ["RULES"]

CHOICES = ("refuse", "allow")


@rule(
    "RC-252",
    "ray_user_privileged is not valid",
    cause="There are two ways: to refuse a host whose Ray user can become root, and to go on and say so.",
    remedy="Set ray_user_privileged to refuse or allow",
    source="this collection, role cluster",
)
def choice(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Neither refused nor allowed."""
    for settings in context.raylets:
        written = settings.get("user_privileged")
        if written is not None and written not in CHOICES:
            yield Problem(settings.where("user_privileged"), f"it is {written!r}, and not one of {', '.join(CHOICES)}")


RULES = rules_in(globals())
