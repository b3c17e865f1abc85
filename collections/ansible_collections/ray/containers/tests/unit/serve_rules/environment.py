# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-14n and RC-15n: env_vars and the config of runtime_envs."""

from __future__ import annotations

from ansible_collections.ray.containers.tests.unit.serve_rules.configs import (
    Case,
    app,
    apps,
    dep,
    deployed,
    env,
    llm,
    variables,
)

CASES: list[Case] = [
    ("RC-140", variables(A=1), ["applications[0].runtime_env.env_vars.A"], variables(A="1")),
    ("RC-140", variables(A=True, B=None), [f"applications[0].runtime_env.env_vars.{n}" for n in "AB"], variables(A="")),
    ("RC-140", env(env_vars=["A=b"]), ["applications[0].runtime_env.env_vars"], env(env_vars={"A": "b"})),
    ("RC-140", env(env_vars=None), ["applications[0].runtime_env.env_vars"], env(env_vars={})),
    ("RC-140", env(env_vars={1: "b"}), ["applications[0].runtime_env.env_vars.1"], env(env_vars={"A1": "b"})),
    *[
        (
            "RC-141",
            env(env_vars={name: "c"}),
            [f"applications[0].runtime_env.env_vars.{name}"],
            env(env_vars={"A-B": "c"}),
        )
        for name in (
            "A\n",
            "A B",
            "A;B",
            "A=B",
            "$A",
            "A'",
            'A"',
            "(A)",
            "A|B",
            "A&B",
            "A*",
            "~A",
            "`A`",
            "{A,B}",
            "A\\B",
            "",
        )
    ],
    *[
        (
            "RC-152",
            env(env_vars={name: "c"}),
            [f"applications[0].runtime_env.env_vars.{name}"],
            env(env_vars={"_A1": "c"}),
        )
        for name in ("spring.x", "A-B", "1A", "spring.datasource.url", "my:setting", "a/b")
    ],
    ("RC-152", env(env_vars={"A.B": "c"}), ["applications[0].runtime_env.env_vars.A.B"], env(env_vars={"A B": "c"})),
    (
        "RC-139",
        variables(RAY_SERVE_QUEUE_LENGTH_RESPONSE_DEADLINE_S="soon"),
        ["applications[0].runtime_env.env_vars.RAY_SERVE_QUEUE_LENGTH_RESPONSE_DEADLINE_S"],
        variables(RAY_SERVE_QUEUE_LENGTH_RESPONSE_DEADLINE_S="0.5", RAY_SERVE_LOG_ENCODING="JSON", OTHER="soon"),
    ),
    (
        "RC-139",
        variables(RAY_SERVE_MAX_CACHED_HANDLES="0"),
        ["applications[0].runtime_env.env_vars.RAY_SERVE_MAX_CACHED_HANDLES"],
        variables(RAY_SERVE_MAX_CACHED_HANDLES="1", RAY_SERVE_RUN_SYNC_IN_THREADPOOL="maybe"),
    ),
    (
        "RC-139",
        apps(app(), controller_options={"runtime_env": {"env_vars": {"RAY_SERVE_CONTROLLER_MAX_CONCURRENCY": "1.5"}}}),
        ["controller_options.runtime_env.env_vars.RAY_SERVE_CONTROLLER_MAX_CONCURRENCY"],
        apps(app(), controller_options={"runtime_env": {"env_vars": {"RAY_SERVE_CONTROLLER_MAX_CONCURRENCY": "15"}}}),
    ),
    (
        "RC-139",
        llm(runtime_env={"env_vars": {"RAY_SERVE_HAPROXY_MAXCONN": "many"}}),
        ["applications[0].args.llm_configs[0].runtime_env.env_vars.RAY_SERVE_HAPROXY_MAXCONN"],
        llm(runtime_env={"env_vars": {"RAY_SERVE_HAPROXY_MAXCONN": "4096"}}),
    ),
    (
        "RC-146",
        llm(runtime_env={"env_vars": {"HF_TOKEN": "hunter2hunter2"}}, api_key="hunter2hunter2"),
        [
            "applications[0].args.llm_configs[0].runtime_env.env_vars.HF_TOKEN",
            "applications[0].args.llm_configs[0].api_key",
        ],
        llm(tokenizer="hunter2hunter2", runtime_env={"env_vars": {"EOS_TOKEN": "</s>", "HF_HOME": "/models"}}),
    ),
    (
        "RC-146",
        dep(user_config={"auth": {"password": "correct horse"}, "tokens": ["hunter2hunter2"]}),
        [
            "applications[0].deployments[0].user_config.auth.password",
            "applications[0].deployments[0].user_config.tokens[0]",
        ],
        dep(user_config={"max_tokens": "4096", "stop_tokens": ["<|end|>"], "auth": {"mode": "basic"}}),
    ),
    (
        "RC-146",
        dep(autoscaling_config={"policy": {"policy_kwargs": {"broker_url": "redis://:hunter2@redis:6379/0"}}}),
        ["applications[0].deployments[0].autoscaling_config.policy.policy_kwargs.broker_url"],
        dep(autoscaling_config={"policy": {"policy_kwargs": {"broker_url": "redis://redis:6379/0"}}}),
    ),
    (
        "RC-146",
        dep(deployment_actors=[{"name": "a", "actor_class": "a:B", "init_args": ["hf_" + "a" * 34]}]),
        ["applications[0].deployments[0].deployment_actors[0].init_args[0]"],
        dep(deployment_actors=[{"name": "a", "actor_class": "a:B", "init_kwargs": {"tokenizer": "x" * 34}}]),
    ),
    ("RC-142", variables(A="it's"), ["applications[0].runtime_env.env_vars.A"], variables(A='"it is" `x` $x \\ ;\n|')),
    (
        "RC-142",
        deployed({"env_vars": {"A": "a'$(touch /x)'b"}}),
        ["applications[0].deployments[0].ray_actor_options.runtime_env.env_vars.A"],
        deployed({"env_vars": {"A": "a$(touch /x)b"}}),
    ),
    ("RC-143", variables(A="${HOME}/x"), ["applications[0].runtime_env.env_vars.A"], variables(A="{HOME}/x $ 5$")),
    ("RC-143", variables(A="$HOME/x"), ["applications[0].runtime_env.env_vars.A"], variables(A="pa$word")),
    ("RC-144", variables(PATH="/x"), ["applications[0].runtime_env.env_vars.PATH"], variables(PYTHONPATH="/x")),
    (
        "RC-144",
        variables(XDG_RUNTIME_DIR="/x"),
        ["applications[0].runtime_env.env_vars.XDG_RUNTIME_DIR"],
        variables(XDG_CACHE_HOME="/x"),
    ),
    (
        "RC-145",
        variables(RAY_AUTH_TOKEN="secret"),
        ["applications[0].runtime_env.env_vars.RAY_AUTH_TOKEN"],
        variables(RAY_AUTH_MODE="token"),
    ),
    (
        "RC-146",
        variables(DB_PASSWORD="hunter2hunter2"),
        ["applications[0].runtime_env.env_vars.DB_PASSWORD"],
        variables(DB_PASSWORD_FILE="/run/secrets/db", TOKEN_LIMIT="4096", TOKENIZERS_PARALLELISM="false"),
    ),
    (
        "RC-146",
        variables(
            SASL='required username="u" password="hunter2"', AZURE="AccountName=a;AccountKey=q7Wk2mXv9LpZ4tRb;x=y"
        ),
        ["applications[0].runtime_env.env_vars.SASL", "applications[0].runtime_env.env_vars.AZURE"],
        variables(SASL='required username="u"', AZURE="AccountName=a;x=y", SQL="SELECT key = value FROM tokens"),
    ),
    (
        "RC-146",
        apps(app(args={"command": ["serve", "--api-key", "hunter2", "--password=hunter2", "--model", "m"]})),
        ["applications[0].args.command[2]", "applications[0].args.command[3]"],
        apps(app(args={"command": ["serve", "--api-key", "$KEY", "--max-tokens", "50", "--tokenizer", "hunter2"]})),
    ),
    (
        "RC-146",
        apps(app(args={"command": "serve --api-key q7Wk2mXv --model m", "json": '{"password": "hunter2hunter2"}'})),
        ["applications[0].args.command", "applications[0].args.json"],
        apps(app(args={"command": "serve --max-tokens 5 --tokenizer bert-base", "json": '{"password": null}'})),
    ),
    (
        "RC-146",
        variables(HUB="hf_" + "a" * 34),
        ["applications[0].runtime_env.env_vars.HUB"],
        variables(HUB="hf_transfer"),
    ),
    (
        "RC-146",
        variables(DB="postgres://app:hunter2@db/x"),
        ["applications[0].runtime_env.env_vars.DB"],
        variables(DB="postgres://app@db:5432/x"),
    ),
    (
        "RC-146",
        variables(REDIS="redis://:hunter2@redis:6379/0"),
        ["applications[0].runtime_env.env_vars.REDIS"],
        variables(REDIS="redis://redis:6379/0"),
    ),
    (
        "RC-146",
        variables(KEY="-----BEGIN RSA PRIVATE KEY-----"),
        ["applications[0].runtime_env.env_vars.KEY"],
        variables(KEY="-----BEGIN CERTIFICATE-----"),
    ),
    ("RC-147", variables(A="a\0b"), ["applications[0].runtime_env.env_vars.A"], variables(A="a\tb")),
    (
        "RC-148",
        variables(RAY_JOB_ID="01"),
        ["applications[0].runtime_env.env_vars.RAY_JOB_ID"],
        variables(RAY_JOB_IDS="01"),
    ),
    (
        "RC-148",
        variables(RAY_RAYLET_PID="1"),
        ["applications[0].runtime_env.env_vars.RAY_RAYLET_PID"],
        variables(RAY_SERVE_X="1"),
    ),
    (
        "RC-149",
        variables(RAY_AUTH_TOKEN_PATH="/x"),
        ["applications[0].runtime_env.env_vars.RAY_AUTH_TOKEN_PATH"],
        variables(RAY_AUTH_MODE="token"),
    ),
    (
        "RC-149",
        variables(RAY_AUTH_MODE="disabled"),
        ["applications[0].runtime_env.env_vars.RAY_AUTH_MODE"],
        variables(AUTH_MODE="disabled"),
    ),
    (
        "RC-150",
        variables(RAY_worker_register_timeout_seconds="90"),
        ["applications[0].runtime_env.env_vars.RAY_worker_register_timeout_seconds"],
        variables(RAY_SERVE_REQUEST_PROCESSING_TIMEOUT_S="90"),
    ),
    (
        "RC-151",
        variables(PYTHONPATH="/x"),
        ["applications[0].runtime_env.env_vars.PYTHONPATH"],
        variables(PYTHONUNBUFFERED="1"),
    ),
    ("RC-153", variables(A="x" * 131061), ["applications[0].runtime_env.env_vars"], variables(A="x" * 131060)),
    (
        "RC-155",
        env(config={"setup_timeout_seconds": 0}),
        ["applications[0].runtime_env.config.setup_timeout_seconds"],
        env(config={"setup_timeout_seconds": -1}),
    ),
    (
        "RC-155",
        env(config={"setup_timeout_seconds": "900"}),
        ["applications[0].runtime_env.config.setup_timeout_seconds"],
        env(config={"setup_timeout_seconds": 900}),
    ),
    (
        "RC-155",
        env(config={"setup_timeout_seconds": 9.0}),
        ["applications[0].runtime_env.config.setup_timeout_seconds"],
        env(config=None),
    ),
    ("RC-155", env(config=["x"]), ["applications[0].runtime_env.config"], env(config={})),
    (
        "RC-155",
        env(config={"eager_install": "yes", "log_files": "a"}),
        ["applications[0].runtime_env.config.eager_install", "applications[0].runtime_env.config.log_files"],
        env(config={"eager_install": True, "log_files": ["a"]}),
    ),
]
