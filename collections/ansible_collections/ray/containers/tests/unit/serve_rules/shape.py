# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-10n and RC-193: the file's shape."""

from __future__ import annotations

import datetime

from ansible_collections.ray.containers.tests.unit.serve_rules.configs import (
    IMAGE,
    Case,
    actor,
    app,
    apps,
    dep,
    deployed,
    env,
)

CASES: list[Case] = [
    ("RC-104", apps(app(runtime_env=None)), ["applications[0].runtime_env"], apps(app(logging_config=None))),
    ("RC-104", apps(app(route_prefix=5)), ["applications[0].route_prefix"], apps(app(route_prefix=None))),
    ("RC-104", apps(app(args=[1])), ["applications[0].args"], apps(app(args={"a": [1]}))),
    ("RC-104", {"applications": {"a": app()}}, ["applications"], apps(app())),
    ("RC-104", apps(app(), "text"), ["applications[1]"], apps(app(), app("b"))),  # type: ignore[arg-type]
    ("RC-104", apps(app(deployments=["d"])), ["applications[0].deployments[0]"], deployed(None)),
    (
        "RC-104",
        apps(app(deployments=[{"name": "d", "ray_actor_options": {"runtime_env": "x"}}])),
        ["applications[0].deployments[0].ray_actor_options.runtime_env"],
        deployed({}),
    ),
    ("RC-104", apps(app(), http_options=[8000]), ["http_options"], apps(app(), http_options={"port": 8000})),
    ("RC-105", {"applications": []}, ["applications"], apps(app())),
    ("RC-105", {"applications": None}, ["applications"], apps(app())),
    ("RC-105", {}, ["applications"], apps(app())),
    ("RC-105", app(), ["import_path"], apps(app())),
    ("RC-106", apps(app(), application=1), ["application"], apps(app(), target_capacity=50)),
    ("RC-106", apps(app(route="/x")), ["applications[0].route"], apps(app(external_scaler_enabled=True))),
    ("RC-106", apps(app(), http_options={"ports": 1}), ["http_options.ports"], apps(app(), grpc_options={"port": 1})),
    (
        "RC-106",
        apps(app(deployments=[{"name": "d", "replicas": 2, "ray_actor_options": {"cpus": 1}}])),
        ["applications[0].deployments[0].replicas", "applications[0].deployments[0].ray_actor_options.cpus"],
        apps(app(deployments=[{"name": "d", "num_replicas": 2, "ray_actor_options": {"num_cpus": 1}}])),
    ),
    (
        "RC-107",
        apps(app(args={"day": [datetime.date(2026, 1, 2)]})),
        ["applications[0].args.day[0]"],
        apps(app(args={"day": ["2026-01-02"], "half": 0.5, "none": None})),
    ),
    (
        "RC-107",
        apps(app(args={"days": {datetime.date(2026, 1, 2): 1}})),
        ["applications[0].args.days.2026-01-02"],
        apps(app(args={"days": {20260102: 1, True: 2, None: 3, 1.5: 4}})),
    ),
    ("RC-281", apps(app(), name="svc", image_uri=IMAGE, cloud="c"), ["cloud"], apps(app(), name="svc")),
    ("RC-281", apps(app(), working_dir=".", requirements=["x"]), ["requirements"], apps(app(working_dir="."))),
    ("RC-106", apps(app(), name="svc"), ["name"], apps(app(), name="svc", compute_config={})),
    ("RC-107", apps(app(args={"x": float("nan")})), ["applications[0].args.x"], apps(app(args={"x": 1e308}))),
    (
        "RC-104",
        apps(app(), http_options={"port": "80a"}),
        ["http_options.port"],
        apps(app(), http_options={"port": "8000"}),
    ),
    (
        "RC-104",
        apps(app(external_scaler_enabled=2)),
        ["applications[0].external_scaler_enabled"],
        apps(app(external_scaler_enabled="yes")),
    ),
    (
        "RC-104",
        dep(health_check_period_s="10s"),
        ["applications[0].deployments[0].health_check_period_s"],
        dep(health_check_period_s="10"),
    ),
    (
        "RC-104",
        dep(max_replicas_per_node=None),
        ["applications[0].deployments[0].max_replicas_per_node"],
        dep(user_config=None),
    ),
    ("RC-104", actor(memory="2G"), ["applications[0].deployments[0].ray_actor_options.memory"], actor(memory=None)),
    (
        "RC-104",
        dep(autoscaling_config={"max_replicas": None}),
        ["applications[0].deployments[0].autoscaling_config.max_replicas"],
        dep(autoscaling_config={"initial_replicas": None}),
    ),
    (
        "RC-104",
        apps(app(), tracing_config={"enabled": "maybe"}),
        ["tracing_config.enabled"],
        apps(app(), tracing_config=None),
    ),
    (
        "RC-106",
        dep(autoscaling_config={"min_replica": 1}),
        ["applications[0].deployments[0].autoscaling_config.min_replica"],
        dep(autoscaling_config={"min_replicas": 1}),
    ),
    (
        "RC-106",
        env(config={"setup_timeout": 9}),
        ["applications[0].runtime_env.config.setup_timeout"],
        env(config={"setup_timeout_seconds": 9}),
    ),
    (
        "RC-136",
        dep(max_concurrent_queries=5),
        ["applications[0].deployments[0].max_concurrent_queries"],
        dep(max_ongoing_requests=5),
    ),
    (
        "RC-136",
        dep(autoscaling_config={"target_num_ongoing_requests_per_replica": 2, "policy": {"name": "a:b"}}),
        [
            "applications[0].deployments[0].autoscaling_config.target_num_ongoing_requests_per_replica",
            "applications[0].deployments[0].autoscaling_config.policy.name",
        ],
        dep(autoscaling_config={"target_ongoing_requests": 2}),
    ),
    (
        "RC-136",
        apps(app(), http_options={"location": "EveryNode"}, host="0.0.0.0"),
        ["http_options.location", "host"],
        apps(app(), proxy_location="EveryNode", http_options={"host": "0.0.0.0"}),
    ),
    (
        "RC-138",
        dep(request_router_config={"request_routing_stats_period_s": 0}),
        ["applications[0].deployments[0].request_router_config.request_routing_stats_period_s"],
        dep(request_router_config={"request_routing_stats_period_s": "0.5"}),
    ),
    (
        "RC-104",
        dep(
            placement_group_bundles=[{"CPU": "one"}], ray_actor_options={"runtime_env": {}, "label_selector": {"a": 1}}
        ),
        [
            "applications[0].deployments[0].placement_group_bundles[0].CPU",
            "applications[0].deployments[0].ray_actor_options.label_selector.a",
        ],
        dep(
            placement_group_bundles=[{"CPU": "2"}], ray_actor_options={"runtime_env": {}, "label_selector": {"a": "1"}}
        ),
    ),
    (
        "RC-104",
        apps(app(), grpc_options={"grpc_servicer_functions": [1]}),
        ["grpc_options.grpc_servicer_functions[0]"],
        apps(app(), grpc_options={"grpc_servicer_functions": []}),
    ),
    (
        "RC-193",
        apps(app(logging_config={"level": "INFO"})),
        ["applications[0].logging_config.level"],
        apps(app(logging_config={"log_level": "INFO"})),
    ),
    (
        "RC-193",
        dep(backpressure_config={"retry_after": 1}),
        ["applications[0].deployments[0].backpressure_config.retry_after"],
        dep(backpressure_config={"retry_after_s": 1}),
    ),
    (
        "RC-193",
        apps(app(), controller_options={"env_vars": {}}),
        ["controller_options.env_vars"],
        apps(app(), controller_options={"runtime_env": {"env_vars": {}}}),
    ),
    (
        "RC-193",
        apps(app(), tracing_config={"ratio": 1}),
        ["tracing_config.ratio"],
        apps(app(args={"tracing_config": {"ratio": 1}})),
    ),
]
