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

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import serve_config as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import serve_options
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import Fields, ServeConfig, mapping
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Met, rule
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config import schema as serve_schema

__all__ = ["RULES"]

Schema = t.Mapping[str, serve_schema.Kind]


@rule(catalogue.WRONG_TYPE)
def wrong_type(config: ServeConfig, context: Context) -> t.Iterator[Met]:
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


@rule(catalogue.NO_APPLICATIONS)
def no_applications(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """There is no list of applications, or it is empty."""
    if "import_path" in config.fields and "applications" not in config.fields:
        yield Met(
            "import_path",
            "the file describes a single application in the old form, without a list of applications",
            "Put everything below applications: as its first entry, with a name and a route_prefix",
        )
    elif config.fields.get("applications") in (None, []):
        yield Met("applications", "the file lists no application")


@rule(catalogue.UNKNOWN_KEY)
def unknown_key(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A key that Ray ignores, most often a misspelt one."""
    for where, fields, schema in (*_schemas(config), *_setup_configs(config)):
        for key in fields:
            if key not in schema:
                yield Met(
                    _place(where, key), f"Ray Serve knows no key {key} here and ignores it", _nearest(key, schema)
                )


@rule(serve_options.REFUSED_KEY)
def refused_key(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A key that Ray does not know in a mapping where it ignores none."""
    for where, fields, schema in _strict_schemas(config):
        for key in fields:
            if key not in schema:
                yield Met(_place(where, key), f"Ray Serve knows no key {key} here", _nearest(key, schema))


@rule(catalogue.NOT_JSON)
def not_json(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A value that the request to Ray cannot carry."""
    for where, value in _leaves("", config.fields):
        if value is None or isinstance(value, (str, bool, int)):
            continue
        if isinstance(value, float):
            if not math.isfinite(value):
                yield Met(where, f"{value} is not a number that JSON can carry", "Write a finite number")
        else:
            yield Met(where, f"YAML reads the value as {serve_schema.kind_of(value)}, which JSON cannot carry")


RULES = (wrong_type, no_applications, unknown_key, refused_key, not_json)


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


def _of_wrong_kind(where: str, value: object, wanted: str) -> Met:
    return Met(
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
