# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What wins in an application's environment, held against the process of a real replica; and that no secret is shown."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._environment import table as environment_table
from ansible_collections.ray.containers.plugins.plugin_utils._environment.effective import (
    Image,
    Raylet,
    Variable,
    environment_of,
    processes_of,
)

RECORDED = Path(__file__).parents[1] / "data" / "ray-2.60.0" / "replica_environment.json"
IMAGE = {"PATH": "/opt/ray-env/bin:/usr/bin", "PYTHONPATH": "/home/ray/applications"}


def raylet(host: str = "head", is_head: bool = True, **environment: t.Any) -> Raylet:
    return Raylet(host, is_head, environment, "/home/ray", "/opt/ray/2.60.0-py3.11.2")


def config(
    application: t.Mapping[str, t.Any] | None = None,
    deployment: t.Mapping[str, t.Any] | None = None,
    controller: t.Mapping[str, t.Any] | None = None,
) -> ServeConfig:
    """One application, with these env_vars and these ray_actor_options of its one deployment."""
    document: dict[str, t.Any] = {
        "applications": [
            {
                "name": "whisper",
                "runtime_env": {"image_uri": "r.example/whisper:1", "env_vars": dict(application or {})},
            }
        ]
    }
    if deployment is not None:
        document["applications"][0]["deployments"] = [{"name": "Model", "ray_actor_options": dict(deployment)}]
    if controller is not None:
        document["controller_options"] = {"runtime_env": {"env_vars": dict(controller)}}
    return ServeConfig.read(document)


def explained(
    given: ServeConfig, image: t.Mapping[str, str] | None = None, raylets: t.Sequence[Raylet] = (), deployment: str = ""
) -> dict[str, Variable]:
    """The variables of one kind of process on one node, by name."""
    (process,) = [each for each in processes_of(given, given.applications[0]) if each.deployment == deployment]
    known = Image(process.image, IMAGE if image is None else image)
    found = environment_of(process, known, raylets or [raylet()])
    assert len({variable.name for variable in found}) == len(found), "several values of one variable"
    return {variable.name: variable for variable in found}


def told(variable: Variable) -> list[str]:
    """The values, the one that holds first."""
    return [variable.value, *(given.value for given in variable.overrides)]


def test_it_is_the_environment_of_a_real_replica() -> None:
    real = json.loads(RECORDED.read_text(encoding="utf-8"))["environment"]
    given = config(
        {"MODEL_NAME": "roman numerals", "RAY_SERVE_LOG_LEVEL": "INFO", "LANG": "C.UTF-8"},
        {
            "num_cpus": 0.5,
            "runtime_env": {"env_vars": {"MODEL_NAME": "of the deployment", "HF_TOKEN": "hf_abcdefghijkl"}},
        },
    )
    node = raylet(RAY_SERVE_LOG_LEVEL="DEBUG", RAY_EXPLAIN_TEST="a b", EXPLAIN_NOT_PASSED="1", OMP_NUM_THREADS="3")
    found = explained(given, {**IMAGE, "PATH": real["PATH"]}, [node], "Model")
    # Ray sets it inside the process, when that is there already.
    assert found.pop("OMP_NUM_THREADS").value == "1"
    known = {name: each.value for name, each in found.items() if not each.value.startswith("(")}
    assert set(found) == set(real)
    assert set(found) - set(known) == {"HOME", "RAY_JOB_ID", "RAY_NODE_ID", "RAY_RAYLET_PID"}
    assert known == {name: real[name] for name in known}


def test_each_source_wins_over_those_below_it() -> None:
    given = config(
        {"RAY_A": "application"}, {"runtime_env": {"env_vars": {"RAY_A": "deployment"}}}, {"RAY_A": "controller"}
    )
    found = explained(given, {"RAY_A": "image"}, [raylet(RAY_A="raylet")], "Model")
    assert told(found["RAY_A"]) == ["deployment", "application", "controller", "raylet", "image"]
    assert [given.source for given in found["RAY_A"].overrides] == [
        "Serve config, application",
        "Serve config, controller_options",
        "raylet, ray_environment",
        "image ENV",
    ]


def test_of_the_raylet_only_ray_and_the_proxies_get_through() -> None:
    found = explained(
        config(), {"HTTPS_PROXY": "image"}, [raylet(HTTPS_PROXY="p", no_proxy="n", ALL_PROXY="a", LANG="C")]
    )
    assert told(found["HTTPS_PROXY"]) == ["p", "image"]
    assert found["no_proxy"].source == "raylet, ray_environment; passed on by Podman"
    assert not {"ALL_PROXY", "LANG", "XDG_RUNTIME_DIR", "BAD_RUNTIME_ENV_CACHE_TTL_SECONDS"} & set(found)
    assert found["PATH"].source == "Podman"


def test_what_podman_gives_gives_way_to_the_image() -> None:
    found = explained(config(), {"HOME": "/home/alice", "TERM": "dumb", "PATH": "/bin"})
    assert told(found["HOME"]) == ["/home/alice", "(the home of the image's user)"]
    assert told(found["TERM"]) == ["dumb", "xterm"]
    assert told(found["PATH"]) == ["/bin"]


