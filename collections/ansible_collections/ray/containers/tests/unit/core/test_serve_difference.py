# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Serve says, what a config asks, and the difference: recorded answers of Ray 2.60.0 and tables."""

from __future__ import annotations

import copy
import dataclasses
import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.serve import deploy_failure
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.module_utils._core.serve.difference import (
    Differences,
    Record,
    differences,
    fixed_options,
    shown,
)
from ansible_collections.ray.containers.plugins.module_utils._core.serve.images import images_of
from ansible_collections.ray.containers.plugins.module_utils._core.serve.proxy import proxy_address
from ansible_collections.ray.containers.plugins.module_utils._core.serve.query import read_queries
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus, joined

DATA = Path(__file__).parents[1] / "data" / "ray-2.60.0"

#: The config that the recorded cluster was given.
DEPLOYED: dict[str, t.Any] = {
    "http_options": {"host": "127.0.0.1", "port": 8010},
    "applications": [
        {
            "name": "alpha",
            "import_path": "hello:build",
            "route_prefix": "/alpha",
            "args": {"word": "alpha"},
            "runtime_env": {"env_vars": {"A": "1"}, "image_uri": "10.0.0.9:5000/alpha:1"},
        },
        {
            "name": "beta",
            "import_path": "hello:build",
            "route_prefix": "/beta",
            "args": {"word": "beta"},
            "deployments": [{"name": "Hello", "num_replicas": 1, "ray_actor_options": {"num_cpus": 0.5}}],
            "runtime_env": {"image_uri": "10.0.0.9:5000/beta:1"},
        },
    ],
}


def status(name: str = "two_images_running") -> ServeStatus:
    return ServeStatus.read(json.loads((DATA / f"{name}.json").read_text()))


def with_beta(**fields: t.Any) -> dict[str, t.Any]:
    config = copy.deepcopy(DEPLOYED)
    config["applications"][1].update(fields)
    return config


def test_a_recorded_status_is_read() -> None:
    found = status()
    assert (found.started, found.head, found.settled) == (True, "192.0.2.2", True)
    assert [(each.name, each.running, each.route) for each in found.applications] == [
        ("alpha", True, "/alpha"),
        ("beta", True, "/beta"),
    ]
    assert found.missing(["alpha", "gamma"])[0].sentence() == "gamma is not there"
    assert [each.name for each in found.leaving(["alpha"])] == ["beta"]


def test_an_application_that_is_being_deleted_is_deployed_no_more() -> None:
    document = json.loads((DATA / "two_images_running.json").read_text())
    assert status().deploys == {"alpha": 1795416662.996687, "beta": 1795416662.996687}
    document["applications"]["beta"]["status"] = "DELETING"
    assert set(ServeStatus.read(document).deploys) == {"alpha"}


def test_what_was_deployed_is_no_difference() -> None:
    assert not differences(DEPLOYED, status(), None)


@pytest.mark.parametrize(
    ("config", "fields"),
    [
        (with_beta(route_prefix="/b"), ("route_prefix",)),
        (with_beta(runtime_env={"image_uri": "10.0.0.9:5000/beta:2"}), ("runtime_env.image_uri",)),
        (with_beta(runtime_env={}), ("runtime_env.image_uri",)),
        (with_beta(args={"word": "beta", "more": {"a": 1}}), ("args.more.a",)),
        (with_beta(deployments=[]), ("deployments.Hello.num_replicas", "deployments.Hello.ray_actor_options.num_cpus")),
        (
            with_beta(deployments=[{"name": "Hello", "num_replicas": 2, "ray_actor_options": {"num_cpus": 0.5}}]),
            ("deployments.Hello.num_replicas",),
        ),
    ],
)
def test_a_change_names_its_fields(config: dict[str, t.Any], fields: tuple[str, ...]) -> None:
    assert differences(config, status(), None).changed == {"beta": fields}


