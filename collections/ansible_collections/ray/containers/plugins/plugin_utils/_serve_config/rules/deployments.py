# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of deployments: replicas, limits, autoscaling.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import serve_deployments as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, mapping
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Met, rule
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.walking import (
    Fields,
    Limit,
    beyond,
    deployments,
    options,
)
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.schema import kind_of, number

__all__ = ["RULES"]

#: Ray 2.60.0 serve/_private/constants.py.
TARGET_ONGOING_REQUESTS = 2
METRICS_INTERVAL = 10.0
MOST_REPLICAS_PER_NODE = 100
#: With num_replicas: auto (AutoscalingConfig.default); 1 otherwise.
AUTO_MAXIMUM = 100

_POSITIVE = "more than 0"
_NOT_NEGATIVE = "0 or more"

PERIODS = (
    Limit("health_check_period_s", lambda value: value > 0, _POSITIVE),
    Limit("health_check_timeout_s", lambda value: value > 0, _POSITIVE),
    Limit("graceful_shutdown_wait_loop_s", lambda value: value >= 0, _NOT_NEGATIVE),
    Limit("graceful_shutdown_timeout_s", lambda value: value >= 0, _NOT_NEGATIVE),
)
PERCENTAGES = (
    Limit("rolling_update_percentage", lambda value: 0 < value <= 1, "more than 0 and at most 1.0"),
    Limit("max_surge_percent", lambda value: 0 <= value <= 100, "0 to 100"),
)
TARGET_CAPACITY = (Limit("target_capacity", lambda value: 0 <= value <= 100, "0 to 100"),)
REPLICAS_PER_NODE = (Limit("max_replicas_per_node", lambda value: 1 <= value <= MOST_REPLICAS_PER_NODE, "1 to 100"),)
AUTOSCALING = (
    Limit("min_replicas", lambda value: value >= 0, _NOT_NEGATIVE),
    Limit("initial_replicas", lambda value: value >= 0, _NOT_NEGATIVE),
    Limit("max_replicas", lambda value: value > 0, _POSITIVE),
    *(
        Limit(key, lambda value: value > 0, _POSITIVE)
        for key in (
            *("target_ongoing_requests", "metrics_interval_s", "look_back_period_s", "smoothing_factor"),
            *("upscale_smoothing_factor", "downscale_smoothing_factor", "upscaling_factor", "downscaling_factor"),
        )
    ),
    *(
        Limit(key, lambda value: value >= 0, _NOT_NEGATIVE)
        for key in ("downscale_delay_s", "downscale_to_zero_delay_s", "upscale_delay_s")
    ),
)
SUCCESSORS = {
    "smoothing_factor": "upscaling_factor and downscaling_factor",
    "upscale_smoothing_factor": "upscaling_factor",
    "downscale_smoothing_factor": "downscaling_factor",
    "metrics_interval_s": "the environment variable RAY_SERVE_REPLICA_AUTOSCALING_METRIC_PUSH_INTERVAL_S",
}


