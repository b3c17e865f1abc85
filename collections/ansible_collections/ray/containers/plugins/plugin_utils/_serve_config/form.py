# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a version of Ray finds wrong with the form of a Serve config: unknown fields, kinds of values, words, bounds.

The rules say under which code each of it is told.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import difflib
import enum
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import Fields
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.ray_schema import (
    ROOT,
    Field,
    Model,
    RaySchema,
    history,
    number,
    numbers,
)

__all__ = ["Complaint", "Fault", "complaints", "kind_of", "known_part"]


class Fault(enum.Enum):
    """What can be wrong with a field."""

    TYPE = "a value of another kind"
    WORD = "a word that Ray does not know here"
    BOUNDS = "a number out of bounds"
    UNKNOWN = "a field that Ray ignores"
    REFUSED = "a field that Ray refuses"
    RENAMED = "a field that this Ray has no more"
    NEW = "a field that this Ray does not have yet"
    MISSING = "a field that Ray requires"
    DEPRECATED = "a field that Ray is going to drop"


class Complaint(t.NamedTuple):
    """One thing that is wrong.

    :param model: Ray's name of the mapping that it is in.
    :param name: the field; empty for an entry of a list.
    """

    fault: Fault
    where: str
    model: str
    name: str
    evidence: str
    remedy: str = ""


#: What a field that Ray had was replaced by; empty where nothing does its work.
SUCCESSORS = {
    ("AutoscalingConfig", "target_num_ongoing_requests_per_replica"): "target_ongoing_requests",
    ("AutoscalingConfig", "smoothing_factor"): "upscaling_factor and downscaling_factor",
    ("AutoscalingConfig", "upscale_smoothing_factor"): "upscaling_factor",
    ("AutoscalingConfig", "downscale_smoothing_factor"): "downscaling_factor",
    ("AutoscalingConfig", "metrics_interval_s"): (
        "the environment variable RAY_SERVE_REPLICA_AUTOSCALING_METRIC_PUSH_INTERVAL_S"
    ),
    ("AutoscalingPolicy", "name"): "policy_function",
    ("DeploymentSchema", "max_concurrent_queries"): "max_ongoing_requests",
    ("DeploymentSchema", "request_router_class"): "request_router_class of request_router_config",
    ("DeploymentSchema", "route_prefix"): "route_prefix of the application",
    ("HTTPOptionsSchema", "location"): "proxy_location at the top level of the file",
    ("HTTPOptionsSchema", "request_timeout"): "request_timeout_s",
    ("HTTPOptionsSchema", "middlewares"): "the middlewares of a FastAPI application in the application's code",
    ("HTTPOptionsSchema", "root_url"): "root_path",
    ("HTTPOptionsSchema", "num_cpus"): "",
    ("RayActorOptionsSchema", "object_store_memory"): "memory",
    (ROOT, "host"): "host of http_options",
    (ROOT, "port"): "port of http_options",
}


def complaints(fields: Fields, schema: RaySchema) -> t.Iterator[Complaint]:
    """Everything that *schema* finds wrong with a whole Serve config, in its order."""
    yield from _of_mapping("", fields, ROOT, schema)


def known_part(fields: Fields, schema: RaySchema, name: str = ROOT) -> dict[t.Any, t.Any]:
    """The mapping without the fields that Ray ignores: what it holds as far as *schema* is concerned."""
    own = schema.fields(name)
    return {key: _known_value(value, schema, own[key].model) for key, value in fields.items() if key in own}


def _known_value(value: object, schema: RaySchema, name: str) -> object:
    if isinstance(value, dict) and name:
        return known_part(value, schema, name)
    if isinstance(value, list) and name:
        return [_known_value(entry, schema, name) for entry in value]
    return value


