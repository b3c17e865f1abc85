# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the file's shape: kinds of values, keys that Ray does not know, values that cannot be sent.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import difflib
import math
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import Fields, ServeConfig, mapping
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config import schema as serve_schema

__all__ = ["RULES"]

Schema = t.Mapping[str, serve_schema.Kind]


@rule(
    "RC-104",
    "A field holds a value of the wrong kind",
    cause="Ray's schema takes another kind of value here and refuses the whole config.",
    remedy="Write the kind of value that Ray's schema names",
    source="Ray 2.60.0 serve/schema.py ServeDeploySchema",
)
def wrong_type(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A field holds another kind of value than Ray's schema takes."""
    for where, fields, schema in (*_schemas(config), *_strict_schemas(config)):
        for key, value in fields.items():
            kind = schema.get(key, serve_schema.ANY)
            if not kind.accepts(value):
                yield _of_wrong_kind(_place(where, key), value, kind.said)
    for where, entries in _lists_of_mappings(config):
        for index, entry in enumerate(entries):
            if not isinstance(entry, dict):
                yield _of_wrong_kind(f"{where}[{index}]", entry, "a mapping")


@rule(
    "RC-105",
    "The Serve config has no applications",
    cause="Without applications there is nothing to deploy; deploying an empty list would remove all that run.",
    remedy="List at least one application with name, import_path, route_prefix and runtime_env.image_uri",
    source="Ray 2.60.0 serve/schema.py ServeDeploySchema.applications",
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
        yield Problem("applications", "the file lists no application")


@rule(
    "RC-106",
    "Ray does not know this key",
    severity="warning",
    cause="Ray ignores keys that it does not know, so what this one says has no effect.",
    remedy="Correct or remove the key",
    source="Ray 2.60.0 serve/schema.py: no extra=forbid on the schemas of deploy, application and deployment",
)
def unknown_key(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A key that Ray ignores, most often a misspelt one."""
    for where, fields, schema in (*_schemas(config), *_setup_configs(config)):
        for key in fields:
            if key not in schema:
                yield Problem(
                    _place(where, key), f"Ray Serve knows no key {key} here and ignores it", _nearest(key, schema)
                )


@rule(
    "RC-193",
    "Ray refuses this key",
    cause="In this mapping Ray's schema takes no other keys than its own, and refuses the whole config for one.",
    remedy="Correct or remove the key",
    source="Ray 2.60.0 serve/schema.py, serve/config.py: extra=forbid of logging, tracing, backpressure, controller",
)
def refused_key(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A key that Ray does not know in a mapping where it ignores none."""
    for where, fields, schema in _strict_schemas(config):
        for key in fields:
            if key not in schema:
                yield Problem(_place(where, key), f"Ray Serve knows no key {key} here", _nearest(key, schema))


@rule(
    "RC-107",
    "A value cannot be sent to Ray",
    cause="The config goes to Ray as JSON, which has no dates, sets, bytes, NaN or infinity.",
    remedy="Put the value in quotes",
    source="Ray 2.60.0 dashboard/modules/serve/sdk.py deploy_applications: PUT with a JSON body",
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
            yield Problem(where, f"YAML reads the value as {serve_schema.kind_of(value)}, which JSON cannot carry")


def _schemas(config: ServeConfig) -> t.Iterator[tuple[str, Fields, Schema]]:
    """Every mapping of the file that has a schema and of which Ray ignores unknown keys: place, fields, schema."""
    for where, fields, schema in _levels(config):
        yield where, fields, schema
        yield from _nested(where, fields, schema, serve_schema.KNOWN_TO_NESTED)


def _strict_schemas(config: ServeConfig) -> t.Iterator[tuple[str, Fields, Schema]]:
    for where, fields, schema in _levels(config):
        yield from _nested(where, fields, schema, serve_schema.STRICT)


def _setup_configs(config: ServeConfig) -> t.Iterator[tuple[str, Fields, Schema]]:
    for application in config.applications:
        for environment in application.environments:
            fields = mapping(environment.fields.get("config"))
            yield f"{environment.where}.config", fields, serve_schema.SETUP_CONFIG


def _levels(config: ServeConfig) -> t.Iterator[tuple[str, Fields, Schema]]:
    yield "", config.fields, serve_schema.TOP
    for application in config.applications:
        yield application.where, application.fields, serve_schema.APPLICATION
        for deployment in application.deployments:
            yield deployment.where, deployment.fields, serve_schema.DEPLOYMENT


def _nested(
    where: str, fields: Fields, known: Schema, nested: t.Mapping[str, Schema]
) -> t.Iterator[tuple[str, Fields, Schema]]:
    for key, schema in nested.items():
        if key in known and isinstance(fields.get(key), dict):
            yield _place(where, key), fields[key], schema


def _nearest(key: object, schema: Schema) -> str:
    near = difflib.get_close_matches(str(key), schema, n=1)
    return f"Write {near[0]} in its place" if near else ""


def _lists_of_mappings(config: ServeConfig) -> t.Iterator[tuple[str, list[t.Any]]]:
    for where, fields, key in [
        ("", config.fields, "applications"),
        *((application.where, application.fields, "deployments") for application in config.applications),
    ]:
        if isinstance(fields.get(key), list):
            yield _place(where, key), fields[key]


def _of_wrong_kind(where: str, value: object, wanted: str) -> Problem:
    return Problem(
        where,
        f"it holds {serve_schema.kind_of(value)} where Ray takes {wanted}",
        f"Write {wanted}, or remove the key" if value is None else f"Write {wanted}",
    )


def _place(where: str, key: object) -> str:
    return f"{where}.{key}" if where else str(key)


def _leaves(where: str, value: object) -> t.Iterator[tuple[str, object]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(f"{where}[{index}]", item)
    elif isinstance(value, dict):
        for key, item in mapping(value).items():
            yield from _leaves(_place(where, key), item)
    else:
        yield where, value


RULES = rules_in(globals())