def test_even_what_ray_sets_last_gives_way() -> None:
    found = explained(config({"RAY_JOB_ID": "99", "RAY_AUTH_TOKEN_PATH": "/t"}))
    assert told(found["RAY_JOB_ID"]) == ["99", "(the job's id)"]
    assert told(found["RAY_AUTH_TOKEN_PATH"]) == ["/t", "/t"]


@pytest.mark.parametrize("environment", [{"RAY_AUTH_MODE": "disabled"}, {"RAY_AUTH_TOKEN": "hush"}])
def test_without_a_mounted_token_nothing_names_its_file(environment: dict[str, t.Any]) -> None:
    assert "RAY_AUTH_TOKEN_PATH" not in explained(config(), raylets=[raylet(**environment)])


@pytest.mark.parametrize(("cpus", "threads"), [(0.5, "1"), (3.7, "3"), (None, "1")])
def test_threads_follow_the_cpus_unless_somebody_says(cpus: float | None, threads: str) -> None:
    options = {"num_gpus": 1} if cpus is None else {"num_cpus": cpus}
    found = explained(config({}, options), deployment="Model")
    assert found["OMP_NUM_THREADS"].value == threads
    assert ("CUDA_VISIBLE_DEVICES" in found) == (cpus is None)
    assert told(explained(config({"OMP_NUM_THREADS": "7"}, options), deployment="Model")["OMP_NUM_THREADS"]) == ["7"]


def test_what_differs_between_nodes_is_told_for_each() -> None:
    given = config()
    nodes = [raylet(), raylet("worker1", False), raylet("worker2", False, RAY_A="1")]
    (process,) = processes_of(given, given.applications[0])
    found = environment_of(process, Image("i", {}), nodes)
    drain = [each for each in found if each.name == "RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S"]
    assert [(each.value, each.hosts) for each in drain] == [("0", ("head",)), ("60", ("worker1", "worker2"))]
    assert [each.hosts for each in found if each.name == "RAY_A"] == [("worker2",)]
    assert [each.hosts for each in found if each.name == "RAY_AUTH_MODE"] == [()]


def test_a_deployment_has_its_own_image_and_only_then_its_own_table() -> None:
    given = config({}, {"runtime_env": {"image_uri": "r.example/other:1"}})
    processes = processes_of(given, given.applications[0])
    assert [(each.title, each.image) for each in processes] == [
        ("application whisper", "r.example/whisper:1"),
        ("deployment Model of application whisper", "r.example/other:1"),
    ]
    plain = config({}, {"resources": {"special": 1}})
    assert len(processes_of(plain, plain.applications[0])) == 1


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("HF_TOKEN", "hush hush", "********"),
        ("MODEL", "hf_abcdefghijklmnopqrstuvwxyz", "********"),
        ("DATABASE", "postgres://alice:hush@db/x", "postgres://alice:********@db/x"),
        ("REDIS_URL", "redis://:hush@redis:6379/0", "redis://:********@redis:6379/0"),
        ("SIGNING_KEY", "hush hush", "********"),
        ("STORAGE", "AccountName=a;AccountKey=hush==", "AccountName=a;AccountKey=********"),
        ("SSH_KEY_PATH", "/home/ray/.ssh/id", "/home/ray/.ssh/id"),
        ("PWD", "/home/ray", "/home/ray"),
        ("RAY_AUTH_TOKEN_PATH", "/home/ray/.ray/auth_token", "/home/ray/.ray/auth_token"),
        ("RAY_AUTH_MODE", "token", "token"),
        ("MODEL_NAME", "base.en", "base.en"),
    ],
)
def test_secrets_are_masked(name: str, value: str, shown: str) -> None:
    assert environment_table.shown(name, value) == shown
    given = config({name: value})
    (process,) = processes_of(given, given.applications[0])
    image = Image(process.image, {name: value})
    made = environment_table.as_result(process, image, environment_of(process, image, [raylet()]))
    assert (value in json.dumps(made)) == (value == shown)


def test_the_table_is_aligned_and_keeps_to_its_lines() -> None:
    given = config({"TEXT": "two\nlines", "LONG": "x" * 500, "EMPTY": ""})
    (process,) = processes_of(given, given.applications[0])
    lines = environment_table.table(process, Image(process.image), environment_of(process, Image(""), [raylet()]))
    assert lines[0] == "application whisper in r.example/whisper:1"
    assert lines[1] == "(its ENV is not known: what it sets is missing below)"
    column = lines[2].index("value")
    assert lines[2].split() == ["variable", "value", "source", "overrides"]
    rows = {line.split()[0]: line[column:] for line in lines[3:]}
    assert rows["TEXT"].startswith("two\\nlines  ")
    assert rows["EMPTY"].startswith('""  ')
    assert rows["LONG"].startswith("x" * 59 + "…  ")
