# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How code is named in a Serve config, and what of it is imported outside the images."""

from __future__ import annotations

from ansible_collections.ray.containers.tests.unit.serve_rules.configs import Case, Config, app, apps, dep

POLICY = "applications[0].deployments[0].autoscaling_config.policy.policy_function"
ROUTER = "applications[0].deployments[0].request_router_config.request_router_class"
VARIABLES = "controller_options.runtime_env.env_vars"


def policy(path: str) -> Config:
    return dep(autoscaling_config={"policy": {"policy_function": path}})


def router(path: str) -> Config:
    return dep(request_router_config={"request_router_class": path})


def actor_class(path: str) -> Config:
    return dep(deployment_actors=[{"name": "a", "actor_class": path}])


def grpc(*paths: str) -> Config:
    return apps(app(), grpc_options={"grpc_servicer_functions": list(paths)})


def tracing(path: str, **fields: object) -> Config:
    return apps(app(), tracing_config={"exporter_import_path": path, **fields})


def controller(**variables: str) -> Config:
    return apps(app(), controller_options={"runtime_env": {"env_vars": variables}})


CASES: list[Case] = [
    *[
        ("RC-111", apps(app(import_path=wrong)), ["applications[0].import_path"], apps(app(import_path=right)))
        for wrong, right in [
            ("whisper", "whisper.app"),
            ("whisper.py:app", "whisper_py:app"),
            ("apps/whisper:app", "apps.whisper:app"),
            ("whisper:", "whisper:_"),
            (":app", "a:app"),
            ("a:b:c", "a.b:c"),
            ("whisper:app()", "whisper:app"),
            ("whisper:module.app", "whisper.module:app"),
            ("my whisper:app", "my-whisper:app"),
            (".app", "x.app"),
        ]
    ],
    ("RC-111", policy("scale"), [POLICY], policy("app:scale")),
    ("RC-111", policy(""), [POLICY], policy("ray.serve.autoscaling_policy:default_autoscaling_policy")),
    (
        "RC-111",
        router("routers/mine.py:Router"),
        [ROUTER],
        router("ray.serve.llm.request_router.PrefixCacheAffinityRouter"),
    ),
    (
        "RC-111",
        apps(app(autoscaling_policy={"policy_function": "scale"})),
        ["applications[0].autoscaling_policy.policy_function"],
        apps(app(autoscaling_policy={"policy_function": "app.scale"})),
    ),
    (
        "RC-111",
        actor_class("Cache"),
        ["applications[0].deployments[0].deployment_actors[0].actor_class"],
        actor_class("app:Cache"),
    ),
    (
        "RC-111",
        grpc("add", "", "a/b_pb2_grpc.py:add", "a_pb2_grpc.add"),
        [f"grpc_options.grpc_servicer_functions[{index}]" for index in range(3)],
        grpc("a.b_pb2_grpc.add"),
    ),
    ("RC-111", tracing("exporter"), ["tracing_config.exporter_import_path"], tracing("traces:exporter")),
    (
        "RC-111",
        controller(RAY_SERVE_CONTROLLER_CALLBACK_IMPORT_PATH="setup"),
        [f"{VARIABLES}.RAY_SERVE_CONTROLLER_CALLBACK_IMPORT_PATH"],
        controller(RAY_SERVE_CONTROLLER_CALLBACK_IMPORT_PATH=""),
    ),
    (
        "RC-158",
        dep(autoscaling_config={"policy": {"policy_function": "app:scale"}}),
        ["applications[0].deployments[0].autoscaling_config.policy.policy_function"],
        dep(
            autoscaling_config={
                "policy": {"policy_function": "ray.serve.autoscaling_policy:default_autoscaling_policy"}
            }
        ),
    ),
    (
        "RC-158",
        dep(request_router_config={"request_router_class": "app:R"}),
        ["applications[0].deployments[0].request_router_config.request_router_class"],
        dep(request_router_config={"initial_backoff_s": 1}),
    ),
    (
        "RC-173",
        apps(app(), grpc_options={"grpc_servicer_functions": ["w_pb2_grpc.add"]}),
        ["grpc_options.grpc_servicer_functions[0]"],
        apps(app(), grpc_options={"grpc_servicer_functions": []}),
    ),
    (
        "RC-173",
        tracing("traces:exporter"),
        ["tracing_config.exporter_import_path"],
        tracing("traces:exporter", enabled=False),
    ),
    ("RC-173", tracing("traces:exporter"), ["tracing_config.exporter_import_path"], tracing("")),
    (
        "RC-173",
        controller(RAY_SERVE_CONTROLLER_CALLBACK_IMPORT_PATH="site_code:setup", RAY_SERVE_LOG_TO_STDERR="0"),
        [f"{VARIABLES}.RAY_SERVE_CONTROLLER_CALLBACK_IMPORT_PATH"],
        controller(RAY_SERVE_CONTROLLER_CALLBACK_IMPORT_PATH="ray.serve.api:run"),
    ),
]
