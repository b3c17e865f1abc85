# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of images: every application runs in one, named so that every node can pull it.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import serve_config as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import (
    Application,
    Environment,
    Image,
    ServeConfig,
    mapping,
    merged,
)
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Met, rule
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.schema import IMAGE_FIELDS, kind_of

__all__ = ["DEFAULT_SETUP_TIMEOUT", "RULES", "WITH_SIZES", "setup_timeouts"]


@rule(catalogue.NO_IMAGE)
def no_image(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """An application that names no image, neither for itself nor for each of its deployments."""
    for application in config.applications:
        if _names_image(application.environment):
            continue
        lacking = [each for each in application.deployments if not _names_image(each.environment)]
        if not application.deployments:
            yield Met(application.environment.where, f"application {application.name} has no image_uri")
        elif lacking:
            names = ", ".join(each.name or each.where for each in lacking)
            yield Met(
                application.environment.where,
                f"application {application.name} has no image_uri, and neither has its deployment {names}",
            )


@rule(catalogue.CONTAINER_FIELD)
def container_field(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """The deprecated field, with what to write instead."""
    for environment in _environments(config):
        if "container" not in environment.fields:
            continue
        container = mapping(environment.fields["container"])
        written = container.get("image")
        image = written if isinstance(written, str) and written else "registry/repository:tag"
        others = sorted(str(key) for key in container if key != "image")
        lost = f"; {', '.join(others)} of container has no successor" if others else ""
        yield Met(
            f"{environment.where}.container",
            f"{environment.owner} uses the deprecated field container",
            f"Replace the whole field container by image_uri: {image}{lost}",
        )


@rule(catalogue.IMAGE_WITH_OTHER_FIELDS)
def image_with_other_fields(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Fields beside image_uri that Ray refuses, also when one comes from the application and one from a deployment."""
    for application in config.applications:
        own = _excluded(application.environment.fields)
        if own:
            yield Met(
                application.environment.where,
                f"application {application.name} has image_uri together with {', '.join(own)}",
            )
        for deployment in application.deployments:
            environment = deployment.environment
            together = [
                key for key in _excluded(merged(application.environment.fields, environment.fields)) if key not in own
            ]
            if together:
                yield Met(
                    environment.where,
                    f"{environment.owner} has image_uri together with {', '.join(together)}"
                    f"{_inherited(application, environment, together)}",
                )


@rule(catalogue.SHORT_IMAGE_NAME)
def short_image_name(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """An image without its registry."""
    for image in config.images:
        if not image.reference.is_fully_qualified:
            full = f"docker.io/{'' if '/' in image.reference.repository else 'library/'}{image.reference}"
            yield Met(
                image.where,
                f"{image.reference} of {image.owner} does not say which registry it is in",
                f"Write the registry too: {full} if it is on Docker Hub",
            )


@rule(catalogue.IMAGE_MALFORMED)
def image_malformed(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """An image_uri that no registry could hold."""
    for environment in _environments(config):
        if "image_uri" not in environment.fields or environment.image is not None:
            continue
        where = f"{environment.where}.image_uri"
        written = environment.fields["image_uri"]
        if isinstance(written, str):
            why, remedy = _fault_of_reference(written)
            yield Met(where, f"image_uri {written!r} of {environment.owner}: {why}", remedy)
        elif isinstance(written, dict):
            yield Met(
                where,
                f"image_uri of {environment.owner} stands in braces, which YAML reads as a mapping",
                "Replace the placeholder by the image's reference, without braces",
            )
        else:
            yield Met(where, f"image_uri of {environment.owner} holds {kind_of(written)}")


@rule(catalogue.LOCAL_IMAGE)
def local_image(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """An image that only the machine that built it has."""
    for image in config.images:
        if image.reference.is_local:
            yield Met(image.where, f"{image.reference} of {image.owner} was never in a registry")


@rule(catalogue.ACTOR_OPTIONS_DROP_IMAGE)
def actor_options_drop_image(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Options without a runtime_env: the deployment's code may have declared one."""
    for application in config.applications:
        for deployment in application.deployments:
            options = deployment.fields.get("ray_actor_options")
            if isinstance(options, dict) and "runtime_env" not in options:
                yield Met(
                    f"{deployment.where}.ray_actor_options",
                    f"it replaces all that the code of deployment {deployment.name} declares, its image_uri and env_vars too",
                )


@rule(catalogue.TAG_NOT_PINNED)
def tag_not_pinned(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A tag that stays one."""
    for image in config.images:
        if not context.resolve and not image.reference.is_pinned:
            yield Met(image.where, f"{image.reference} of {image.owner} is whatever a node pulled under this tag")


@rule(catalogue.IMPORTED_OUTSIDE_IMAGE)
def imported_outside_image(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Images for all deployments, and none for the import."""
    for application in config.applications:
        own, deployments = application.environment, application.deployments
        if not _names_image(own) and deployments and all(_names_image(each.environment) for each in deployments):
            yield Met(
                own.where,
                f"{application.fields.get('import_path')} of application {application.name} is imported in no image",
            )


#: What a node gets done of an image in a second, in bytes as the registry holds it: fetching it and unpacking it. A gigabit
#: line brings 125 MB/s; unpacking and writing several layers is what takes the time.
PULLED_A_SECOND = 25_000_000
#: Ray 2.60.0 _private/ray_constants.py DEFAULT_RUNTIME_ENV_TIMEOUT_SECONDS.
DEFAULT_SETUP_TIMEOUT = 600


@rule(catalogue.IMAGE_LARGE_FOR_TIMEOUT)
def image_large_for_timeout(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """An image whose pull takes longer than Ray waits; told of images whose size is known."""
    for image, timeout in setup_timeouts(config):
        size = context.sizes.get(str(image.reference), 0)
        if timeout > 0 and size > timeout * PULLED_A_SECOND:
            seconds = size / PULLED_A_SECOND
            yield Met(
                image.where,
                f"{image.reference} has {size / 1e9:.1f} GB in its registry, about {seconds:.0f} s at"
                f" {PULLED_A_SECOND // 1_000_000} MB/s, and {image.owner} gives it {timeout:.0f} s",
                f"Raise config.setup_timeout_seconds to {int(seconds) + 1} or more",
            )


def setup_timeouts(config: ServeConfig) -> t.Iterator[tuple[Image, float]]:
    """Every image with the seconds that Ray gives its set-up; negative for no limit."""
    configs = {
        f"{each.where}.image_uri": mapping(merged(application.environment.fields, each.fields).get("config"))
        for application in config.applications
        for each in application.environments
    }
    for image in config.images:
        timeout = configs[image.where].get("setup_timeout_seconds", DEFAULT_SETUP_TIMEOUT)
        yield image, timeout if isinstance(timeout, int) else DEFAULT_SETUP_TIMEOUT


RULES = (
    no_image,
    container_field,
    image_with_other_fields,
    short_image_name,
    image_malformed,
    local_image,
    actor_options_drop_image,
    tag_not_pinned,
    imported_outside_image,
)

#: Rules that need the manifests of the images.
WITH_SIZES = (image_large_for_timeout,)


def _environments(config: ServeConfig) -> t.Iterator[Environment]:
    for application in config.applications:
        yield from application.environments


def _names_image(environment: Environment) -> bool:
    """Whether it names an image in any form; a wrong form is told by another rule."""
    return bool(environment.fields.get("image_uri")) or "container" in environment.fields


def _excluded(fields: t.Mapping[str, t.Any]) -> list[str]:
    if not fields.get("image_uri"):
        return []
    return sorted(str(key) for key in fields if key not in IMAGE_FIELDS and key != "container")


def _inherited(application: Application, environment: Environment, together: list[str]) -> str:
    """Says where the two sides of a conflict come from when it is not one place."""
    if "image_uri" not in environment.fields:
        return f" (image_uri comes from {application.environment.where})"
    if any(key not in environment.fields for key in together):
        return f" (inherited from {application.environment.where})"
    return ""


def _fault_of_reference(written: str) -> tuple[str, str]:
    try:
        ImageReference.parse(written)
    except OperatorError as error:
        return error.why, error.remedy
    return "", ""
