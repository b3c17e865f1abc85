# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of env_vars. No finding ever shows a value: it may be a secret.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import serve_environment as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.judgement import is_secret
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import (
    Environment,
    ServeConfig,
    mapping,
    merged,
)
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Met, rule
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.schema import kind_of

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

#: Ray 2.60.0 _private/ray_constants.py RAY_INTERNAL_FLAGS.
OF_RAY = ("RAY_JOB_ID", "RAY_RAYLET_PID", "RAY_OVERRIDE_NODE_ID_FOR_TESTING")
#: Read by the raylet (any case: in capitals it has no effect anywhere) and by its agent for runtime environments.
OF_RAYLET = (
    *("RAY_WORKER_REGISTER_TIMEOUT_SECONDS", "RAY_GCS_STORAGE", "RAY_GCS_STORAGE_PATH"),
    *("BAD_RUNTIME_ENV_CACHE_TTL_SECONDS", "RUNTIME_ENV_RETRY_TIMES", "RUNTIME_ENV_RETRY_INTERVAL_MS"),
)
#: Linux MAX_ARG_STRLEN: the longest single argument of a program, its final NUL included.
LONGEST_ARGUMENT = 131072


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
    for name, value in context.environment.items():
        # Every RAY_* variable of the raylet's agent goes onto the same line.
        if name.startswith("RAY_") and "'" in str(value):
            yield Met(f"ray_environment.{name}", f"the value of {name} holds a single quote", "Remove the quote")


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


@rule(catalogue.ENVIRONMENT_SECRET)
def environment_secret(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A value, or a name with a value, that looks like a secret; RAY_AUTH_TOKEN has a rule of its own."""
    for variable in _variables(config):
        if variable.name != "RAY_AUTH_TOKEN" and _looks_secret(variable.name, variable.value):
            yield Met(variable.where, f"{variable.name} of {variable.environment.owner} looks like a secret")
    for name, value in context.environment.items():
        if name.startswith("RAY_") and name != "RAY_AUTH_TOKEN" and _looks_secret(name, value):
            yield Met(f"ray_environment.{name}", f"{name} looks like a secret, and reaches every application container")


@rule(catalogue.ENVIRONMENT_NUL)
def environment_nul(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A value that no process can have."""
    for variable in _variables(config):
        if isinstance(variable.value, str) and "\0" in variable.value:
            yield Met(variable.where, f"the value of {variable.name} holds a NUL")


@rule(catalogue.ENVIRONMENT_OF_RAY)
def environment_of_ray(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """What the raylet tells a worker, told otherwise."""
    for variable in _variables(config):
        if variable.name in OF_RAY:
            yield Met(variable.where, f"Ray sets {variable.name} for each worker, and this one would win")


@rule(catalogue.ENVIRONMENT_AUTHENTICATION)
def environment_authentication(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Another token file, or no token."""
    for variable in _variables(config):
        other_mode = variable.name == "RAY_AUTH_MODE" and variable.value != "token"
        if other_mode or variable.name == "RAY_AUTH_TOKEN_PATH":
            yield Met(variable.where, f"{variable.name} is not what the cluster uses")


@rule(catalogue.ENVIRONMENT_OF_RAYLET)
def environment_of_raylet(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A setting that nothing in a worker reads."""
    for variable in _variables(config):
        if str(variable.name).upper() in OF_RAYLET:
            yield Met(variable.where, f"nothing in a worker reads {variable.name}")


@rule(catalogue.ENVIRONMENT_PYTHON_PATH)
def environment_python_path(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """PYTHONPATH or PYTHONHOME."""
    for variable in _variables(config):
        if variable.name in ("PYTHONPATH", "PYTHONHOME"):
            yield Met(variable.where, f"{variable.name} replaces the one of the image")


@rule(catalogue.ENVIRONMENT_TOO_LONG)
def environment_too_long(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Variables that fill a whole argument already, without the rest of the command."""
    for application in config.applications:
        parent = application.environment.fields
        for environment in application.environments:
            together = merged(parent, environment.fields) if environment is not application.environment else parent
            texts = mapping(together.get("env_vars")).items()
            length = sum(len(f" --env {name}='{value}'".encode("utf-8", "replace")) for name, value in texts)
            if length >= LONGEST_ARGUMENT and environment.variables:
                yield Met(f"{environment.where}.env_vars", f"env_vars of {environment.owner} take {length} bytes")


@rule(catalogue.SETUP_CONFIG)
def setup_config(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A config that RuntimeEnvConfig refuses; it converts nothing."""
    for environment in _environments(config):
        where, written = f"{environment.where}.config", environment.fields.get("config")
        if written is not None and not isinstance(written, dict):
            yield Met(where, f"config of {environment.owner} holds {kind_of(written)}", "Write a mapping")
            continue
        fields = mapping(written)
        timeout = fields.get("setup_timeout_seconds", 1)
        if not isinstance(timeout, int):
            yield Met(f"{where}.setup_timeout_seconds", f"it holds {_inexact(timeout)}, not a whole number")
        elif timeout <= 0 and timeout != -1:
            yield Met(f"{where}.setup_timeout_seconds", f"{timeout} is neither more than 0 nor -1")
        if not isinstance(fields.get("eager_install", True), bool):
            yield Met(f"{where}.eager_install", "it is not true or false", "Write true or false")
        files = fields.get("log_files")
        if files is not None and not (isinstance(files, list) and all(isinstance(each, str) for each in files)):
            yield Met(f"{where}.log_files", "it is not a list of texts", "Write a list of file names")


@rule(catalogue.SETUP_BEYOND_DEPLOY)
def setup_beyond_deploy(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A set-up that may take longer than anybody waits."""
    for environment in _environments(config):
        timeout = mapping(environment.fields.get("config")).get("setup_timeout_seconds")
        if context.deploy_timeout and isinstance(timeout, int) and timeout > context.deploy_timeout:
            yield Met(
                f"{environment.where}.config.setup_timeout_seconds",
                f"{timeout} s, and the deploy waits {context.deploy_timeout:.0f} s",
            )


RULES = (
    environment_not_text,
    environment_name,
    environment_quote,
    environment_not_expanded,
    environment_alters_podman,
    environment_token,
    environment_secret,
    environment_nul,
    environment_of_ray,
    environment_authentication,
    environment_of_raylet,
    environment_python_path,
    environment_too_long,
    setup_config,
    setup_beyond_deploy,
)


def _looks_secret(name: object, value: object) -> bool:
    return isinstance(value, str) and is_secret(str(name), value)


def _inexact(value: object) -> str:
    return "a number with a fraction or in quotes" if isinstance(value, (float, str)) else kind_of(value)


def _environments(config: ServeConfig) -> t.Iterator[Environment]:
    for application in config.applications:
        yield from application.environments


def _variables(config: ServeConfig) -> t.Iterator[Variable]:
    for environment in _environments(config):
        for name, value in environment.variables.items():
            yield Variable(environment, name, value)
