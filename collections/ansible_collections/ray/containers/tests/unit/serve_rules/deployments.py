# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-174 to RC-186, RC-197, RC-198: replicas, limits, autoscaling."""

from __future__ import annotations

from ansible_collections.ray.containers.tests.unit.serve_rules.configs import Case, app, apps, dep

CASES: list[Case] = [
    ("RC-174", dep(num_replicas=0), ["applications[0].deployments[0].num_replicas"], dep(num_replicas=1)),
    ("RC-174", dep(num_replicas="2"), ["applications[0].deployments[0].num_replicas"], dep(num_replicas=2)),
    ("RC-174", dep(num_replicas="AUTO"), ["applications[0].deployments[0].num_replicas"], dep(num_replicas="auto")),
    ("RC-174", dep(num_replicas=1.0), ["applications[0].deployments[0].num_replicas"], dep(num_replicas=None)),
    (
        "RC-175",
        dep(max_ongoing_requests=0),
        ["applications[0].deployments[0].max_ongoing_requests"],
        dep(max_ongoing_requests="5"),
    ),
    (
        "RC-175",
        dep(max_queued_requests=0),
        ["applications[0].deployments[0].max_queued_requests"],
        dep(max_queued_requests=-1),
    ),
    (
        "RC-175",
        dep(max_queued_requests="5"),
        ["applications[0].deployments[0].max_queued_requests"],
        dep(max_queued_requests=5),
    ),
    (
        "RC-176",
        dep(health_check_period_s=0),
        ["applications[0].deployments[0].health_check_period_s"],
        dep(graceful_shutdown_timeout_s=0),
    ),
    (
        "RC-176",
        dep(graceful_shutdown_wait_loop_s=-1),
        ["applications[0].deployments[0].graceful_shutdown_wait_loop_s"],
        dep(health_check_timeout_s=0.1),
    ),
    ("RC-179", apps(app(), target_capacity=101), ["target_capacity"], apps(app(), target_capacity=100)),
    (
        "RC-179",
        dep(rolling_update_percentage=20),
        ["applications[0].deployments[0].rolling_update_percentage"],
        dep(rolling_update_percentage=0.2),
    ),
    (
        "RC-179",
        dep(max_surge_percent=-1),
        ["applications[0].deployments[0].max_surge_percent"],
        dep(max_surge_percent=0),
    ),
    (
        "RC-180",
        dep(num_replicas=2, autoscaling_config={}),
        ["applications[0].deployments[0].num_replicas"],
        dep(num_replicas="auto", autoscaling_config={}),
    ),
    (
        "RC-181",
        dep(autoscaling_config={"min_replicas": 5, "max_replicas": 2}),
        ["applications[0].deployments[0].autoscaling_config"],
        dep(autoscaling_config={"min_replicas": 2, "max_replicas": 2}),
    ),
    (
        "RC-181",
        dep(autoscaling_config={"min_replicas": 2}),
        ["applications[0].deployments[0].autoscaling_config"],
        dep(num_replicas="auto", autoscaling_config={"min_replicas": 2}),
    ),
    (
        "RC-181",
        dep(autoscaling_config={"initial_replicas": 0, "max_replicas": 2}),
        ["applications[0].deployments[0].autoscaling_config"],
        dep(autoscaling_config={"initial_replicas": 0, "min_replicas": 0}),
    ),
    (
        "RC-181",
        dep(autoscaling_config={"initial_replicas": 3, "max_replicas": 2}),
        ["applications[0].deployments[0].autoscaling_config"],
        dep(autoscaling_config={"initial_replicas": 2, "max_replicas": 2}),
    ),
    (
        "RC-182",
        dep(autoscaling_config={"target_ongoing_requests": 0}),
        ["applications[0].deployments[0].autoscaling_config.target_ongoing_requests"],
        dep(autoscaling_config={"upscale_delay_s": 0}),
    ),
    (
        "RC-182",
        dep(autoscaling_config={"aggregation_function": "median"}),
        ["applications[0].deployments[0].autoscaling_config.aggregation_function"],
        dep(autoscaling_config={"aggregation_function": "MAX"}),
    ),
    (
        "RC-182",
        dep(autoscaling_config={"min_replicas": 0, "max_replicas": 0}),
        ["applications[0].deployments[0].autoscaling_config.max_replicas"],
        dep(autoscaling_config={"min_replicas": 0, "max_replicas": 1}),
    ),
    (
        "RC-183",
        dep(autoscaling_config={"smoothing_factor": 0.5}),
        ["applications[0].deployments[0].autoscaling_config.smoothing_factor"],
        dep(autoscaling_config={"upscaling_factor": 0.5}),
    ),
    (
        "RC-184",
        dep(autoscaling_config={"look_back_period_s": 10}),
        ["applications[0].deployments[0].autoscaling_config.look_back_period_s"],
        dep(autoscaling_config={"look_back_period_s": 10.5}),
    ),
    (
        "RC-185",
        dep(max_ongoing_requests=1, autoscaling_config={"max_replicas": 2}),
        ["applications[0].deployments[0].max_ongoing_requests"],
        dep(max_ongoing_requests=2, autoscaling_config={"max_replicas": 2}),
    ),
    (
        "RC-186",
        apps(app(external_scaler_enabled=True, deployments=[{"name": "d", "num_replicas": "auto"}])),
        ["applications[0].external_scaler_enabled"],
        apps(app(external_scaler_enabled=True, deployments=[{"name": "d", "num_replicas": 2}])),
    ),
    (
        "RC-197",
        dep(max_replicas_per_node=101),
        ["applications[0].deployments[0].max_replicas_per_node"],
        dep(max_replicas_per_node=100),
    ),
    (
        "RC-197",
        dep(max_replicas_per_node=0),
        ["applications[0].deployments[0].max_replicas_per_node"],
        dep(max_replicas_per_node=1),
    ),
    (
        "RC-198",
        apps(app(deployments=[{"name": "d"}, {"name": "d"}])),
        ["applications[0].deployments[1].name"],
        apps(app(deployments=[{"name": "d"}]), app("b", deployments=[{"name": "d"}])),
    ),
]