@pytest.mark.parametrize(
    "config",
    [
        with_beta(logging_config=None, autoscaling_policy=None, external_scaler_enabled=False),
        with_beta(deployments=[{"name": "Hello", "num_replicas": 1.0, "ray_actor_options": {"num_cpus": 0.50}}]),
        with_beta(unknown_to_ray=1),
        {**DEPLOYED, "proxy_location": "EveryNode", "target_capacity": None},
    ],
)
def test_what_means_the_same_is_no_difference(config: dict[str, t.Any]) -> None:
    assert not differences(config, status(), None)


def test_a_record_settles_what_ray_converts() -> None:
    config = with_beta(deployments=[{"name": "Hello", "num_replicas": "1", "ray_actor_options": {"num_cpus": "0.5"}}])
    assert differences(config, status(), None)
    assert not differences(config, status(), Record.of(config, status()))


def test_a_record_does_not_hide_what_somebody_else_deployed() -> None:
    config = with_beta(args={"word": "other"})
    assert differences(config, status(), Record(config, {"beta": "0"})).changed == {"beta": ("args.word",)}


def test_a_record_is_read_back_and_nonsense_is_none() -> None:
    record = Record.of(DEPLOYED, status())
    assert Record.read(record.text()) == record
    for text in (None, "", "{", "[]", '{"config": 1}'):
        assert Record.read(text) is None


def test_added_removed_failed_and_options() -> None:
    config = {
        "applications": [DEPLOYED["applications"][0], {"name": "gamma", "import_path": "g:app"}],
        "logging_config": {"log_level": "DEBUG"},
        "target_capacity": 50,
    }
    found = differences(config, status(), None)
    assert found == Differences(("gamma",), {}, ("beta",), (), ("logging_config", "target_capacity"))
    assert found.sentence() == "add gamma; remove beta; set logging_config and target_capacity"
    failed = differences(
        {"applications": [{**DEPLOYED["applications"][1], "runtime_env": {"image_uri": "10.0.0.9:5000/beta:pull"}}]},
        status("image_not_found"),
        None,
    )
    assert failed.failed == ("beta",)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, ()),
        ({"http_options": {"host": "127.0.0.1", "port": 8010, "request_timeout_s": 5}}, ()),
        ({"http_options": {"port": 8000}}, ("http_options.port (8010 runs, 8000 wanted)",)),
        ({"proxy_location": "HeadOnly"}, ("proxy_location (EveryNode runs, HeadOnly wanted)",)),
        ({"grpc_options": {"port": 9000, "request_timeout_s": 5}}, ()),
        (
            {"grpc_options": {"grpc_servicer_functions": ["a.b"]}},
            ("grpc_options.grpc_servicer_functions ([] runs, ['a.b'] wanted)",),
        ),
        ({"controller_options": {"runtime_env": {}}}, ()),
    ],
)
def test_what_serve_keeps_from_its_start(fields: dict[str, t.Any], told: tuple[str, ...]) -> None:
    assert fixed_options(fields, status()) == told
    assert fixed_options(fields, ServeStatus()) == ()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            {},
            {"http_options": {"request_timeout_s": 5}},
            ("http_options.request_timeout_s (None until now, 5 wanted)",),
        ),
        ({"http_options": {"request_timeout_s": 5}}, {}, ()),  # none runs
        ({}, {"http_options": {"keep_alive_timeout_s": 90}, "controller_options": {}}, ()),
        ({"http_options": {"keep_alive_timeout_s": 5}}, {"http_options": {"keep_alive_timeout_s": 5}}, ()),
        (
            {"grpc_options": {"request_timeout_s": 1}},
            {"grpc_options": {"request_timeout_s": 2}},
            ("grpc_options.request_timeout_s (1 until now, 2 wanted)",),
        ),
        ({}, {"controller_options": {"runtime_env": {"env_vars": {"A": "s3cret"}}}}, ("controller_options",)),
        ({"controller_options": {"runtime_env": {}}}, {}, ("controller_options",)),
    ],
)
def test_what_the_same_serve_was_asked_for_otherwise(
    before: dict[str, t.Any], after: dict[str, t.Any], told: tuple[str, ...]
) -> None:
    record = Record.of(before, status())
    assert fixed_options(after, status(), record) == told
    assert fixed_options(after, status(), dataclasses.replace(record, controller="another")) == ()
    assert fixed_options(after, ServeStatus(), record) == ()


