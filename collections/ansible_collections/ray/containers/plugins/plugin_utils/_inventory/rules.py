# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the inventory: its groups, and the registries that its variables describe.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in

__all__ = ["RULES"]

#: A host, or an IPv6 address in brackets; perhaps a port, and the beginning of a repository's name.
_LOCATION = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])(?::\d+)?(?:/[a-z0-9._-]+)*")
#: Settings of the raylet that operators change; in Ray 2.60.0's program raylet they stand in this case.
SETTINGS = frozenset(
    f"RAY_{name}"
    for name in (
        *("worker_register_timeout_seconds", "gcs_storage", "gcs_storage_path", "memory_usage_threshold"),
        *("memory_monitor_refresh_ms", "health_check_timeout_ms", "health_check_period_ms"),
        *("health_check_failure_threshold", "gcs_rpc_server_reconnect_timeout_s", "num_workers_soft_limit"),
        *("object_spilling_threshold", "kill_idle_workers_interval_ms", "idle_worker_killing_time_threshold_ms"),
        *("worker_niceness", "raylet_start_wait_time_s", "scheduler_spread_threshold", "preallocate_plasma_memory"),
        *("prestart_worker_first_driver", "enable_worker_prestart", "redis_db_connect_retries"),
        *("max_grpc_message_size", "agent_register_timeout_ms"),
    )
)


@rule(
    "RC-201",
    "The inventory has no head",
    cause="A Ray cluster has exactly one head node, and the group ray_head is empty or missing.",
    remedy="Put one host into the group ray_head",
    source="Ray documentation, Cluster key concepts: head node",
)
def no_head(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """No host in ray_head."""
    if not context.heads:
        yield Problem("inventory group ray_head", "no host is in it")


@rule(
    "RC-202",
    "The inventory has several heads",
    cause="A Ray cluster has exactly one head node.",
    remedy="Leave one host in the group ray_head and move the others to ray_workers",
    source="Ray documentation, Cluster key concepts: head node",
)
def several_heads(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """More than one host in ray_head."""
    if len(context.heads) > 1:
        yield Problem("inventory group ray_head", f"it has {len(context.heads)} hosts: {', '.join(context.heads)}")


@rule(
    "RC-203",
    "A host is head and worker",
    cause="One node runs one raylet; the head's raylet runs replicas as a worker's does.",
    remedy="Remove it from the group ray_workers",
    source="Ray 2.60.0 ray start: --head or --address",
)
def head_and_worker(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A host of ray_head in ray_workers."""
    for host in context.heads:
        if host in context.workers:
            yield Problem("inventory group ray_workers", f"{host} is in ray_head too")


@rule(
    "RC-210",
    "A registry's location is not written as in image references",
    cause=(
        "Podman compares the location with the beginning of image references, which have no scheme and no final slash."
    ),
    remedy="Write host, host:port or host:port/path",
    source="containers-registries.conf(5), location; github.com/distribution/reference regexp.go",
)
def registry_location(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A location with a scheme, a user, a tag, a pattern or a final slash, or nothing in it."""
    for index, registry in enumerate(context.registries):
        plain = registry.location.split("://", 1)[-1].strip().rstrip("/").rpartition("@")[2]
        plain = plain if _LOCATION.fullmatch(plain) else plain.rpartition(":")[0]
        if not _LOCATION.fullmatch(registry.location):
            yield Problem(
                f"ray_registries[{index}].location",
                f"{_without_password(registry.location)!r} is not how image references name a registry",
                f"Write {plain}" if _LOCATION.fullmatch(plain) else "",
            )


def _without_password(location: str) -> str:
    """A location as it may be shown."""
    return re.sub(r"//[^/@]*@|^[^/@]*@", lambda found: "//***@" if found[0].startswith("//") else "***@", location)


@rule(
    "RC-211",
    "A registry is listed twice",
    cause="Only one of the two could hold.",
    remedy="Merge the two entries of ray_registries into one",
    source="containers-registries.conf(5): one [[registry]] table for a prefix",
)
def duplicate_registry(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Two entries for one location."""
    seen: set[str] = set()
    for index, registry in enumerate(context.registries):
        if registry.location in seen:
            yield Problem(f"ray_registries[{index}].location", f"{registry.location} is listed before")
        seen.add(registry.location)


@rule(
    "RC-208",
    "A setting of Ray is written in the wrong case",
    severity="warning",
    cause="Ray compares the names of these settings letter by letter: RAY_ and then small letters. This one has no effect.",
    remedy="Write it as Ray does",
    source="Ray 2.60.0 src/ray/common/ray_config_def.h: RAY_ and the field's name as it stands",
)
def setting_misspelt(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A setting of the raylet that Ray does not read for its case."""
    for name in context.environment:
        right = "RAY_" + name[len("RAY_") :].lower()
        if name.upper().startswith("RAY_") and name != right and right in SETTINGS:
            yield Problem(f"ray_environment.{name}", f"Ray reads no {name}", f"Write {right}")


@rule(
    "RC-209",
    "Ray's development mode excludes images",
    cause="Ray adds a field of its own to every runtime_env then, which image_uri excludes.",
    remedy="Remove RAY_RUNTIME_ENV_LOCAL_DEV_MODE from ray_environment",
    source="Ray 2.60.0 runtime_env/runtime_env.py: _inject_current_ray",
)
def development_mode(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """RAY_RUNTIME_ENV_LOCAL_DEV_MODE, with any value."""
    if "RAY_RUNTIME_ENV_LOCAL_DEV_MODE" in context.environment:
        yield Problem("ray_environment.RAY_RUNTIME_ENV_LOCAL_DEV_MODE", "it is set")


@rule(
    "RC-282",
    "A variable of the inventory is not defined or not valid",
    cause="Its value is a template that names something which no variable of the host has, or that Ansible cannot read.",
    remedy="Correct the template, or define what it names; facts of the host are gathered where a variable names ansible_facts",
    source="Ansible documentation, Using variables",
)
def undefined_variables(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A template of what is not there."""
    for host, name, why in context.undefined_variables:
        yield Problem(f"{name} of {host}", why)


RULES = rules_in(globals())
