# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of secrets in a Serve config. No finding ever shows a value.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.secrets.judgement import (
    looks_secret,
    option_of_secret,
)
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import holds_secret
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.walking import variables

__all__ = ["RULES"]

#: RC-172
OF_OTHER_RULES = ("http_options.ssl_keyfile_password",)


@rule(
    "RC-145",
    "Ray's token is in env_vars",
    cause=(
        "The value lands in logs, on a command line that every account of the node can see, and keeps Ray from "
        "mounting the token file."
    ),
    remedy="Remove it: Ray mounts the node's token file into every container by itself",
    source=(
        "Ray 2.60.0 _private/runtime_env/image_uri.py _modify_context_impl: the token file is mounted unless "
        "RAY_AUTH_TOKEN is in the environment"
    ),
)
def environment_token(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Ray's token written into the config."""
    for variable in variables(config):
        if variable.name == "RAY_AUTH_TOKEN":
            yield Problem(variable.where, f"env_vars of {variable.environment.owner} sets RAY_AUTH_TOKEN")


@rule(
    "RC-146",
    "A secret is in the Serve config",
    severity="warning",
    cause=(
        "The dashboard's REST interface shows it, and what is in args, user_config and kwargs lies in Serve's state on the head. "
        "Of env_vars, Ray writes the whole command with every value into runtime_env_setup-*.log, and every account of the node "
        "sees it in ps."
    ),
    remedy=(
        "Let the application read the secret from a file: one in the image, or one below Ray's temporary directory, "
        "which every application container sees"
    ),
    source="Ray 2.60.0 _private/runtime_env/image_uri.py _modify_context_impl logs the command; ps(1); serve_head.py",
)
def secret(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A value, or a name with a value, that looks like a secret; what has a rule of its own is left to it."""
    for where, name, value in _texts(config.fields):
        if where not in OF_OTHER_RULES and name != "RAY_AUTH_TOKEN" and holds_secret(name, value):
            yield Problem(where, f"{name} looks like a secret")
    for name, value in context.environment.items():
        if (
            name.startswith("RAY_")
            and name != "RAY_AUTH_TOKEN"
            and isinstance(value, str)
            and holds_secret(name, value)
        ):
            yield Problem(
                f"ray_environment.{name}", f"{name} looks like a secret, and reaches every application container"
            )


def _texts(fields: t.Mapping[t.Any, t.Any]) -> t.Iterator[tuple[str, str, str]]:
    """Every text of a config: its place, the name that it goes by, and the text itself.

    What stands in a list, or deeper below a name that sounds secret, goes by that name.
    """
    waiting: list[tuple[str, str, object]] = [("", "", fields)]
    while waiting:
        where, name, value = waiting.pop()
        if isinstance(value, dict):
            inner = [
                (f"{where}.{key}" if where else str(key), name if _outranks(name, str(key)) else str(key), item)
                for key, item in value.items()
            ]
            waiting.extend(reversed(inner))
        elif isinstance(value, list):
            options = ["", *map(option_of_secret, value)]
            waiting.extend(
                reversed([(f"{where}[{index}]", options[index] or name, item) for index, item in enumerate(value)])
            )
        elif isinstance(value, str):
            yield where, name, value


def _outranks(name: str, inner: str) -> bool:
    return looks_secret(name) and not looks_secret(inner)


RULES = rules_in(globals())
