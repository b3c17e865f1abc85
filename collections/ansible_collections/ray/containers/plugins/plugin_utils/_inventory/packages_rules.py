# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of what the inventory installs beside Ray.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.runtime.packages import complaint
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in

__all__ = ["RULES"]


@rule(
    "RC-272",
    "A package for Ray's environment cannot be installed as it is written",
    cause=(
        "Every node must have the same package on every day, beside the Ray of ray_version: a name with one exact version. "
        "A raylet in a container has what its image has."
    ),
    remedy="Write each package as name==version, for instance protobuf==6.33.0",
    source="this collection, module ray_runtime; PEP 508 and PEP 440",
)
def package(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """No list, no exact version, Ray itself, the same package twice, or packages for an image."""
    for settings in context.raylets:
        written = settings.get("packages")
        if not written:
            continue
        wrong = complaint(written) if isinstance(written, list) else f"{written!r} is not a list"
        if wrong:
            yield Problem(settings.where("packages"), wrong)
        elif settings.mode == "container":
            yield Problem(
                settings.where("packages"),
                "the raylet runs in a container, whose image is not changed",
                "Install the packages in the image of ray_raylet_image, and remove ray_packages",
            )


RULES = rules_in(globals())
