# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What rules have in common: walking over a config, and reading numbers.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import (
    Deployment,
    Environment,
    ServeConfig,
    mapping,
)
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Problem
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.ray_schema import number

__all__ = ["Fields", "Limit", "Option", "Variable", "beyond", "deployments", "environments", "options", "variables"]

Fields = t.Mapping[str, t.Any]


class Option(t.NamedTuple):
    """A mapping inside a deployment: its place, the deployment, its fields."""

    where: str
    deployment: Deployment
    fields: Fields


class Limit(t.NamedTuple):
    """What Ray takes in a field that holds a number."""

    key: str
    allows: t.Callable[[float], bool]
    said: str


class Variable(t.NamedTuple):
    """One entry of an env_vars."""

    environment: Environment
    name: object
    value: object

    @property
    def where(self) -> str:
        return f"{self.environment.where}.env_vars.{self.name}"


def environments(config: ServeConfig) -> t.Iterator[Environment]:
    """Every runtime_env of the applications and their deployments."""
    for application in config.applications:
        yield from application.environments


def variables(config: ServeConfig) -> t.Iterator[Variable]:
    """Every environment variable of the applications and their deployments."""
    for environment in environments(config):
        for name, value in environment.variables.items():
            yield Variable(environment, name, value)


def deployments(config: ServeConfig) -> t.Iterator[Deployment]:
    """Every deployment of the file."""
    for application in config.applications:
        yield from application.deployments


def options(config: ServeConfig, key: str) -> t.Iterator[Option]:
    """The mapping *key* of every deployment that has it."""
    for deployment in deployments(config):
        if isinstance(deployment.fields.get(key), dict):
            yield Option(f"{deployment.where}.{key}", deployment, mapping(deployment.fields[key]))


def beyond(where: str, fields: Fields, limits: t.Iterable[Limit]) -> t.Iterator[Problem]:
    """The fields whose number Ray does not take; what is no number at all is told by another rule."""
    for limit in limits:
        value = number(fields[limit.key]) if limit.key in fields else None
        if value is not None and not limit.allows(value):
            place = f"{where}.{limit.key}" if where else limit.key
            yield Problem(place, f"{limit.key} is {value:g}, and Ray takes {limit.said}", f"Write {limit.said}")