def test_a_failed_application_is_told_with_podmans_words_image_and_node() -> None:
    application = status("image_not_found").application("beta")
    assert application is not None
    error = deploy_failure.failed(application, {"beta": ["10.0.0.9:5000/beta:pull"]})
    assert error.what == "Application beta (image 10.0.0.9:5000/beta:pull) failed to start on node 192.0.2.2"
    assert error.why.startswith("Error: initializing source docker://")
    assert error.why.endswith("manifest unknown")
    assert error.code == "RC-420"


def test_a_constructor_that_fails_is_told_by_its_exception() -> None:
    application = status("constructor_fails").application("beta")
    assert application is not None
    error = deploy_failure.failed(application, {})
    assert (error.why, error.code) == ("RuntimeError: the model file is missing", "RC-481")
    assert "RuntimeError: the model file is missing" in application.sentence()


def test_the_images_of_a_config() -> None:
    assert images_of(DEPLOYED) == {"alpha": ["10.0.0.9:5000/alpha:1"], "beta": ["10.0.0.9:5000/beta:1"]}


def test_secrets_of_a_config_are_not_shown() -> None:
    told = shown({"env_vars": {"A": "1"}, "args": {"api_key": "k", "word": "w", "list": [{"password": "p"}]}})
    assert told == {
        "env_vars": {"A": "********"},
        "args": {"api_key": "********", "word": "w", "list": [{"password": "********"}]},
    }


@pytest.mark.parametrize(
    ("route", "path", "target"),
    [
        ("/alpha", "", "/alpha"),
        ("/alpha", "x", "/alpha/x"),
        ("/alpha", "/x?y=1", "/alpha/x?y=1"),
        ("/alpha", "?y=1", "/alpha?y=1"),
        ("/", "x", "/x"),
        ("/", "", "/"),
        ("/alpha", "?q=schön", "/alpha?q=sch%C3%B6n"),
        ("/alpha", "two words?q=a b#c", "/alpha/two%20words?q=a%20b%23c"),
        ("/alpha", "a%20b?q=100%25&r=[1]+2", "/alpha/a%20b?q=100%25&r=[1]+2"),
        ("/größe", "", "/gr%C3%B6%C3%9Fe"),
    ],
)
def test_the_path_of_a_query_stands_below_the_route(route: str, path: str, target: str) -> None:
    config = ServeConfig.read({"applications": [{"name": "alpha", "route_prefix": route}]})
    (query,) = read_queries([{"application": "alpha", "path": path, "expect": "x"}], config)
    assert query.target == target


@pytest.mark.parametrize(
    ("options", "asked", "public"),
    [
        ({}, "http://127.0.0.1:8000/a", "http://192.0.2.10:8000/a"),
        ({"host": "127.0.0.1", "port": 8010}, "http://127.0.0.1:8010/a", "http://127.0.0.1:8010/a"),
        ({"host": "192.0.2.10"}, "http://192.0.2.10:8000/a", "http://192.0.2.10:8000/a"),
        ({"host": "::"}, "http://[::1]:8000/a", "http://192.0.2.10:8000/a"),
        ({"ssl_certfile": "/c.pem"}, "https://127.0.0.1:8000/a", "https://192.0.2.10:8000/a"),
    ],
)
def test_where_the_proxy_is_asked_and_shown(options: dict[str, t.Any], asked: str, public: str) -> None:
    proxy = proxy_address(options, {})
    assert (proxy.url("/a"), proxy.url("/a", host="192.0.2.10")) == (asked, public)


def test_names_are_listed_as_in_a_sentence() -> None:
    assert [joined(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
