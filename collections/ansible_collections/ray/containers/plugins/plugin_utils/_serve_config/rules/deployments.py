# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of deployments: replicas, limits, autoscaling.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.ray_schema import number
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.form import schema_problems
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.walking import (
    Limit,
    beyond,
    deployments,
)

__all__ = ["RULES"]

MOST_REPLICAS_PER_NODE = 100

REPLICAS_PER_NODE = (Limit("max_replicas_per_node", lambda value: 1 <= value <= MOST_REPLICAS_PER_NODE, "1 to 100"),)


@rule(
    "RC-174",
    "A number of replicas is not valid",
    cause="Ray's schema takes a whole number from 1 on, the word auto, or null, and refuses the whole config otherwise.",
    remedy="Write a whole number from 1 on without quotes, or auto",
    source="Ray 2.60.0 serve/schema.py DeploymentSchema.num_replicas",
    form=True,
)
def replicas(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A num_replicas that the schema refuses; it converts nothing, but takes true for 1."""
    yield from schema_problems(config, context, "RC-174")
    for deployment in deployments(config):
        written = deployment.fields.get("num_replicas")
        if isinstance(written, str) and written != "auto" and not _counts(written, context):
            where = f"{deployment.where}.num_replicas"
            yield Problem(where, f"deployment {deployment.name} is to have {written!r} replicas")


@rule(
    "RC-175",
    "A limit of requests is not valid",
    cause="Ray's schema refuses the whole config for it.",
    remedy="Write a whole number from 1 on; max_queued_requests may be -1, for no limit",
    source="Ray 2.60.0 serve/schema.py DeploymentSchema.max_ongoing_requests, validate_max_queued_requests",
    form=True,
)
def request_limits(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Limits that let no request in, or are no whole number."""
    yield from schema_problems(config, context, "RC-175")
    for deployment in deployments(config):
        queued = deployment.fields.get("max_queued_requests")
        if isinstance(queued, int) and queued < 1 and queued != -1 and not isinstance(queued, bool):
            yield Problem(f"{deployment.where}.max_queued_requests", f"{queued} waiting requests")


@rule(
    "RC-176",
    "A time is too short",
    cause="Ray's schema refuses the whole config for it.",
    remedy="Write seconds: more than 0 for health checks, 0 or more for the shutdown",
    source="Ray 2.60.0 serve/schema.py DeploymentSchema: gt=0 of health_check_*, ge=0 of graceful_shutdown_*",
    form=True,
)
def periods(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Times that Ray does not take."""
    yield from schema_problems(config, context, "RC-176")


@rule(
    "RC-179",
    "A percentage or fraction is out of its bounds",
    cause="Ray's schema refuses the whole config for it.",
    remedy=(
        "Write target_capacity and max_surge_percent from 0 to 100, rolling_update_percentage above 0 and at most 1.0"
    ),
    source="Ray 2.60.0 serve/schema.py TARGET_CAPACITY_FIELD, DeploymentSchema.rolling_update_percentage",
    form=True,
)
def percentages(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Shares that Ray does not take."""
    yield from schema_problems(config, context, "RC-179")


@rule(
    "RC-197",
    "max_replicas_per_node is out of its bounds",
    cause="Ray takes 1 to 100, and says so only after it accepted the deploy.",
    remedy="Write a whole number from 1 to 100, or leave the key out",
    source="Ray 2.60.0 serve/_private/config.py _validate_max_replicas_per_node",
    form=True,
)
def replicas_per_node(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A max_replicas_per_node below 1 or above 100."""
    for deployment in deployments(config):
        yield from beyond(deployment.where, deployment.fields, REPLICAS_PER_NODE)


@rule(
    "RC-198",
    "A deployment is listed twice",
    severity="warning",
    cause="Ray takes both, the later one over the earlier one, without a word.",
    remedy="Merge the two entries into one",
    source="Ray 2.60.0 serve/_private/application_state.py override_deployment_info: one pass for each entry",
)
def deployment_twice(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Two entries for one deployment."""
    for application in config.applications:
        seen: dict[str, str] = {}
        for deployment in application.deployments:
            if deployment.name and deployment.name in seen:
                yield Problem(f"{deployment.where}.name", f"{seen[deployment.name]} is for {deployment.name} too")
            seen.setdefault(deployment.name, deployment.where)


def _counts(written: str, context: Context) -> bool:
    """Whether Ray makes a number of a text."""
    found = context.ray.fields("DeploymentSchema").get("num_replicas")
    return bool(found and "text" in found.converts and number(written) is not None)


RULES = rules_in(globals())
