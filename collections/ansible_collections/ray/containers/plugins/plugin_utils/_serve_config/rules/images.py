# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of images: every application runs in one, named so that every node can pull it.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import (
    Application,
    Environment,
    ServeConfig,
    mapping,
)
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.form import kind_of
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.walking import environments

__all__ = ["RULES"]


@rule(
    "RC-120",
    "An application has no image",
    cause=(
        "Each application runs in a container of its own image, and this one names none. Where only a part of it is in images, "
        "that is a warning: Ray runs the rest in its own environment on the nodes."
    ),
    remedy="Add image_uri: registry/repository:tag to its runtime_env",
    source="the guide, Run a Serve application in a container",
)
def no_image(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """An application that names no image, neither for itself nor for each of its deployments."""
    for application in config.applications:
        own = application.environment
        lacking = [each.name or each.where for each in application.deployments if not _names_image(each.environment)]
        if _names_image(own) or (application.deployments and not lacking):
            continue
        if any(_names_image(environment) for environment in application.environments):
            outside = f", deployment {', '.join(lacking)} too" if lacking else ""
            yield Problem(
                own.where,
                f"application {application.name} has no image_uri: what is in no image{outside} runs in Ray's own environment",
                "Give the application's own runtime_env an image_uri, or install what it needs into Ray's environment on every "
                "node (ray_path) with ray_packages",
                severity="warning",
            )
        elif lacking:
            yield Problem(
                own.where,
                f"application {application.name} has no image_uri, and neither has its deployment {', '.join(lacking)}",
            )
        else:
            yield Problem(own.where, f"application {application.name} has no image_uri")


@rule(
    "RC-159",
    "This Ray runs no application in an image of its own",
    cause="image_uri came with a later Ray: the one that the nodes have ignores it, and runs the application on the node itself.",
    remedy="Set ray_version to 2.40.0 or later, and make the images of that Ray",
    source="Ray runtime_env/runtime_env.py RuntimeEnv.known_fields, as `tools/ray-schema` asked 2.9.3 to 2.60.0",
    form=True,
)
def no_image_fields(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """image_uri, and a Ray that does not have it."""
    for environment in environments(config):
        if "image_uri" in environment.fields and not context.ray.image_fields:
            yield Problem(f"{environment.where}.image_uri", f"Ray {context.ray.version} knows no image_uri")


@rule(
    "RC-121",
    "The deprecated field container is used",
    cause="Ray deprecated container in favour of image_uri; later versions drop it.",
    remedy="Write image_uri in its place; the playbook migrate does it, and keeps comments and order",
    source="the guide, note on the container field; ray PR 49752",
)
def container_field(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """The deprecated field, with what to write instead."""
    for environment in environments(config):
        if "container" not in environment.fields:
            continue
        container = mapping(environment.fields["container"])
        written = container.get("image")
        image = written if isinstance(written, str) and written else "registry/repository:tag"
        others = sorted(str(key) for key in container if key != "image")
        lost = f"; {', '.join(others)} of container has no successor" if others else ""
        yield Problem(
            f"{environment.where}.container",
            f"{environment.owner} uses the deprecated field container",
            f"Replace the whole field container by image_uri: {image}{lost}",
        )


@rule(
    "RC-122",
    "image_uri is combined with fields that it excludes",
    cause=(
        "Ray takes image_uri together with config and env_vars only, and refuses the rest after the config was "
        "accepted, which leaves the application in DEPLOYING for ever."
    ),
    remedy="Put what these fields do into the image, and remove them",
    source=(
        "the guide, Compatibility with other runtime environment fields; Ray 2.60.0 _private/runtime_env/image_uri.py"
        " get_compatible_keys, runtime_env/runtime_env.py RuntimeEnv.__init__"
    ),
    form=True,
)
def image_with_other_fields(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Fields beside image_uri that Ray refuses, also when one comes from the application and one from a deployment."""
    told: dict[str, set[str]] = {}
    for application in config.applications:
        for environment in application.environments:
            # What is wrong above is told there, and not once more for each that inherits it.
            above = set(_excluded(environment.inherited, context)) | told.get(application.where, set())
            together = [key for key in _excluded(environment.effective, context) if key not in above]
            if environment is application.environment:
                told[application.where] = set(together)
            if together and environment.by_ray:
                yield Problem(
                    environment.where,
                    f"{environment.owner} has image_uri together with {', '.join(together)}"
                    f"{_inherited(application, environment, together)}",
                )


@rule(
    "RC-123",
    "An image is named without its registry",
    cause=(
        "Podman does not guess a registry: 'short-name did not resolve to an alias and no unqualified-search "
        "registries are defined'."
    ),
    remedy="Write the registry too",
    source="containers-registries.conf(5) unqualified-search-registries; podman issues 9390 and 12933",
)
def short_image_name(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """An image without its registry."""
    for image in config.images:
        if not image.reference.is_fully_qualified:
            full = f"docker.io/{'' if '/' in image.reference.repository else 'library/'}{image.reference}"
            yield Problem(
                image.where,
                f"{image.reference} of {image.owner} does not say which registry it is in",
                f"Write the registry too: {full} if it is on Docker Hub",
            )


@rule(
    "RC-124",
    "An image_uri is not an image reference",
    cause="Ray does not check it: Podman would fail on the node, three times, minutes after the deploy.",
    remedy="Write registry/repository:tag, such as docker.io/alice/whisper:1.0",
    source="github.com/distribution/reference regexp.go; Ray 2.60.0 runtime_env/runtime_env.py checks no format",
)
def image_malformed(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """An image_uri that no registry could hold."""
    for environment in environments(config):
        if "image_uri" not in environment.fields or environment.image is not None:
            continue
        where = f"{environment.where}.image_uri"
        written = environment.fields["image_uri"]
        if isinstance(written, str):
            why, remedy = _fault_of_reference(written)
            yield Problem(where, f"image_uri {written!r} of {environment.owner}: {why}", remedy)
        elif isinstance(written, dict):
            yield Problem(
                where,
                f"image_uri of {environment.owner} stands in braces, which YAML reads as a mapping",
                "Replace the placeholder by the image's reference, without braces",
            )
        else:
            yield Problem(where, f"image_uri of {environment.owner} holds {kind_of(written)}")


@rule(
    "RC-125",
    "An image exists on one machine only",
    cause=(
        "localhost/ is Podman's name for images that were never in a registry, and localhost:5000/ is a registry on the machine "
        "that pulls: each node would ask itself."
    ),
    remedy="Push the image to a registry that the nodes reach, and name it there",
    source="podman-build(1): images without a registry are named localhost/; shortnames(7); RFC 6761 section 6.3",
)
def local_image(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """An image that only the machine that built it has, or that is in a registry of the machine that pulls."""
    nodes = len({*context.heads, *context.workers})
    for image in config.images:
        if image.reference.is_local:
            yield Problem(image.where, f"{image.reference} of {image.owner} was never in a registry")
        elif image.reference.is_on_loopback and nodes > 1:
            said = f"each of {nodes} nodes would look for {image.reference} of {image.owner} on itself"
            yield Problem(image.where, said)
        elif image.reference.is_on_loopback:
            said = f"the node would look for {image.reference} of {image.owner} on itself, and the controller on the controller"
            yield Problem(image.where, said, severity="warning")


@rule(
    "RC-132",
    "Options of a deployment drop the environment that its code declares",
    severity="warning",
    cause=(
        "ray_actor_options in the file replace all of those in the code: an image_uri, env_vars, num_gpus that the code"
        " declares for this deployment are gone without a word."
    ),
    remedy="Repeat in the file what the code declares, runtime_env too; {} when the code declares no runtime_env",
    source="Ray 2.60.0 serve/_private/application_state.py override_deployment_info: options.pop('ray_actor_options')",
)
def actor_options_drop_image(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Options without a runtime_env: the deployment's code may have declared one. An image of the application stays."""
    for application in config.applications:
        if _names_image(application.environment) or not any(map(_names_image, application.environments)):
            continue
        for deployment in application.deployments:
            options = deployment.fields.get("ray_actor_options")
            if isinstance(options, dict) and "runtime_env" not in options:
                yield Problem(
                    f"{deployment.where}.ray_actor_options",
                    f"it replaces all that the code of deployment {deployment.name} declares, its image_uri and env_vars too",
                )


@rule(
    "RC-133",
    "Nodes may run different images under one tag",
    severity="warning",
    cause="Tags are not resolved to digests, and Podman never pulls a tag again that it has, whatever it means by now.",
    remedy="Leave resolve at its default, or name the image by its digest",
    source="podman-run(1) --pull, default missing; Ray 2.60.0 _private/runtime_env/image_uri.py passes no --pull",
)
def tag_not_pinned(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A tag that stays one."""
    for image in config.images:
        if not context.resolve and not image.reference.is_pinned:
            yield Problem(image.where, f"{image.reference} of {image.owner} is whatever a node pulled under this tag")


@rule(
    "RC-134",
    "An application is imported outside the images of its deployments",
    severity="warning",
    cause=(
        "Ray imports the application in the application's own runtime_env. Without an image_uri there that happens in "
        "Ray's environment on a node, where the application's code and packages are not."
    ),
    remedy="Give the application's own runtime_env an image_uri too: an image in which import_path is importable",
    source=(
        "Ray 2.60.0 serve/_private/application_state.py: build_serve_application.options(runtime_env=config.runtime_env)"
    ),
)
def imported_outside_image(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Images for all deployments, and none for the import."""
    for application in config.applications:
        own, deployments = application.environment, application.deployments
        if not _names_image(own) and deployments and all(_names_image(each.environment) for each in deployments):
            yield Problem(
                own.where,
                f"{application.fields.get('import_path')} of application {application.name} is imported in no image",
            )


def _names_image(environment: Environment) -> bool:
    """Whether it names an image in any form; a wrong form is told by another rule."""
    return bool(environment.fields.get("image_uri")) or "container" in environment.fields


def _excluded(fields: t.Mapping[str, t.Any], context: Context) -> list[str]:
    """What stands beside image_uri and may not; nothing where Ray knows no image_uri, which another rule tells."""
    allowed = context.ray.image_fields
    if not fields.get("image_uri") or not allowed:
        return []
    return sorted(str(key) for key in fields if key not in allowed and key != "container")


def _inherited(application: Application, environment: Environment, together: list[str]) -> str:
    """Says where the two sides of a conflict come from when it is not one place."""

    def source(keys: t.Iterable[str]) -> str:
        """The nearest place above that says one of these: a deployment of what is nested in it, else the application."""
        above = [
            each
            for each in application.environments
            if each.fields and each.fields.items() <= environment.inherited.items()
        ]
        having = [each.where for each in above if set(keys) & set(each.fields)]
        return having[-1] if having else application.environment.where

    if "image_uri" not in environment.fields:
        return f" (image_uri comes from {source(['image_uri'])})"
    missing = [key for key in together if key not in environment.fields]
    return f" (inherited from {source(missing)})" if missing else ""


def _fault_of_reference(written: str) -> tuple[str, str]:
    try:
        ImageReference.parse(written)
    except OperatorError as error:
        return error.why, error.remedy
    return "", ""


RULES = rules_in(globals())
