# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Serve config as a value: its applications, their environments, images and routes.

Reading never fails: whatever has the wrong shape is left out here and told by a rule (`plugin_utils._serve_config.rules`).

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference

__all__ = ["Application", "Deployment", "Environment", "Image", "ServeConfig", "merged", "with_images"]

DEFAULT_NAME = "default"  # Ray 2.60.0 serve/_private/constants.py SERVE_DEFAULT_APP_NAME
DEFAULT_ROUTE = "/"  # Ray 2.60.0 serve/schema.py ServeApplicationSchema.route_prefix

Fields = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Environment:
    """A runtime_env as one place of the file writes it; empty *fields* when the place writes none.

    :param where: the place, such as ``applications[0].runtime_env``.
    :param owner: whose it is, as an operator reads it: ``application whisper``.
    """

    where: str
    owner: str
    fields: Fields

    @property
    def image(self) -> ImageReference | None:
        """The image that it names; None when it names none, or none that can be read."""
        written = self.fields.get("image_uri")
        if not isinstance(written, str):
            return None
        try:
            return ImageReference.parse(written)
        except OperatorError:
            return None

    @property
    def variables(self) -> Fields:
        """env_vars, or nothing when there are none."""
        return mapping(self.fields.get("env_vars"))


@dataclass(frozen=True)
class Deployment:
    """What the file says about one deployment of an application."""

    where: str
    name: str
    fields: Fields
    environment: Environment


@dataclass(frozen=True)
class Application:
    """One application of the file.

    :param name: as written, or Ray's default.
    """

    where: str
    name: str
    fields: Fields
    environment: Environment
    deployments: tuple[Deployment, ...]

    @property
    def route(self) -> str | None:
        """The path below which it answers; None when it has no HTTP route."""
        route = self.fields.get("route_prefix", DEFAULT_ROUTE)
        return route if isinstance(route, str) else None

    @property
    def environments(self) -> tuple[Environment, ...]:
        """The application's own and its deployments', as written."""
        return (self.environment, *(deployment.environment for deployment in self.deployments))


@dataclass(frozen=True)
class Image:
    """An image that the nodes need, and who runs in it.

    :param deployment: empty when the whole application runs in it; *application*, too, when raylets do.
    """

    where: str
    application: str
    deployment: str
    reference: ImageReference

    @property
    def owner(self) -> str:
        """Who runs in it, as an operator reads it."""
        if not self.application:
            return "the raylet"
        if self.deployment:
            return f"deployment {self.deployment} of application {self.application}"
        return f"application {self.application}"


@dataclass(frozen=True)
class ServeConfig:
    """The file's content, and its well-formed applications."""

    fields: Fields
    applications: tuple[Application, ...]

    @classmethod
    def read(cls, document: Fields) -> ServeConfig:
        """The value of a parsed file; *document* is not changed."""
        entries = document.get("applications")
        return cls(
            document,
            tuple(
                _application(f"applications[{index}]", entry)
                for index, entry in enumerate(entries if isinstance(entries, list) else [])
                if isinstance(entry, dict)
            ),
        )

    @property
    def images(self) -> tuple[Image, ...]:
        """Every image that the file names, in its order."""
        found = []
        for application in self.applications:
            for deployment, environment in _named_environments(application):
                reference = environment.image
                if reference is not None:
                    where = f"{environment.where}.image_uri"
                    found.append(Image(where, application.name, deployment, reference))
        return tuple(found)

    @property
    def routes(self) -> dict[str, str | None]:
        """The route of each application; None for one that has none."""
        return {application.name: application.route for application in self.applications}


def merged(parent: Fields, child: Fields) -> dict[str, t.Any]:
    """The runtime_env of a deployment: the child's fields win, env_vars are joined.

    Ray 2.60.0 serve/_private/utils.py override_runtime_envs_except_env_vars.
    """
    together = {**parent, **child}
    variables = {**mapping(parent.get("env_vars")), **mapping(child.get("env_vars"))}
    if variables:
        together["env_vars"] = variables
    return together


def with_images(config: ServeConfig, pinned: t.Mapping[str, str]) -> dict[str, t.Any]:
    """A copy of the whole config in which the image at each place of *pinned* is replaced by its value.

    :param pinned: place of an image_uri (`Image.where`) → reference.
    """
    return t.cast("dict[str, t.Any]", _copied(config.fields, "", pinned))


def mapping(value: object) -> Fields:
    """The value when it is a mapping, and an empty one otherwise."""
    return value if isinstance(value, dict) else {}


def _application(where: str, fields: Fields) -> Application:
    name = str(fields.get("name", DEFAULT_NAME))
    listed = fields.get("deployments")
    return Application(
        where,
        name,
        fields,
        Environment(f"{where}.runtime_env", f"application {name}", mapping(fields.get("runtime_env"))),
        tuple(
            _deployment(f"{where}.deployments[{index}]", name, entry)
            for index, entry in enumerate(listed if isinstance(listed, list) else [])
            if isinstance(entry, dict)
        ),
    )


def _deployment(where: str, application: str, fields: Fields) -> Deployment:
    name = str(fields.get("name", ""))
    return Deployment(
        where,
        name,
        fields,
        Environment(
            f"{where}.ray_actor_options.runtime_env",
            f"deployment {name} of application {application}",
            mapping(mapping(fields.get("ray_actor_options")).get("runtime_env")),
        ),
    )


def _named_environments(application: Application) -> t.Iterator[tuple[str, Environment]]:
    yield "", application.environment
    for deployment in application.deployments:
        yield deployment.name, deployment.environment


def _copied(value: object, where: str, replaced: t.Mapping[str, str]) -> object:
    """Copies without sharing: YAML aliases make one object stand in several places."""
    if where in replaced:
        return replaced[where]
    if isinstance(value, dict):
        return {key: _copied(item, f"{where}.{key}" if where else str(key), replaced) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item, f"{where}[{index}]", replaced) for index, item in enumerate(value)]
    return value
