# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-12n and RC-13n: images."""

from __future__ import annotations

from ansible_collections.ray.containers.tests.unit.serve_rules.configs import (
    ABSENT,
    IMAGE,
    OTHER,
    Case,
    Config,
    app,
    apps,
    dep,
    deployed,
    env,
    llm,
)

WITH_IMAGE = {"name": "e", "ray_actor_options": {"runtime_env": OTHER}}


def acting(runtime_env: Config) -> Config:
    """A config of one deployment with one actor of its own."""
    return dep(deployment_actors=[{"name": "a", "actor_class": "a:B", "actor_options": {"runtime_env": runtime_env}}])


CASES: list[Case] = [
    ("RC-120", apps(app(runtime_env=ABSENT)), ["applications[0].runtime_env"], apps(app())),
    ("RC-120", apps(app(runtime_env={"image_uri": ""})), ["applications[0].runtime_env"], env(env_vars={})),
    (
        "RC-120",
        deployed(OTHER, None, runtime_env={"env_vars": {"A": "b"}}),
        ["applications[0].runtime_env"],
        deployed(OTHER, OTHER, runtime_env={"env_vars": {"A": "b"}}),
    ),
    (
        "RC-121",
        apps(app(runtime_env={"container": {"image": IMAGE, "run_options": ["--rm"]}})),
        ["applications[0].runtime_env.container"],
        apps(app(args={"container": {"image": IMAGE}})),
    ),
    (
        "RC-121",
        deployed({"container": {"image": IMAGE}}),
        ["applications[0].deployments[0].ray_actor_options.runtime_env.container"],
        deployed(OTHER),
    ),
    (
        "RC-122",
        env(working_dir="s3://bucket/code.zip", pip=["torch"]),
        ["applications[0].runtime_env"],
        env(config={"setup_timeout_seconds": 900}, env_vars={"A": "b"}),
    ),
    (
        "RC-122",
        deployed(OTHER, runtime_env={"working_dir": "s3://bucket/code.zip"}),
        ["applications[0].deployments[0].ray_actor_options.runtime_env"],
        deployed(OTHER, runtime_env={"config": {}}),
    ),
    (
        "RC-122",
        deployed(OTHER, None, runtime_env={"image_uri": IMAGE, "pip": ["torch"]}),
        ["applications[0].runtime_env"],
        env(container={"image": IMAGE}),  # RC-121 tells this one
    ),
    (
        "RC-122",
        deployed({"pip": ["torch"]}, None),
        ["applications[0].deployments[0].ray_actor_options.runtime_env"],
        deployed({"env_vars": {"A": "b"}}, None),
    ),
    *[
        (
            "RC-123",
            apps(app(runtime_env={"image_uri": wrong})),
            ["applications[0].runtime_env.image_uri"],
            apps(app(runtime_env={"image_uri": right})),
        )
        for wrong, right in [
            ("alice/whisper_image:latest", "docker.io/alice/whisper_image:latest"),
            ("whisper", "10.0.0.1:5000/whisper"),
        ]
    ],
    *[
        (
            "RC-124",
            apps(app(runtime_env={"image_uri": wrong})),
            ["applications[0].runtime_env.image_uri"],
            apps(app(runtime_env={"image_uri": right})),
        )
        for wrong, right in [
            ("docker.io/Alice/whisper", "docker.io/alice/whisper"),
            ("docker://docker.io/alice/whisper", "docker.io/alice/whisper"),
            ("docker.io/alice/whisper:", "docker.io/alice/whisper:1"),
            ("docker.io/alice/whisper; rm -rf /", "docker.io/alice/whisper-rm-rf"),
            ({"IMG1": None}, "docker.io/img1"),
            (5, "docker.io/library/5"),
        ]
    ],
    (
        "RC-125",
        apps(app(runtime_env={"image_uri": "localhost/whisper:1"})),
        ["applications[0].runtime_env.image_uri"],
        apps(app(runtime_env={"image_uri": "localhost.example.com/whisper:1"})),
    ),
    *(
        (
            "RC-125",
            apps(app(runtime_env={"image_uri": f"{own}/whisper:1"})),
            ["applications[0].runtime_env.image_uri"],
            apps(app(runtime_env={"image_uri": f"{other}/whisper:1"})),
        )
        for own, other in [
            ("localhost:5000", "local.host:5000"),
            ("127.0.0.1:5000", "10.127.0.1:5000"),
            ("127.1.2.3:80", "128.0.0.1:80"),
            ("[::1]:5000", "[fd00::1]:5000"),
            ("0.0.0.0:5000", "0.0.0.0.example.com"),
            ("registry.localhost:5000", "localhost.example.com:5000"),
        ]
    ),
    (
        "RC-132",
        apps(app(runtime_env={}, deployments=[{"name": "d", "ray_actor_options": {"num_gpus": 1}}, WITH_IMAGE])),
        ["applications[0].deployments[0].ray_actor_options"],
        # The image of the application holds for a deployment that says nothing of one, as in a file of `serve build`.
        dep(ray_actor_options={"num_gpus": 1}),
    ),
    (
        "RC-122",
        llm(runtime_env={"pip": ["vllm"]}),
        ["applications[0].args.llm_configs[0].runtime_env"],
        llm(runtime_env={"env_vars": {"A": "b"}}),
    ),
    (
        "RC-122",
        llm(deployment_config={"ray_actor_options": {"runtime_env": {"working_dir": "s3://b/c.zip"}}}),
        ["applications[0].args.llm_configs[0].deployment_config.ray_actor_options.runtime_env"],
        llm(deployment_config={"ray_actor_options": {"runtime_env": {}}}),
    ),
    (
        "RC-122",
        llm(runtime_env={"image_uri": "docker.io/alice/vllm:1", "uv": ["vllm"]}),
        ["applications[0].args.llm_configs[0].runtime_env"],
        # Whether this is a runtime_env only the application's own code knows.
        apps(app(args={"settings": {"runtime_env": {"pip": ["x"]}}})),
    ),
    (
        "RC-122",
        apps(app(args={"prefill_config": {"runtime_env": {"pip": ["x"]}}})),
        ["applications[0].args.prefill_config.runtime_env"],
        apps(app(runtime_env={"pip": ["x"]}, args={"prefill_config": {"runtime_env": {"pip": ["x"]}}})),
    ),
    (
        "RC-122",
        acting({"pip": ["x"]}),
        ["applications[0].deployments[0].deployment_actors[0].actor_options.runtime_env"],
        acting({"env_vars": {"A": "b"}}),
    ),
    (
        "RC-120",
        apps(app(runtime_env={}, args={"llm_configs": [{"runtime_env": {"image_uri": IMAGE}}]})),
        ["applications[0].runtime_env"],
        apps(app(args={"llm_configs": [{"runtime_env": {"image_uri": IMAGE}}]})),
    ),
    (
        "RC-123",
        llm(runtime_env={"image_uri": "alice/vllm:1"}),
        ["applications[0].args.llm_configs[0].runtime_env.image_uri"],
        llm(runtime_env={"image_uri": "docker.io/alice/vllm:1"}),
    ),
    (
        "RC-124",
        acting({"image_uri": "docker.io/Alice/vllm"}),
        ["applications[0].deployments[0].deployment_actors[0].actor_options.runtime_env.image_uri"],
        acting({"image_uri": "docker.io/alice/vllm"}),
    ),
    ("RC-134", deployed(OTHER, OTHER, runtime_env={}), ["applications[0].runtime_env"], deployed(OTHER, OTHER)),
]
