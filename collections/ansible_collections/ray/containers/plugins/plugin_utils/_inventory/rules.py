# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the inventory: its groups, and the registries that its variables describe.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import inventory as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Met, rule

__all__ = ["RULES"]

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


@rule(catalogue.NO_HEAD)
def no_head(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """No host in ray_head."""
    if not context.heads:
        yield Met("inventory group ray_head", "no host is in it")


@rule(catalogue.SEVERAL_HEADS)
def several_heads(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """More than one host in ray_head."""
    if len(context.heads) > 1:
        yield Met("inventory group ray_head", f"it has {len(context.heads)} hosts: {', '.join(context.heads)}")


@rule(catalogue.HEAD_AND_WORKER)
def head_and_worker(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A host of ray_head in ray_workers."""
    for host in context.heads:
        if host in context.workers:
            yield Met("inventory group ray_workers", f"{host} is in ray_head too")


@rule(catalogue.REGISTRY_LOCATION)
def registry_location(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A location with a scheme, a final slash, or nothing in it."""
    for index, registry in enumerate(context.registries):
        plain = registry.location.split("://", 1)[-1].strip().rstrip("/")
        if registry.location != plain or not plain:
            yield Met(
                f"ray_registries[{index}].location",
                f"{registry.location!r} is not how image references name a registry",
                f"Write {plain}" if plain else "",
            )


@rule(catalogue.DUPLICATE_REGISTRY)
def duplicate_registry(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Two entries for one location."""
    seen: set[str] = set()
    for index, registry in enumerate(context.registries):
        if registry.location in seen:
            yield Met(f"ray_registries[{index}].location", f"{registry.location} is listed before")
        seen.add(registry.location)


@rule(catalogue.SETTING_MISSPELT)
def setting_misspelt(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A setting of the raylet that Ray does not read for its case."""
    for name in context.environment:
        right = "RAY_" + name[len("RAY_") :].lower()
        if name.upper().startswith("RAY_") and name != right and right in SETTINGS:
            yield Met(f"ray_environment.{name}", f"Ray reads no {name}", f"Write {right}")


@rule(catalogue.DEVELOPMENT_MODE)
def development_mode(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """RAY_RUNTIME_ENV_LOCAL_DEV_MODE, with any value."""
    if "RAY_RUNTIME_ENV_LOCAL_DEV_MODE" in context.environment:
        yield Met("ray_environment.RAY_RUNTIME_ENV_LOCAL_DEV_MODE", "it is set")


RULES = (
    no_head,
    several_heads,
    head_and_worker,
    setting_misspelt,
    development_mode,
    registry_location,
    duplicate_registry,
)
