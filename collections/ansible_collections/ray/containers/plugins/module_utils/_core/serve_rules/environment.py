# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of env_vars. No finding ever shows a value: it may be a secret.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import serve_config as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.rule import Context, Met, rule
from ansible_collections.ray.containers.plugins.module_utils._core.serve_config import Environment, ServeConfig
from ansible_collections.ray.containers.plugins.module_utils._core.serve_schema import kind_of

__all__ = ["RULES"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REFERENCE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}|\$[A-Z][A-Z0-9_]+")

#: What the podman command line program reads from its environment: podman(1), containers.conf(5),
#: containers-storage.conf(5), containers-auth.json(5), containers-registries.conf(5), and what any program does.
PODMAN_VARIABLES = {
    "CONTAINERS_CONF": "another configuration",
    "CONTAINERS_CONF_OVERRIDE": "another configuration",
    "CONTAINERS_REGISTRIES_CONF": "other registries",
    "CONTAINERS_STORAGE_CONF": "another image store",
    "CONTAINER_CONNECTION": "another machine",
    "CONTAINER_HOST": "another machine",
    "DBUS_SESSION_BUS_ADDRESS": "another systemd",
    "DOCKER_CONFIG": "other credentials",
    "HOME": "another image store and other credentials",
    "LD_LIBRARY_PATH": "other libraries",
    "LD_PRELOAD": "other libraries",
    "PATH": "another podman, or none",
    "REGISTRY_AUTH_FILE": "other credentials",
    "STORAGE_DRIVER": "another image store",
    "STORAGE_OPTS": "another image store",
    "TMPDIR": "another temporary directory",
    "XDG_CONFIG_HOME": "another configuration",
    "XDG_DATA_HOME": "another image store",
    "XDG_RUNTIME_DIR": "another runtime directory",
}


class Variable(t.NamedTuple):
    """One entry of an env_vars."""

    environment: Environment
    name: object
    value: object

    @property
    def where(self) -> str:
        return f"{self.environment.where}.env_vars.{self.name}"


@rule(catalogue.ENVIRONMENT_NOT_TEXT)
def environment_not_text(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """env_vars is not a mapping of text to text."""
    for environment in _environments(config):
        written = environment.fields.get("env_vars", {})
        if not isinstance(written, dict):
            yield Met(
                f"{environment.where}.env_vars",
                f"env_vars of {environment.owner} holds {kind_of(written)}, not a mapping of names to values",
                "Write one line NAME: value for each variable",
            )
    for variable in _variables(config):
        if not isinstance(variable.name, str):
            yield Met(
                variable.where,
                f"YAML reads the name {variable.name} as {kind_of(variable.name)}, not as text",
                "Put the name in quotes",
            )
        elif not isinstance(variable.value, str):
            kind = kind_of(variable.value)
            yield Met(variable.where, f"YAML reads the value of {variable.name} as {kind}, not as text")


@rule(catalogue.ENVIRONMENT_NAME)
def environment_name(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A name that a shell does not take for one."""
    for variable in _variables(config):
        if isinstance(variable.name, str) and not _NAME.fullmatch(variable.name):
            yield Met(variable.where, f"{variable.name!r} cannot be the name of an environment variable")


@rule(catalogue.ENVIRONMENT_QUOTE)
def environment_quote(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A single quote in a value."""
    for variable in _variables(config):
        if isinstance(variable.value, str) and "'" in variable.value:
            yield Met(
                variable.where,
                f"the value of {variable.name} holds a single quote at character {variable.value.index(chr(39)) + 1}",
            )


@rule(catalogue.ENVIRONMENT_NOT_EXPANDED)
def environment_not_expanded(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A reference to another variable, which nobody expands."""
    for variable in _variables(config):
        reference = _REFERENCE.search(variable.value) if isinstance(variable.value, str) else None
        if reference:
            yield Met(variable.where, f"the container gets {reference.group()} in {variable.name} as it stands")


@rule(catalogue.ENVIRONMENT_ALTERS_PODMAN)
def environment_alters_podman(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A variable that the podman process on the node obeys too."""
    for variable in _variables(config):
        if variable.name in PODMAN_VARIABLES:
            yield Met(
                variable.where,
                f"{variable.name} makes Podman on the node use {PODMAN_VARIABLES[str(variable.name)]} for the worker",
            )


@rule(catalogue.ENVIRONMENT_TOKEN)
def environment_token(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Ray's token written into the config."""
    for variable in _variables(config):
        if variable.name == "RAY_AUTH_TOKEN":
            yield Met(variable.where, f"env_vars of {variable.environment.owner} sets RAY_AUTH_TOKEN")


RULES = (
    environment_not_text,
    environment_name,
    environment_quote,
    environment_not_expanded,
    environment_alters_podman,
    environment_token,
)


def _environments(config: ServeConfig) -> t.Iterator[Environment]:
    for application in config.applications:
        yield from application.environments


def _variables(config: ServeConfig) -> t.Iterator[Variable]:
    for environment in _environments(config):
        for name, value in environment.variables.items():
            yield Variable(environment, name, value)
