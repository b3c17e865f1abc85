# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for the containers that raylets run in, checked on the controller before any host is touched.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import raylet_container as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.options import wrong_option
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_settings import in_containers
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Met, Rule, rule

__all__ = ["RULES"]

WAYS = ("host", "container")


@rule(catalogue.WAY)
def way(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Neither on the host nor in a container."""
    for settings in context.raylets:
        written = settings.get("raylet")
        if written is not None and written not in WAYS:
            yield Met(settings.where("raylet"), f"it is {written!r}, and not one of {', '.join(WAYS)}")


@rule(catalogue.NOT_BOOLEAN)
def not_boolean(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Neither privileged nor not."""
    for settings in context.raylets:
        written = settings.get("raylet_privileged")
        if written is not None and str(written).lower() not in ("true", "false", "yes", "no"):
            yield Met(settings.where("raylet_privileged"), f"{written!r} is neither true nor false")


@rule(catalogue.NO_IMAGE)
def no_image(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """In a container, but of no image."""
    for settings in in_containers(context.raylets):
        if not settings.get("raylet_image"):
            yield Met(settings.where("raylet_image"), "it is not set, and ray_raylet is container")


@rule(catalogue.IMAGE_NAME)
def image_name(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A name that no registry is in, or that is none."""
    for settings in in_containers(context.raylets):
        written = settings.get("raylet_image")
        try:
            whole = not written or ImageReference.parse(str(written)).is_fully_qualified
        except OperatorError:
            whole = False
        if not whole:
            yield Met(settings.where("raylet_image"), f"{written!r} is not registry/repository:tag")


def _of_options(entry: Entry) -> Rule:
    """The rule that finds the options which are wrong in the way of *entry*."""

    def check(config: ServeConfig, context: Context) -> t.Iterator[Met]:
        for settings in context.raylets:
            written = settings.get("raylet_options")
            for number, option in enumerate(written if isinstance(written, list) else ()):
                wrong = wrong_option(option)
                if wrong and wrong.entry == entry:
                    place = f"ray_raylet_options[{number}] of {settings.host}"
                    yield Met(place, wrong.evidence, wrong.remedy)

    return Rule(entry, check)


RULES = (
    way,
    no_image,
    image_name,
    not_boolean,
    *(
        _of_options(entry)
        for entry in (
            catalogue.OPTION_FORM,
            catalogue.OPTION_OWNED,
            catalogue.NOT_PRIVILEGED,
            catalogue.NO_VOLUME,
            catalogue.WRONG_USER,
        )
    ),
)
