# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the file's shape: whether it lists applications, and whether its values can be sent.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import math
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, mapping
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.foreign import (
    TAKE,
    kind_of_file,
    of_anyscale,
)
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.form import kind_of

__all__ = ["RULES"]


@rule(
    "RC-105",
    "The Serve config has no applications",
    cause="Without applications there is nothing to deploy; deploying an empty list would remove all that run.",
    remedy="List at least one application with name, import_path, route_prefix and runtime_env.image_uri",
    source="Ray 2.60.0 serve/schema.py ServeDeploySchema.applications",
    unknown=True,
)
def no_applications(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """There is no list of applications, or it is empty."""
    if "import_path" in config.fields and "applications" not in config.fields:
        yield Problem(
            "import_path",
            "the file describes a single application in the old form, without a list of applications",
            "Put everything below applications: as its first entry, with a name and a route_prefix",
        )
    elif config.fields.get("applications") in (None, []):
        kind = kind_of_file(config.fields)
        said = f"the file lists no application: it is {kind}" if kind else "the file lists no application"
        inside = "ray_serve_config" in config.fields
        other = "Name the Serve config in ray_serve_config"
        yield Problem("applications", said, TAKE if inside else other if kind else "")


@rule(
    "RC-281",
    "The file is a service file of Anyscale",
    severity="warning",
    cause="Ray ignores what Anyscale reads of it: the image, the working directory and the machines.",
    remedy=(
        "Put the image into the runtime_env of each application, working_dir and requirements into the image, and remove these "
        "keys; the playbook ray.containers.migrate writes a Serve config with the image beside the file"
    ),
    source="docs.anyscale.com, Service API reference: ServiceConfig",
    unknown=True,
)
def anyscale_service(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Keys at the top that only Anyscale knows."""
    keys = of_anyscale(config.fields)
    if keys:
        yield Problem(keys[0], f"it has keys that Anyscale knows, and Ray does not: {', '.join(keys)}")


@rule(
    "RC-107",
    "A value cannot be sent to Ray",
    cause="The config goes to Ray as JSON, which has no dates, sets, bytes, NaN or infinity.",
    remedy="Put the value in quotes",
    source="Ray 2.60.0 dashboard/modules/serve/sdk.py deploy_applications: PUT with a JSON body",
    unknown=True,
)
def not_json(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A value that the request to Ray cannot carry."""
    for where, value in _leaves("", config.fields):
        if value is None or isinstance(value, (str, bool, int)):
            continue
        if isinstance(value, float):
            if not math.isfinite(value):
                yield Problem(where, f"{value} is not a number that JSON can carry", "Write a finite number")
        else:
            yield Problem(where, f"YAML reads the value as {kind_of(value)}, which JSON cannot carry")


def _place(where: str, key: object) -> str:
    return f"{where}.{key}" if where else str(key)


def _leaves(where: str, value: object) -> t.Iterator[tuple[str, object]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(f"{where}[{index}]", item)
    elif isinstance(value, dict):
        for key, item in mapping(value).items():
            if key is not None and not isinstance(key, (str, bool, int, float)):
                yield _place(where, key), key
            yield from _leaves(_place(where, key), item)
    else:
        yield where, value


RULES = rules_in(globals())