@rule(catalogue.REPLICAS)
def replicas(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A num_replicas that the schema refuses; it converts nothing, but takes true for 1."""
    for deployment in deployments(config):
        written = deployment.fields.get("num_replicas")
        if written is None or written == "auto" or (isinstance(written, int) and written >= 1):
            continue
        said = repr(written) if isinstance(written, (str, int, float)) else kind_of(written)
        yield Met(f"{deployment.where}.num_replicas", f"deployment {deployment.name} is to have {said} replicas")


@rule(catalogue.REQUEST_LIMITS)
def request_limits(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Limits that let no request in, or are no whole number."""
    for deployment in deployments(config):
        ongoing = number(deployment.fields.get("max_ongoing_requests"))
        if ongoing is not None and ongoing < 1:
            yield Met(f"{deployment.where}.max_ongoing_requests", f"{ongoing:g} requests at once")
        queued = deployment.fields.get("max_queued_requests", -1)
        where = f"{deployment.where}.max_queued_requests"
        if isinstance(queued, bool) or not isinstance(queued, int):
            yield Met(where, f"it holds {kind_of(queued)} where Ray takes a whole number without quotes")
        elif queued < 1 and queued != -1:
            yield Met(where, f"{queued} waiting requests")


@rule(catalogue.PERIODS)
def periods(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Times that Ray does not take."""
    for deployment in deployments(config):
        yield from beyond(deployment.where, deployment.fields, PERIODS)


@rule(catalogue.PERCENTAGES)
def percentages(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Shares that Ray does not take."""
    yield from beyond("", config.fields, TARGET_CAPACITY)
    for deployment in deployments(config):
        yield from beyond(deployment.where, deployment.fields, PERCENTAGES)


@rule(catalogue.REPLICAS_PER_NODE)
def replicas_per_node(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A max_replicas_per_node below 1 or above 100."""
    for deployment in deployments(config):
        yield from beyond(deployment.where, deployment.fields, REPLICAS_PER_NODE)


@rule(catalogue.REPLICAS_AND_AUTOSCALING)
def replicas_and_autoscaling(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A number of replicas, and bounds for it."""
    for option in options(config, "autoscaling_config"):
        written = option.deployment.fields.get("num_replicas")
        if isinstance(written, int):
            yield Met(
                f"{option.deployment.where}.num_replicas",
                f"deployment {option.deployment.name} is to have {written} replicas and to autoscale",
            )


@rule(catalogue.AUTOSCALING_BOUNDS)
def autoscaling_bounds(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Bounds in the wrong order, with Ray's own where none are written."""
    for option in options(config, "autoscaling_config"):
        automatic = option.deployment.fields.get("num_replicas") == "auto"
        lowest = _bound(option.fields, "min_replicas", 1)
        highest = _bound(option.fields, "max_replicas", AUTO_MAXIMUM if automatic else 1)
        first = _bound(option.fields, "initial_replicas", None)
        if lowest is None or highest is None:
            continue
        unwritten = "" if "max_replicas" in option.fields else ", which holds where none is written"
        if highest < lowest:
            yield Met(option.where, f"min_replicas {lowest:g} is more than max_replicas {highest:g}{unwritten}")
        elif first is not None and first < lowest:
            unwritten = "" if "min_replicas" in option.fields else ", which holds where none is written"
            yield Met(option.where, f"initial_replicas {first:g} is less than min_replicas {lowest:g}{unwritten}")
        elif first is not None and first > highest:
            yield Met(option.where, f"initial_replicas {first:g} is more than max_replicas {highest:g}{unwritten}")


@rule(catalogue.AUTOSCALING_VALUE)
def autoscaling_value(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A number out of its bounds, or an aggregation that Ray does not know."""
    for option in options(config, "autoscaling_config"):
        yield from beyond(option.where, option.fields, AUTOSCALING)
        function = option.fields.get("aggregation_function", "mean")
        if isinstance(function, str) and function.lower() not in ("mean", "max", "min"):
            yield Met(f"{option.where}.aggregation_function", f"Ray knows no {function}", "Write mean, max or min")


@rule(catalogue.AUTOSCALING_DEPRECATED)
def autoscaling_deprecated(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A field that has a successor."""
    for option in options(config, "autoscaling_config"):
        for key, successor in SUCCESSORS.items():
            if key in option.fields:
                yield Met(f"{option.where}.{key}", f"{key} is deprecated", f"Use {successor}")


@rule(catalogue.AUTOSCALING_LOOK_BACK)
def autoscaling_look_back(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A look back that holds no two measurements."""
    for option in options(config, "autoscaling_config"):
        interval = number(option.fields.get("metrics_interval_s", METRICS_INTERVAL))
        look_back = number(option.fields.get("look_back_period_s"))
        if interval is not None and look_back is not None and 0 < look_back <= interval:
            yield Met(
                f"{option.where}.look_back_period_s", f"it is {look_back:g} s, with measurements every {interval:g} s"
            )


@rule(catalogue.AUTOSCALING_NEVER)
def autoscaling_never(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A replica that is full before it is busy."""
    for option in options(config, "autoscaling_config"):
        ongoing = number(option.deployment.fields.get("max_ongoing_requests"))
        target = number(option.fields.get("target_ongoing_requests", TARGET_ONGOING_REQUESTS))
        if ongoing is not None and target is not None and 1 <= ongoing < target:
            yield Met(
                f"{option.deployment.where}.max_ongoing_requests",
                f"{ongoing:g} at once, and autoscaling waits for {target:g}",
            )


@rule(catalogue.EXTERNAL_SCALER)
def external_scaler(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Two that scale."""
    for application in config.applications:
        scaled = [
            each.name
            for each in application.deployments
            if each.fields.get("num_replicas") == "auto" or each.fields.get("autoscaling_config") is not None
        ]
        if _is_true(application.fields.get("external_scaler_enabled")) and scaled:
            yield Met(
                f"{application.where}.external_scaler_enabled",
                f"an external scaler is enabled, and deployment {', '.join(scaled)} autoscales",
            )


@rule(catalogue.IMPORTED_ON_HEAD)
def imported_on_head(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A policy or a router that the schema imports when it reads the config."""
    for option in options(config, "autoscaling_config"):
        path = mapping(option.fields.get("policy")).get("policy_function")
        if _is_foreign(path):
            yield Met(f"{option.where}.policy.policy_function", f"the head imports {path}")
    for option in options(config, "request_router_config"):
        path = option.fields.get("request_router_class")
        if _is_foreign(path):
            yield Met(f"{option.where}.request_router_class", f"the head imports {path}")


@rule(catalogue.DEPLOYMENT_TWICE)
def deployment_twice(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Two entries for one deployment."""
    for application in config.applications:
        seen: dict[str, str] = {}
        for deployment in application.deployments:
            if deployment.name and deployment.name in seen:
                yield Met(f"{deployment.where}.name", f"{seen[deployment.name]} is for {deployment.name} too")
            seen.setdefault(deployment.name, deployment.where)


RULES = (
    replicas,
    request_limits,
    periods,
    percentages,
    replicas_per_node,
    replicas_and_autoscaling,
    autoscaling_bounds,
    autoscaling_value,
    autoscaling_deprecated,
    autoscaling_look_back,
    autoscaling_never,
    external_scaler,
    imported_on_head,
    deployment_twice,
)


def _bound(fields: Fields, key: str, otherwise: float | None) -> float | None:
    return number(fields[key]) if key in fields else otherwise


def _is_true(value: object) -> bool:
    """As pydantic reads it."""
    return value is True or value == 1 or str(value).lower() in ("1", "on", "t", "true", "y", "yes")


def _is_foreign(path: object) -> bool:
    return isinstance(path, str) and not path.startswith("ray.")
