# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Serve config as a value: its applications, their environments, images and routes.

Reading never fails: whatever has the wrong shape is left out here and told by a rule (`plugin_utils._serve_config.rules`).

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference

__all__ = ["Application", "Deployment", "Environment", "Image", "ServeConfig", "merged", "with_images"]

DEFAULT_NAME = "default"  # Ray 2.60.0 serve/_private/constants.py SERVE_DEFAULT_APP_NAME
DEFAULT_ROUTE = "/"  # Ray 2.60.0 serve/schema.py ServeApplicationSchema.route_prefix

#: Keys in the args of an application below which Ray reads a runtime_env, whoever builds the application: its LLMConfig
#: (llm/_internal/serve/core/configs/llm_config.py) and the options of actors.
OF_RAY = ("llm_configs", "llm_config", "prefill_config", "decode_config", "ray_actor_options", "actor_options")

Fields = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Environment:
    """A runtime_env as one place of the file writes it; empty *fields* when the place writes none.

    :param where: the place, such as ``applications[0].runtime_env``.
    :param owner: whose it is, as an operator reads it: ``application whisper``.
    :param inherited: what it is laid over: the runtime_env of the application, with the deployment's on it for a part of that.
    :param by_ray: whether Ray itself takes it for a runtime_env; in the args of an application only its code knows.
    """

    where: str
    owner: str
    fields: Fields
    inherited: Fields = field(default_factory=dict)
    by_ray: bool = True

    @property
    def effective(self) -> dict[str, t.Any]:
        """What Ray makes of it with what it inherits."""
        return merged(self.inherited, self.fields)

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
    :param nested: runtime_envs that stand deeper: of models in the args, of actors of a deployment.
    """

    where: str
    name: str
    fields: Fields
    environment: Environment
    deployments: tuple[Deployment, ...]
    nested: tuple[Environment, ...] = ()

    @property
    def route(self) -> str | None:
        """The path below which it answers; None when it has no HTTP route."""
        route = self.fields.get("route_prefix", DEFAULT_ROUTE)
        return route if isinstance(route, str) else None

    @property
    def environments(self) -> tuple[Environment, ...]:
        """The application's own, its deployments', and those that stand deeper, as written."""
        return (self.environment, *(deployment.environment for deployment in self.deployments), *self.nested)


@dataclass(frozen=True)
class Image:
    """An image that the nodes need, and who runs in it.

    :param deployment: empty when the whole application runs in it; *application*, too, when raylets do.
    :param part: what runs in it where that is no whole deployment, as an operator reads it.
    """

    where: str
    application: str
    deployment: str
    reference: ImageReference
    part: str = ""

    @property
    def owner(self) -> str:
        """Who runs in it, as an operator reads it."""
        if self.part:
            return self.part
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
                    part = environment.owner if environment in application.nested else ""
                    found.append(Image(where, application.name, deployment, reference, part))
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
    own = Environment(f"{where}.runtime_env", f"application {name}", mapping(fields.get("runtime_env")))
    deployments = tuple(
        _deployment(f"{where}.deployments[{index}]", own, entry)
        for index, entry in enumerate(listed if isinstance(listed, list) else [])
        if isinstance(entry, dict)
    )
    nested = [*_nested(f"{where}.args", fields.get("args"), own, _built_by_ray(fields))]
    for deployment in deployments:
        actors = f"{deployment.where}.deployment_actors"
        nested += _nested(actors, deployment.fields.get("deployment_actors"), deployment.environment, by_ray=True)
    return Application(where, name, fields, own, deployments, tuple(nested))


def _deployment(where: str, application: Environment, fields: Fields) -> Deployment:
    name = str(fields.get("name", ""))
    return Deployment(
        where,
        name,
        fields,
        Environment(
            f"{where}.ray_actor_options.runtime_env",
            f"deployment {name} of {application.owner}",
            mapping(mapping(fields.get("ray_actor_options")).get("runtime_env")),
            application.fields,
        ),
    )


def _built_by_ray(fields: Fields) -> bool:
    """Whether Ray's own code builds the application of its args, as it does for language models."""
    return str(fields.get("import_path", "")).startswith("ray.")


def _nested(where: str, value: object, parent: Environment, by_ray: bool) -> t.Iterator[Environment]:
    """Every runtime_env below *value*, which may be data of any depth."""
    waiting = [(where, value, by_ray)]
    while waiting:
        place, found, known = waiting.pop()
        if isinstance(found, dict):
            inner = [(f"{place}.{key}", str(key), item) for key, item in found.items()]
        else:
            inner = [
                (f"{place}[{index}]", "", item) for index, item in enumerate(found if isinstance(found, list) else [])
            ]
        for below, key, item in reversed(inner):
            if key == "runtime_env" and isinstance(item, dict):
                yield Environment(below, f"{place} ({parent.owner})", item, parent.effective, known)
            elif isinstance(item, (dict, list)):
                waiting.append((below, item, known or key in OF_RAY))


def _named_environments(application: Application) -> t.Iterator[tuple[str, Environment]]:
    yield "", application.environment
    for deployment in application.deployments:
        yield deployment.name, deployment.environment
    for environment in application.nested:
        yield "", environment


def _copied(value: object, where: str, replaced: t.Mapping[str, str]) -> object:
    """Copies without sharing: YAML aliases make one object stand in several places."""
    if where in replaced:
        return replaced[where]
    if isinstance(value, dict):
        return {key: _copied(item, f"{where}.{key}" if where else str(key), replaced) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item, f"{where}[{index}]", replaced) for index, item in enumerate(value)]
    return value
