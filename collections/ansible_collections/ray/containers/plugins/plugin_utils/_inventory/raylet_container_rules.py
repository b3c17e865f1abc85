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
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_settings import (
    RayletSettings,
    in_containers,
)
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in

__all__ = ["RULES"]

MODES = ("host", "container")


@rule(
    "RC-234",
    "ray_raylet_mode is not valid",
    cause="A raylet runs as a service of the host, or in a container on it.",
    remedy="Set ray_raylet_mode to host or container",
    source="this collection, role cluster",
)
def mode(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Neither on the host nor in a container."""
    for settings in context.raylets:
        if settings.mode is not None and settings.mode not in MODES:
            yield Problem(settings.where("raylet_mode"), f"it is {settings.mode!r}, and not one of {', '.join(MODES)}")


@rule(
    "RC-248",
    "ray_raylet is the earlier name of ray_raylet_mode",
    severity="warning",
    cause="The variable has another name. The earlier one still holds in this release, and in no later one.",
    remedy="Write ray_raylet_mode in its place",
    source="this collection, role cluster",
)
def earlier_name(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """The earlier name, told once for all hosts."""
    hosts = [
        settings.host
        for settings in context.raylets
        if settings.get("raylet") is not None and not _contradicts(settings)
    ]
    if hosts:
        yield Problem("ray_raylet", f"it is set for {', '.join(hosts)}")


@rule(
    "RC-249",
    "ray_raylet and ray_raylet_mode contradict each other",
    cause="Both are names of one variable, of which ray_raylet is the earlier one.",
    remedy="Remove ray_raylet",
    source="this collection, role cluster",
)
def two_modes(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Two modes for one raylet."""
    for settings in context.raylets:
        if _contradicts(settings):
            evidence = f"it is {settings.get('raylet_mode')!r}, and ray_raylet is {settings.get('raylet')!r}"
            yield Problem(settings.where("raylet_mode"), evidence)


def _contradicts(settings: RayletSettings) -> bool:
    written, earlier = settings.get("raylet_mode"), settings.get("raylet")
    return None not in (written, earlier) and written != earlier


@rule(
    "RC-242",
    "ray_raylet_privileged is not a boolean",
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
    "Raylets run in containers, and no image is set",
    cause="A raylet's container is made of an image that has Ray and Podman in it.",
    remedy="Name it in ray_raylet_image; the playbook raylet_image builds it FROM an image of Ray and pushes it",
    source="Ray's guide, section on raylets in containers",
)
def no_image(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """In a container, but of no image."""
    for settings in in_containers(context.raylets):
        if not settings.get("raylet_image"):
            yield Problem(settings.where("raylet_image"), "it is not set, and ray_raylet_mode is container")


@rule(
    "RC-236",
    "The name of the raylet's image is not valid",
    cause="Nodes pull it by its whole name, and one without its registry would be looked for in many.",
    remedy="Write registry/repository:tag, for instance registry.example.com/raylet:2.60.0",
    source="containers-registries.conf(5), short names",
)
def image_name(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A name that no registry is in, or that is none."""
    for settings in in_containers(context.raylets):
        written = settings.get("raylet_image")
        try:
            reference = ImageReference.parse(str(written)) if written else None
            whole = reference is None or reference.is_fully_qualified
        except OperatorError:
            reference, whole = None, False
        if reference and reference.is_on_loopback and len(context.raylets) > 1:
            yield Problem(settings.where("raylet_image"), f"{written} is in a registry of the machine that pulls it")
        if not whole:
            yield Problem(settings.where("raylet_image"), f"{written!r} is not registry/repository:tag")


RULES = (*rules_in(globals()), *CONTAINER_RULES)