def kind_of(value: object) -> str:
    """What a value is, as an operator reads it; never the value itself, which may be a secret."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return "a truth value (true, false, yes, no)"
    names = ((str, "text"), ((int, float), "a number"), (dict, "a mapping"), (list, "a list"))
    for types, name in names:
        if isinstance(value, types):
            return name
    return f"a {type(value).__name__}"


def _of_mapping(where: str, fields: Fields, name: str, schema: RaySchema) -> t.Iterator[Complaint]:
    models = [said[name] for said in schema.models if name in said]
    for key, value in fields.items():
        place = f"{where}.{key}" if where else str(key)
        said = [model.fields[key] for model in models if key in model.fields]
        if not said:
            if models:
                yield _of_unknown(place, str(key), models, schema)
            continue
        yield from _of_value(place, name, str(key), value, said)
        if all(field.deprecated for field in said) and (name, key) in SUCCESSORS:
            successor = SUCCESSORS[name, key]
            yield Complaint(Fault.DEPRECATED, place, name, str(key), f"{key} is deprecated", f"Use {successor}")
        if any(field.accepts(value) for field in said):
            yield from _of_models(place, next((field.model for field in said if field.model), ""), value, schema)
    if models:
        for key in sorted({key for key, field in models[-1].fields.items() if field.required} - set(fields)):
            yield Complaint(Fault.MISSING, where or key, name, key, f"it has no {key}", f"Add {key}")


def _of_models(where: str, name: str, value: object, schema: RaySchema) -> t.Iterator[Complaint]:
    """What is wrong inside a field that holds a model, or a list of them."""
    if not name:
        return
    if isinstance(value, dict):
        yield from _of_mapping(where, value, name, schema)
    for index, entry in enumerate(value if isinstance(value, list) else []):
        if isinstance(entry, dict):
            yield from _of_mapping(f"{where}[{index}]", entry, name, schema)
        else:
            yield _of_kind(f"{where}[{index}]", name, "", entry, "a mapping")


def _of_value(where: str, model: str, name: str, value: object, said: t.Sequence[Field]) -> t.Iterator[Complaint]:
    """What all of the nearest Rays find wrong with a value."""
    if not any(field.accepts(value) for field in said):
        yield _of_kind(where, model, name, value, said[-1].said)
        return
    if all(field.words and not field.knows(value) for field in said) and value is not None:
        words = [str(word) for word in said[-1].words]
        near = difflib.get_close_matches(str(value).lower(), [word.lower() for word in words], n=1)
        nearest = [word for word in words if near and word.lower() == near[0]]
        yield Complaint(
            Fault.WORD, where, model, name, f"Ray knows no {value} here", f"Write {_any_of(nearest or words)}"
        )
    broken = [field.beyond(value) for field in said]
    if all(broken):
        evidence = f"{name or where} is {number(value):g}"
        yield Complaint(
            Fault.BOUNDS, where, model, name, f"{evidence}, and Ray takes {broken[-1]}", f"Write {broken[-1]}"
        )
    yield from _of_entries(where, model, name, value, said)


def _of_entries(where: str, model: str, name: str, value: object, said: t.Sequence[Field]) -> t.Iterator[Complaint]:
    """What is wrong with the entries of a list, or with the values of a mapping whose keys are free."""
    items, values = [field.items for field in said if field.items], [field.values for field in said if field.values]
    if isinstance(value, list) and items:
        for index, entry in enumerate(value):
            yield from _of_value(f"{where}[{index}]", model, name, entry, items)
    if isinstance(value, dict) and values:
        for key, entry in value.items():
            yield from _of_value(f"{where}.{key}", model, name, entry, values)


def _of_kind(where: str, model: str, name: str, value: object, wanted: str) -> Complaint:
    return Complaint(
        Fault.TYPE,
        where,
        model,
        name,
        f"it holds {kind_of(value)} where Ray takes {wanted}",
        f"Write {wanted}, or remove the key" if value is None else f"Write {wanted}",
    )


def _of_unknown(where: str, key: str, models: t.Sequence[Model], schema: RaySchema) -> Complaint:
    name = models[-1].name
    forbids = all(model.forbids for model in models)
    had = history(name, key)
    successor = SUCCESSORS.get((name, key))
    unknown = Fault.REFUSED if forbids else Fault.UNKNOWN
    if successor is not None or (had and numbers(had[1]) < numbers(schema.version)):
        until = f", which Ray {had[1]} still knows" if had else ""
        remedy = f"Use {successor}" if successor else "Remove it: nothing takes its place"
        fault = Fault.REFUSED if forbids else Fault.RENAMED
        return Complaint(fault, where, name, key, f"Ray {schema.version} has no {key}{until}", remedy)
    if had and numbers(had[0]) > numbers(schema.version):
        evidence = f"Ray {schema.version} has no {key} yet, Ray {had[0]} does"
        fault = Fault.REFUSED if forbids else Fault.NEW
        return Complaint(fault, where, name, key, evidence, f"Remove it, or set ray_version to {had[0]} or later")
    near = difflib.get_close_matches(key, schema.fields(name), n=1)
    ignored = "" if forbids else " and ignores it"
    return Complaint(
        unknown,
        where,
        name,
        key,
        f"Ray Serve knows no key {key} here{ignored}",
        f"Write {near[0]} in its place" if near else "",
    )


def _any_of(words: t.Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
