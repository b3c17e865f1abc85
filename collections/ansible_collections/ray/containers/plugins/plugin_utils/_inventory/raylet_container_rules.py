# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for the containers that raylets run in, checked on the controller before any host is touched.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_rules import CONTAINER_RULES
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_settings import in_containers
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in

__all__ = ["RULES"]

WAYS = ("host", "container")


@rule(
    "RC-234",
    "There is no such way to run a raylet",
    cause="A raylet runs as a service of the host, or in a container on it.",
    remedy="Set ray_raylet to host or container",
    source="this collection, role cluster",
)
def way(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Neither on the host nor in a container."""
    for settings in context.raylets:
        written = settings.get("raylet")
        if written is not None and written not in WAYS:
            yield Problem(settings.where("raylet"), f"it is {written!r}, and not one of {', '.join(WAYS)}")


@rule(
    "RC-242",
    "Whether the raylets' containers are privileged is not said",
    cause="There are two ways, with all privileges and with the least that Ray needs.",
    remedy="Set ray_raylet_privileged to true or false",
    source="this collection, module raylet, option raylet_privileged",
)
def not_boolean(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Neither privileged nor not."""
    for settings in context.raylets:
        written = settings.get("raylet_privileged")
        if written is not None and str(written).lower() not in ("true", "false", "yes", "no"):
            yield Problem(settings.where("raylet_privileged"), f"{written!r} is neither true nor false")


@rule(
    "RC-235",
    "Raylets are to run in containers of no image",
    cause="A raylet's container is made of an image that has Ray and Podman in it.",
    remedy="Name it in ray_raylet_image; the playbook raylet_image builds it FROM an image of Ray and pushes it",
    source="Ray's guide, section on raylets in containers",
)
def no_image(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """In a container, but of no image."""
    for settings in in_containers(context.raylets):
        if not settings.get("raylet_image"):
            yield Problem(settings.where("raylet_image"), "it is not set, and ray_raylet is container")


@rule(
    "RC-236",
    "The name of the raylet's image cannot be meant",
    cause="Nodes pull it by its whole name, and one without its registry would be looked for in many.",
    remedy="Write registry/repository:tag, for instance registry.example.com/raylet:2.60.0",
    source="containers-registries.conf(5), short names",
)
def image_name(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A name that no registry is in, or that is none."""
    for settings in in_containers(context.raylets):
        written = settings.get("raylet_image")
        try:
            whole = not written or ImageReference.parse(str(written)).is_fully_qualified
        except OperatorError:
            whole = False
        if not whole:
            yield Problem(settings.where("raylet_image"), f"{written!r} is not registry/repository:tag")


RULES = (*rules_in(globals()), *CONTAINER_RULES)
