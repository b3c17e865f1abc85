# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of autoscaling.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.form import Fault, complaints
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.ray_schema import number
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.form import schema_problems
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.walking import (
    Fields,
    options,
)

__all__ = ["RULES"]

#: Ray 2.60.0 serve/_private/constants.py.
TARGET_ONGOING_REQUESTS = 2


METRICS_INTERVAL = 10.0


#: With num_replicas: auto (AutoscalingConfig.default); 1 otherwise.
AUTO_MAXIMUM = 100


@rule(
    "RC-180",
    "A fixed number of replicas is combined with autoscaling",
    cause="Ray's schema takes one of the two, and refuses the whole config otherwise.",
    remedy="Remove num_replicas (or write auto), or remove autoscaling_config",
    source="Ray 2.60.0 serve/schema.py validate_num_replicas_and_autoscaling_config",
    form=True,
)
def replicas_and_autoscaling(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A number of replicas, and bounds for it."""
    for option in options(config, "autoscaling_config"):
        written = option.deployment.fields.get("num_replicas")
        if isinstance(written, int):
            yield Problem(
                f"{option.deployment.where}.num_replicas",
                f"deployment {option.deployment.name} is to have {written} replicas and to autoscale",
            )


@rule(
    "RC-181",
    "The bounds of autoscaling contradict each other",
    cause=(
        "Ray wants min_replicas <= initial_replicas <= max_replicas, where an unwritten minimum is 1 and an unwritten "
        "maximum is 1, or 100 with num_replicas: auto. It says so only after it accepted the deploy."
    ),
    remedy="Write min_replicas and max_replicas, in this order of size",
    source="Ray 2.60.0 serve/config.py AutoscalingConfig.replicas_settings_valid; the schema takes any mapping",
    form=True,
)
def autoscaling_bounds(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
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
            yield Problem(option.where, f"min_replicas {lowest:g} is more than max_replicas {highest:g}{unwritten}")
        elif first is not None and first < lowest:
            unwritten = "" if "min_replicas" in option.fields else ", which holds where none is written"
            yield Problem(option.where, f"initial_replicas {first:g} is less than min_replicas {lowest:g}{unwritten}")
        elif first is not None and first > highest:
            yield Problem(option.where, f"initial_replicas {first:g} is more than max_replicas {highest:g}{unwritten}")


@rule(
    "RC-182",
    "A value of autoscaling_config is one that Ray refuses",
    cause="Ray checks it only after it accepted the deploy, which then fails.",
    remedy="Correct the value",
    source="Ray 2.60.0 serve/config.py AutoscalingConfig",
    form=True,
)
def autoscaling_value(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A number out of its bounds, or an aggregation that Ray does not know."""
    yield from schema_problems(config, context, "RC-182")


@rule(
    "RC-183",
    "A deprecated field of autoscaling_config is used",
    severity="warning",
    cause="Ray has another field or an environment variable for it, and will drop this one.",
    remedy="Use its successor",
    source="Ray 2.60.0 serve/config.py AutoscalingConfig, fields marked [DEPRECATED]",
)
def autoscaling_deprecated(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A field that has a successor."""
    for complaint in complaints(config.fields, context.ray):
        if complaint.fault is Fault.DEPRECATED:
            yield Problem(complaint.where, complaint.evidence, complaint.remedy)


@rule(
    "RC-184",
    "Autoscaling looks back no further than one measurement",
    severity="warning",
    cause="look_back_period_s must be longer than metrics_interval_s (10 s by default); later versions of Ray refuse it.",
    remedy="Raise look_back_period_s above metrics_interval_s",
    source="Ray 2.60.0 serve/config.py look_back_period_s_valid: a FutureWarning",
)
def autoscaling_look_back(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A look back that holds no two measurements."""
    for option in options(config, "autoscaling_config"):
        interval = number(option.fields.get("metrics_interval_s", METRICS_INTERVAL))
        look_back = number(option.fields.get("look_back_period_s"))
        if interval is not None and look_back is not None and 0 < look_back <= interval:
            yield Problem(
                f"{option.where}.look_back_period_s", f"it is {look_back:g} s, with measurements every {interval:g} s"
            )


@rule(
    "RC-185",
    "Autoscaling will never happen",
    severity="warning",
    cause="A replica takes fewer requests at once than the number that autoscaling waits for before it adds one.",
    remedy="Raise max_ongoing_requests to target_ongoing_requests (2 by default) or more",
    source="Ray 2.60.0 serve/_private/application_state.py: Autoscaling will never happen, because ...",
)
def autoscaling_never(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A replica that is full before it is busy."""
    for option in options(config, "autoscaling_config"):
        ongoing = number(option.deployment.fields.get("max_ongoing_requests"))
        target = number(option.fields.get("target_ongoing_requests", TARGET_ONGOING_REQUESTS))
        if ongoing is not None and target is not None and 1 <= ongoing < target:
            yield Problem(
                f"{option.deployment.where}.max_ongoing_requests",
                f"{ongoing:g} at once, and autoscaling waits for {target:g}",
            )


@rule(
    "RC-186",
    "An application is scaled from outside and by Ray at once",
    cause="Ray's schema refuses external_scaler_enabled beside autoscaling of any of its deployments.",
    remedy="Remove autoscaling_config and num_replicas: auto, or external_scaler_enabled",
    source="Ray 2.60.0 serve/schema.py validate_external_scaler_and_autoscaling",
    form=True,
)
def external_scaler(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Two that scale."""
    for application in config.applications:
        scaled = [
            each.name
            for each in application.deployments
            if each.fields.get("num_replicas") == "auto" or each.fields.get("autoscaling_config") is not None
        ]
        if _is_true(application.fields.get("external_scaler_enabled")) and scaled:
            yield Problem(
                f"{application.where}.external_scaler_enabled",
                f"an external scaler is enabled, and deployment {', '.join(scaled)} autoscales",
            )


def _bound(fields: Fields, key: str, otherwise: float | None) -> float | None:
    return number(fields[key]) if key in fields else otherwise


def _is_true(value: object) -> bool:
    """As pydantic reads it."""
    return value is True or value == 1 or str(value).lower() in ("1", "on", "t", "true", "y", "yes")


RULES = rules_in(globals())
