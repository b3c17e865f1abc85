# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a version of Ray takes: the data as Rays told it, the versions between, before and after them, and what is not certain."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, findings
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.ray_schema import (
    FILE,
    ROOT,
    Field,
    history,
    numbers,
    ray_schema,
    unfolded,
)
from ansible_collections.ray.containers.tests.unit.serve_rules.configs import RULES, Config, app, apps, dep, env

HEAD = ("head",)


def test_the_data_is_that_of_every_ray_that_was_asked() -> None:
    answers = unfolded(json.loads(FILE.read_text(encoding="utf-8")))
    assert list(answers) == sorted(answers, key=numbers)
    assert {"2.9.3", "2.30.0", "2.40.0", "2.60.0"} <= set(answers)
    for ray, said in answers.items():
        # A Ray without these would be one that was not asked right.
        assert "applications" in said["models"][ROOT]["fields"], ray
        assert len(said["models"]["DeploymentSchema"]["fields"]) > 10
        assert {"env_vars", "config"} <= set(said["runtime_env"])
        assert said["settings"]
    assert "max_concurrent_queries" in answers["2.9.3"]["models"]["DeploymentSchema"]["fields"]
    assert "max_concurrent_queries" not in answers["2.60.0"]["models"]["DeploymentSchema"]["fields"]


@pytest.mark.parametrize(
    ("version", "known"),
    [
        *[("2.60.0", True), ("2.60.7", True), ("2.9.0", True), ("2.45.0", True), ("2.59.0", True), ("2.11.0", True)],
        *[("2.61.0", False), ("2.70.0", False), ("3.0.0", False), ("2.8.1", False), ("2.7.0", False)],
        *[("nightly", False), ("3.0.0.dev0", False), ("", False)],
    ],
)
def test_which_versions_are_known(version: str, known: bool) -> None:
    schema = ray_schema(version)
    assert schema.known is known
    assert "applications" in schema.fields(ROOT)


def test_a_version_between_two_has_what_one_of_them_has() -> None:
    between = ray_schema("2.43.0")  # after 2.40.0, before 2.47.1
    assert len(between.models) == 2
    assert "additional_log_standard_attrs" in between.fields("LoggingConfig")
    assert "additional_log_standard_attrs" not in ray_schema("2.40.0").fields("LoggingConfig")


def test_the_history_of_a_field() -> None:
    assert history("DeploymentSchema", "max_concurrent_queries") == ("2.9.3", "2.30.0")
    assert history("DeploymentSchema", "nonsense") is None
    assert history("Nonsense", "name") is None


@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [
        (Field(("whole",), ("text", "truth", "whole-fraction")), [1, True, "2", 3.0, "4.0"], [None, 1.5, "x", [], {}]),
        (Field(("whole",)), [1], [True, "2", 3.0]),
        (Field(("whole",), ("fraction", "text")), [1.5, "3"], [True, "1.5"]),
        (Field(("null", "number"), ("text",)), [None, 1, 1.5, "1e3"], ["", "1s", True]),
        (Field(("text",)), ["", "5"], [5, None, True]),
        (Field(("text",), ("number",)), ["x", 5, 1.5, True], [None, []]),
        (Field(("truth",)), [True, "yes", "OFF", 1, 0, 0.0], [2, "maybe", None]),
        (Field(("mapping",)), [{}], [[], "x", None]),
        (Field(("list",)), [[]], [{}, "x", None]),
        (Field(), [None, 1, "x", [], {}], []),
    ],
)
def test_what_a_field_takes(field: Field, right: list[t.Any], wrong: list[t.Any]) -> None:
    assert [value for value in right if not field.accepts(value)] == []
    assert [value for value in wrong if field.accepts(value)] == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (Field(("number",), least=0), -1, "0 or more"),
        (Field(("number",), least=0), 0, ""),
        (Field(("number",), above=0, most=1), 0, "more than 0 and at most 1"),
        (Field(("number",), above=0, most=1), "1", ""),
        (Field(("number",), least=0, most=100), 101, "0 to 100"),
        (Field(("number",), below=3), 3, "less than 3"),
        (Field(("text", "whole"), above=0), "0", ""),
    ],
)
def test_the_bounds_of_a_field(field: Field, value: t.Any, said: str) -> None:
    assert field.beyond(value) == said


def severities(config: Config, version: str) -> dict[str, str]:
    context = Context(heads=HEAD, ray=ray_schema(version))
    return {
        finding.entry.code: finding.entry.severity for finding in findings(RULES, ServeConfig.read(config), context)
    }


@pytest.mark.parametrize(
    ("code", "config"),
    [
        ("RC-193", apps(app(logging_config={"format": "x"}))),
        ("RC-192", apps(app(logging_config={"encoding": "LOGFMT"}))),
        ("RC-104", dep(num_replicas=1, user_config=["x"])),
        ("RC-138", dep(request_router_config={"initial_backoff_s": 0})),
        ("RC-174", dep(num_replicas="many")),
        ("RC-122", env(pip=["x"])),
        ("RC-163", apps(app(), proxy_location="Somewhere")),
    ],
)
def test_of_a_ray_that_is_not_known_the_form_is_a_warning_and_its_own_word_counts(code: str, config: Config) -> None:
    assert severities(config, "2.60.0")[code] == "error"
    assert severities(config, "2.58.0")[code] == "error"  # between two that were asked
    assert severities(config, "2.70.0")[code] == "warning"
    (found,) = [
        finding
        for finding in findings(RULES, ServeConfig.read(config), Context(heads=HEAD, ray=ray_schema("2.70.0")))
        if finding.entry.code == code
    ]
    assert found.entry.cause.endswith("Ray 2.70.0 itself is asked before the deploy.")


def test_what_is_no_matter_of_form_stays_an_error() -> None:
    wrong = apps(app(runtime_env={"image_uri": "short"}), app("b", runtime_env={"image_uri": "localhost/x:1"}))
    assert severities(wrong, "2.70.0") == {"RC-123": "error", "RC-125": "error"}


@pytest.mark.parametrize(
    ("config", "version", "evidence", "remedy"),
    [
        (
            dep(max_concurrent_queries=1),
            "2.60.0",
            "Ray 2.60.0 has no max_concurrent_queries, which Ray 2.30.0 still knows",
            "Use max_ongoing_requests",
        ),
        (
            dep(ray_actor_options={"runtime_env": {}, "object_store_memory": 1}),
            "2.60.0",
            "Ray 2.60.0 has no object_store_memory, which Ray 2.20.0 still knows",
            "Use memory",
        ),
        (
            dep(max_surge_percent=1),
            "2.50.0",
            "Ray 2.50.0 has no max_surge_percent yet, Ray 2.60.0 does",
            "Remove it, or set ray_version to 2.60.0 or later",
        ),
    ],
)
def test_a_field_of_another_ray_is_told_with_what_to_do(
    config: Config, version: str, evidence: str, remedy: str
) -> None:
    context = Context(heads=HEAD, ray=ray_schema(version))
    found = findings(RULES, ServeConfig.read(config), context)
    assert (evidence, remedy) in [(finding.evidence, finding.remedy) for finding in found]
