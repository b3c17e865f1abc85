# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ray's own words about a Serve config, translated; recorded from Ray 2.60.0 with pydantic 2.14."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.serve.schema_complaint import Complaint, refusal

CONFIG: dict[str, t.Any] = {
    "http_options": {"ssl_keyfile": "/k"},
    "applications": [
        {
            "import_path": None,
            "runtime_env": {"image_uri": "a", "env_vars": {"HF_TOKEN": "hunter2hunter2"}},
            "deployments": [{"name": "d", "num_replicas": 0, "deployment_actors": ["x"]}],
            "logging_config": {"level": "x"},
        },
        {"name": "w"},
    ],
}
APP: tuple[t.Any, ...] = ("applications", 0)
DEPLOYMENT = (*APP, "deployments", 0)


@pytest.mark.parametrize(
    ("where", "said", "kind", "sentence"),
    [
        (
            (*APP, "import_path"),
            "Input should be a valid string",
            "string_type",
            "applications[0].import_path: Ray takes a valid string here [RC-104]",
        ),
        (
            (*DEPLOYMENT, "num_replicas", "constrained-int"),
            "Input should be greater than 0",
            "greater_than",
            "applications[0].deployments[0].num_replicas: Ray takes greater than 0 here [RC-154]",
        ),
        (
            (*DEPLOYMENT, "deployment_actors", 0, "dict[any,any]"),
            "Input should be a valid dictionary",
            "dict_type",
            "applications[0].deployments[0].deployment_actors[0]: Ray takes a valid dictionary here [RC-104]",
        ),
        (
            (*APP, "logging_config", "level"),
            "Extra inputs are not permitted",
            "extra_forbidden",
            "applications[0].logging_config.level: Ray refuses this key [RC-193]",
        ),
        (
            ("applications", 1, "import_path"),
            "Field required",
            "missing",
            "applications[1].import_path: Ray requires this key, and it is not there [RC-154]",
        ),
        (
            ("http_options", "ssl_certfile"),
            "Value error, Both ssl_keyfile and ssl_certfile must be provided together to enable HTTPS.",
            "value_error",
            "http_options: Ray says: Both ssl_keyfile and ssl_certfile must be provided together to enable HTTPS [RC-154]",
        ),
        (
            (),
            "NotImplementedError: RESTART_REPLICA policy is not yet implemented.",
            "NotImplementedError",
            "the Serve config: Ray says: NotImplementedError: RESTART_REPLICA policy is not yet implemented [RC-154]",
        ),
        (("applications", 9), "Value error, x", "value_error", "applications: Ray says: x [RC-154]"),
    ],
)
def test_a_complaint_as_a_sentence(where: tuple[t.Any, ...], said: str, kind: str, sentence: str) -> None:
    assert Complaint(where, said, kind).sentence(CONFIG) == sentence


def test_a_place_is_told_once_and_nothing_is_no_refusal() -> None:
    place = (*DEPLOYMENT, "num_replicas")
    tried = [
        Complaint((*place, "constrained-int"), "Input should be greater than 0", "greater_than"),
        Complaint((*place, "str"), "Input should be a valid string", "string_type"),
    ]
    error = refusal(tried, CONFIG)
    assert error is not None
    assert (error.why.count("num_replicas"), error.code) == (1, "RC-154")
    assert refusal([], CONFIG) is None


def test_no_secret_is_told() -> None:
    said = "TypeError: runtime_env['env_vars'] ... {'env_vars': {'HF_TOKEN': 'hunter2hunter2'}}"
    assert "hunter2" not in Complaint((*APP, "runtime_env"), said, "TypeError").sentence(CONFIG)


def test_what_the_head_cannot_import_is_told_with_what_to_do() -> None:
    config = {"grpc_options": {"grpc_servicer_functions": ["a_pb2_grpc.add_A"]}}
    where = ("grpc_options", "grpc_servicer_functions", 0)
    error = refusal([Complaint(where, "No module named 'a_pb2_grpc'", "ImportError")], config)
    assert error is not None
    assert error.why == (
        "grpc_options.grpc_servicer_functions[0]: Ray on the head cannot import what this names: No module named 'a_pb2_grpc'"
        " [RC-158]"
    )
    assert (error.code, error.remedy.split(",")[0]) == (
        "RC-158",
        "Install it into Ray's environment on every node (ray_packages)",
    )
