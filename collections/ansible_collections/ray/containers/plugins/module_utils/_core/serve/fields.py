# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of the fields that Ray knows of applications and deployments (Ray 2.60.0 ``serve/schema.py``).

The names alone, for the head, which only has to tell what Ray ignores; what each field takes is in `serve_schema`, on the
controller.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

__all__ = ["ACTOR_OPTIONS", "APPLICATION", "DEPLOYMENT"]

#: ServeApplicationSchema
APPLICATION = (
    *("name", "route_prefix", "import_path", "runtime_env", "host", "port", "deployments", "autoscaling_policy"),
    *("args", "logging_config", "external_scaler_enabled"),
)
#: DeploymentSchema
DEPLOYMENT = (
    *("name", "num_replicas", "max_ongoing_requests", "max_queued_requests", "backpressure_config", "user_config"),
    *("autoscaling_config", "graceful_shutdown_wait_loop_s", "graceful_shutdown_timeout_s", "health_check_period_s"),
    *("health_check_timeout_s", "ray_actor_options", "placement_group_bundles", "placement_group_strategy"),
    *("placement_group_bundle_label_selector", "max_replicas_per_node", "logging_config", "request_router_config"),
    *("gang_scheduling_config", "deployment_actors", "rolling_update_percentage", "max_surge_percent"),
)
#: RayActorOptionsSchema
ACTOR_OPTIONS = (
    *("runtime_env", "num_cpus", "num_gpus", "memory", "resources", "accelerator_type", "label_selector"),
    "fallback_strategy",
)
