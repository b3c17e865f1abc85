# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that need the inventory: RC-2nn, and those of the Serve config that compare the two."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import Registry
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Node
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.ray_schema import ray_schema
from ansible_collections.ray.containers.tests.unit.serve_rules.configs import (
    GOOD_CONTEXT,
    IMAGE,
    Config,
    InventoryCase,
    actor,
    app,
    apps,
    dep,
    env,
    variables,
)

WHISPER = apps(app())


def context(**fields: t.Any) -> Context:
    """A right inventory with some of it changed."""
    return dataclasses.replace(GOOD_CONTEXT, **fields)


def nodes(*each: Node) -> Context:
    return context(nodes=each)


def of_ray(version: str) -> Context:
    """A right inventory whose nodes have this Ray."""
    return context(ray=ray_schema(version))


def both(config: Config, broken: Context, nearly: Context) -> t.Any:
    return (config, broken), (config, nearly)


def same(inventory: Context, broken: Config, nearly: Config) -> t.Any:
    return (broken, inventory), (nearly, inventory)


def replicas(number: t.Any, **options: t.Any) -> Config:
    return dep(num_replicas=number, ray_actor_options={"runtime_env": {}, **options})


SMALL = nodes(Node("head", cpus=2, gpus=0), Node("one", cpus=4, gpus=1))
PORTS = context(ports={"dashboard": (8265, 8265), "worker": (10002, 19999)})

#: What breaks a rule, and what nearly does: each a config and an inventory.
CASES: list[InventoryCase] = [
    ("RC-201", *both(WHISPER, Context(), Context(heads=("head",)))),
    ("RC-202", *both(WHISPER, Context(heads=("a", "b")), Context(heads=("a",), workers=("b",)))),
    ("RC-203", *both(WHISPER, Context(heads=("a",), workers=("b", "a")), Context(heads=("a",), workers=("b", "aa")))),
    ("RC-204", *same(SMALL, actor(num_cpus=5), actor(num_cpus=4))),
    ("RC-204", *same(SMALL, dep(placement_group_bundles=[{"CPU": 5}]), dep(placement_group_bundles=[{"CPU": 4}]))),
    ("RC-204", *both(actor(num_cpus=5), SMALL, nodes(Node("head", cpus=2), Node("one")))),
    ("RC-205", *same(SMALL, actor(num_gpus=2), actor(num_gpus=1))),
    (
        "RC-206",
        *both(
            actor(resources={"fast": 1}),
            nodes(Node("head"), Node("one", resources={"quick": 1})),
            nodes(Node("head"), Node("one", resources={"fast": 1})),
        ),
    ),
    ("RC-206", *same(nodes(Node("head", resources={"x": 1})), actor(resources={"x": 2}), actor(resources={"TPU": 2}))),
    ("RC-207", *same(SMALL, replicas(7, num_cpus=1), replicas(6, num_cpus=1))),
    ("RC-207", *same(SMALL, replicas(7), replicas(None))),
    (
        "RC-208",
        *both(
            WHISPER,
            context(environment={"RAY_WORKER_REGISTER_TIMEOUT_SECONDS": "9"}),
            context(environment={"RAY_worker_register_timeout_seconds": "9", "RAY_AUTH_MODE": "token"}),
        ),
    ),
    (
        "RC-209",
        *both(WHISPER, context(environment={"RAY_RUNTIME_ENV_LOCAL_DEV_MODE": "1"}), context(environment={"A": "1"})),
    ),
    *[
        ("RC-210", *both(WHISPER, Context(("a",), (), (Registry(wrong),)), Context(("a",), (), (Registry(right),))))
        for wrong, right in [
            ("http://r:5000", "r:5000"),
            ("r:5000/", "r:5000/team"),
            ("", "r"),
            (" r", "r"),
            ("user:password@r:5000", "[2001:db8::1]:5000"),
            ("r/team:1.0", "r/team/a_b.c-d"),
            ("*.example.com", "REGISTRY.example.com"),
        ]
    ],
    (
        "RC-211",
        *both(
            WHISPER,
            Context(("a",), (), (Registry("r"), Registry("r", insecure=True))),
            Context(("a",), (), (Registry("r"), Registry("r/team", insecure=True))),
        ),
    ),
    ("RC-137", *both(dep(max_surge_percent=20), of_ray("2.50.1"), of_ray("2.60.0"))),
    ("RC-137", *both(dep(request_router_config={}), of_ray("2.40.0"), of_ray("2.50.0"))),
    ("RC-136", *both(dep(max_concurrent_queries=5), of_ray("2.40.0"), of_ray("2.9.3"))),
    ("RC-104", *both(apps(app(import_path=5.5)), of_ray("2.55.1"), of_ray("2.40.0"))),
    ("RC-122", *both(variables(A="b"), of_ray("2.30.0"), of_ray("2.40.0"))),
    ("RC-159", *both(WHISPER, of_ray("2.20.0"), of_ray("2.30.0"))),
    ("RC-174", *both(dep(num_replicas="2"), of_ray("2.60.0"), of_ray("2.47.1"))),
    ("RC-125", *same(Context(heads=("h",)), env(image_uri="localhost:5000/a:1"), env(image_uri="local.host:5000/a:1"))),
    (
        "RC-282",
        *both(WHISPER, context(undefined_variables=(("one", "ray_num_cpus", "'cores' is undefined"),)), context()),
    ),
    ("RC-133", *both(WHISPER, context(resolve=False), context())),
    ("RC-135", *both(WHISPER, context(sizes={IMAGE: 15_000_000_001}), context(sizes={IMAGE: 15_000_000_000}))),
    (
        "RC-135",
        *same(
            context(sizes={IMAGE: 2_000_000_000}),
            env(config={"setup_timeout_seconds": 79}),
            env(config={"setup_timeout_seconds": 80}),
        ),
    ),
    ("RC-142", *both(WHISPER, context(environment={"RAY_X": "it's"}), context(environment={"X": "it's"}))),
    (
        "RC-146",
        *both(
            WHISPER,
            context(environment={"RAY_REDIS_PASSWORD": "hunter2hunter2"}),
            context(environment={"REDIS_PASSWORD": "hunter2hunter2"}),
        ),
    ),
    (
        "RC-156",
        *same(context(), dep(num_replicas=4, max_replicas_per_node=1), dep(num_replicas=3, max_replicas_per_node=1)),
    ),
    (
        "RC-157",
        *same(
            context(deploy_timeout=1800),
            env(config={"setup_timeout_seconds": 1801}),
            env(config={"setup_timeout_seconds": 1800}),
        ),
    ),
    ("RC-167", *same(PORTS, apps(app(), http_options={"port": 8265}), apps(app(), http_options={"port": 8264}))),
    ("RC-167", *same(PORTS, apps(app(), http_options={"port": 12000}), apps(app(), http_options={"port": 20000}))),
]

#: A config that is right for each of the inventories above.
RIGHT = variables(A="b")
