# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of env_vars. No finding ever shows a value: it may be a secret.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import (
    ServeConfig,
    mapping,
)
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.form import kind_of
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.walking import environments, variables

__all__ = ["RULES"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: What bash leaves as it is within a word.
_WHOLE_NAME = re.compile(r"[A-Za-z0-9_.:/%@+,-]+")
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
    "PATH": "another podman than the raylet's, or none",
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


@rule(
    "RC-140",
    "An environment variable is not text",
    cause=(
        "Ray takes text only, and says so after the config was accepted; YAML reads 1, true, no and null as other "
        "things."
    ),
    remedy="Put the value in quotes",
    source="Ray 2.60.0 _private/runtime_env/validation.py parse_and_validate_env_vars",
    form=True,
)
def environment_not_text(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """env_vars is not a mapping of text to text."""
    for environment in environments(config):
        written = environment.fields.get("env_vars", {})
        if not isinstance(written, dict):
            yield Problem(
                f"{environment.where}.env_vars",
                f"env_vars of {environment.owner} holds {kind_of(written)}, not a mapping of names to values",
                "Write one line NAME: value for each variable",
            )
    for variable in variables(config):
        if not isinstance(variable.name, str):
            yield Problem(
                variable.where,
                f"YAML reads the name {variable.name} as {kind_of(variable.name)}, not as text",
                "Put the name in quotes",
            )
        elif not isinstance(variable.value, str):
            kind = kind_of(variable.value)
            yield Problem(variable.where, f"YAML reads the value of {variable.name} as {kind}, not as text")


@rule(
    "RC-141",
    "The name of an environment variable is not valid",
    cause=(
        "Ray puts the name unquoted on a shell line: a blank, a quote, or a character that the shell reads breaks or alters the "
        "command, and = ends the name."
    ),
    remedy="Use letters, digits and underscores only, and do not begin with a digit",
    source="Ray 2.60.0 _private/runtime_env/image_uri.py _modify_context_impl: --env NAME='VALUE', joined for bash -c",
)
def environment_name(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A name that the shell does not leave as it is, or that no variable can have."""
    for variable in variables(config):
        if isinstance(variable.name, str) and not _WHOLE_NAME.fullmatch(variable.name):
            yield Problem(variable.where, f"{variable.name!r} cannot be the name of an environment variable")


@rule(
    "RC-152",
    "No shell can read an environment variable of this name",
    severity="warning",
    cause=(
        "Ray and Podman pass it on, and programs such as Java's Spring read it. A shell script in the image cannot, and some "
        "shells drop it from the environment of what they start."
    ),
    remedy="Leave it, if the program that reads it is started by no shell script; otherwise use letters, digits and underscores",
    source="POSIX.1 section 8.1; bash(1), NAME; dash(1) exports no such variable",
)
def environment_name_for_programs(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A name with dots or hyphens, or one that begins with a digit."""
    for variable in variables(config):
        name = variable.name
        if isinstance(name, str) and _WHOLE_NAME.fullmatch(name) and not _NAME.fullmatch(name):
            yield Problem(variable.where, f"{name!r} is a name that a shell does not know")


@rule(
    "RC-142",
    "An environment variable's value holds a single quote",
    cause=(
        "Ray puts the value between single quotes on a shell line and does not escape it: the worker never starts, or"
        " what follows the quote runs as a command on the host."
    ),
    remedy="Set this variable in the image (ENV), or in a file inside the image",
    source="Ray 2.60.0 _private/runtime_env/image_uri.py _modify_context_impl: --env NAME='VALUE', joined for bash -c",
)
def environment_quote(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A single quote in a value."""
    for variable in variables(config):
        if isinstance(variable.value, str) and "'" in variable.value:
            yield Problem(
                variable.where,
                f"the value of {variable.name} holds a single quote at character {variable.value.index(chr(39)) + 1}",
            )
    for name, value in context.environment.items():
        # Every RAY_* variable of the raylet's agent goes onto the same line.
        if name.startswith("RAY_") and "'" in str(value):
            yield Problem(f"ray_environment.{name}", f"the value of {name} holds a single quote", "Remove the quote")


@rule(
    "RC-143",
    "A variable in an environment variable's value stays literal",
    severity="warning",
    cause="With image_uri the container gets the value as written: ${NAME} is not replaced there.",
    remedy="Write the value out, or set the variable in the image (ENV)",
    source=(
        "Ray 2.60.0 _private/runtime_env/image_uri.py puts the value in single quotes; context.py update_envs expands"
        " it for the host's podman process only"
    ),
)
def environment_not_expanded(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A reference to another variable, which nobody expands."""
    for variable in variables(config):
        reference = _REFERENCE.search(variable.value) if isinstance(variable.value, str) else None
        if reference:
            yield Problem(variable.where, f"the container gets {reference.group()} in {variable.name} as it stands")


@rule(
    "RC-144",
    "An environment variable alters Podman on the host",
    severity="warning",
    cause=(
        "Ray sets env_vars also for the podman process on the node that starts the worker, though not for the one "
        "that pulls the image: it may find another store, other credentials, or no podman at all."
    ),
    remedy="Set this variable in the image (ENV) instead",
    source="Ray 2.60.0 _private/runtime_env/context.py exec_worker: update_envs before exec; podman(1) ENVIRONMENT",
)
def environment_alters_podman(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A variable that the podman process on the node obeys too."""
    for variable in variables(config):
        if variable.name in PODMAN_VARIABLES:
            yield Problem(
                variable.where,
                f"{variable.name} makes Podman on the node use {PODMAN_VARIABLES[str(variable.name)]} for the worker",
            )


@rule(
    "RC-147",
    "An environment variable's value holds a NUL character",
    cause="No process can have such a variable: the worker fails before it starts podman, for ever.",
    remedy="Remove the character \\0 from the value",
    source="Ray 2.60.0 _private/runtime_env/context.py update_envs: os.environ refuses it; exec(3)",
)
def environment_nul(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A value that no process can have."""
    for variable in variables(config):
        if isinstance(variable.value, str) and "\0" in variable.value:
            yield Problem(variable.where, f"the value of {variable.name} holds a NUL")


@rule(
    "RC-148",
    "A variable that Ray itself sets for a worker is overwritten",
    cause=(
        "env_vars win over what the raylet passes: the worker would report to another job, or watch another process and "
        "end itself."
    ),
    remedy="Remove the variable",
    source=(
        "the guide, Environment variables (the two special variables); Ray 2.60.0 _private/ray_constants.py "
        "RAY_INTERNAL_FLAGS: should not be set by users"
    ),
)
def environment_of_ray(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """What the raylet tells a worker, told otherwise."""
    for variable in variables(config):
        if variable.name in OF_RAY:
            yield Problem(variable.where, f"Ray sets {variable.name} for each worker, and this one would win")


@rule(
    "RC-149",
    "An environment variable changes how a worker authenticates",
    severity="warning",
    cause=(
        "The cluster wants its token from every process. Ray mounts the node's token file by itself; another path or "
        "mode keeps it from doing so, and the worker is turned away."
    ),
    remedy="Remove the variable",
    source="Ray 2.60.0 _private/runtime_env/image_uri.py _modify_context_impl: RAY_AUTH_TOKEN_PATH of env_vars wins",
)
def environment_authentication(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Another token file, or no token."""
    for variable in variables(config):
        other_mode = variable.name == "RAY_AUTH_MODE" and variable.value != "token"
        if other_mode or variable.name == "RAY_AUTH_TOKEN_PATH":
            yield Problem(variable.where, f"{variable.name} is not what the cluster uses")


@rule(
    "RC-150",
    "A setting of the raylet is in an application's env_vars",
    severity="warning",
    cause="The raylet and its agent read it from their own environment when they start; in a worker it has no effect.",
    remedy="Set it in ray_environment of the inventory",
    source=(
        "Ray 2.60.0 src/ray/common/ray_config_def.h worker_register_timeout_seconds; "
        "_private/runtime_env/agent/runtime_env_consts.py"
    ),
)
def environment_of_raylet(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A setting that nothing in a worker reads."""
    for variable in variables(config):
        if str(variable.name).upper() in OF_RAYLET:
            yield Problem(variable.where, f"nothing in a worker reads {variable.name}")


@rule(
    "RC-139",
    "Ray Serve cannot read one of its settings",
    cause=(
        "Serve reads these variables as numbers when it is imported: the controller, a proxy or a replica that has another value "
        "there ends with a ValueError as soon as it starts, for ever."
    ),
    remedy="Write such a number",
    source="Ray 2.60.0 serve/_private/constants.py, constants_utils.py get_env_*; as `tools/ray-schema` asked 2.9.3 to 2.60.0",
    form=True,
)
def setting_of_serve(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A value that Serve does not take for one of its settings: of a replica, of the controller, or of all of them."""
    controller = mapping(mapping(mapping(config.fields.get("controller_options")).get("runtime_env")).get("env_vars"))
    places = [
        *((variable.where, variable.name, variable.value) for variable in variables(config)),
        *((f"controller_options.runtime_env.env_vars.{name}", name, value) for name, value in controller.items()),
        *((f"ray_environment.{name}", name, value) for name, value in context.environment.items()),
    ]
    for where, name, value in places:
        wanted = _wrong_setting(context.ray.settings.get(str(name), ""), str(value))
        if wanted:
            yield Problem(where, f"Serve takes {wanted} for {name}, and not this", f"Write {wanted}")


@rule(
    "RC-151",
    "An environment variable replaces where the image's Python looks for modules",
    severity="warning",
    cause=(
        "env_vars win over the image's ENV and are not joined with it: what the image puts on PYTHONPATH, such as the "
        "application's own code in the guide's images, is no longer found."
    ),
    remedy="Set it in the image (ENV) instead, or write the image's own entries out as well",
    source="the guide, Environment variables and its Dockerfiles (ENV PYTHONPATH); ray#44349, ray#44633",
)
def environment_python_path(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """PYTHONPATH or PYTHONHOME."""
    for variable in variables(config):
        if variable.name in ("PYTHONPATH", "PYTHONHOME"):
            yield Problem(variable.where, f"{variable.name} replaces the one of the image")


@rule(
    "RC-153",
    "The environment variables of an application are too long for a command",
    cause=(
        "Ray puts all of them on one line for bash -c, and Linux takes no argument longer than 131072 bytes: the worker "
        "fails with 'Argument list too long', for ever."
    ),
    remedy="Put long values into a file inside the image",
    source="Ray 2.60.0 _private/runtime_env/context.py exec_worker: os.execvp('bash', ...); Linux MAX_ARG_STRLEN",
)
def environment_too_long(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Variables that fill a whole argument already, without the rest of the command."""
    for environment in environments(config):
        texts = mapping(environment.effective.get("env_vars")).items()
        length = sum(len(f" --env {name}='{value}'".encode("utf-8", "replace")) for name, value in texts)
        if length >= LONGEST_ARGUMENT and environment.variables:
            yield Problem(f"{environment.where}.env_vars", f"env_vars of {environment.owner} take {length} bytes")


def _wrong_setting(kind: str, value: str) -> str:
    """What Serve takes for a setting of this kind when the value is not such; empty when it is."""
    number, _underscore, bounds = kind.partition("_")
    if number not in ("int", "float"):
        return ""
    said = {"positive": " above 0", "non_negative": " from 0 on"}.get(bounds, "")
    wanted = f"{'a whole number' if number == 'int' else 'a number'}{said}"
    try:
        amount = int(value) if number == "int" else float(value)
    except ValueError:
        return wanted
    within = amount > 0 if bounds == "positive" else amount >= 0 if bounds == "non_negative" else True
    return "" if within else wanted


RULES = rules_in(globals())
