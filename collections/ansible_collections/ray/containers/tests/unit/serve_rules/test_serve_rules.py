# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every rule of the Serve config and of the inventory: what breaks it, and what nearly does; and how it is told."""

from __future__ import annotations

import copy
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, findings
from ansible_collections.ray.containers.tests.unit.serve_rules import (
    applications,
    deployments,
    environment,
    images,
    imported,
    inventories,
    options,
    placement,
    routing,
    shape,
)
from ansible_collections.ray.containers.tests.unit.serve_rules.configs import (
    ABSENT,
    GOOD_CONTEXT,
    IMAGE,
    OTHER,
    RULES,
    Case,
    Config,
    app,
    apps,
    deployed,
    env,
    places,
)

CASES: list[Case] = [
    *shape.CASES,
    *applications.CASES,
    *images.CASES,
    *environment.CASES,
    *routing.CASES,
    *deployments.CASES,
    *imported.CASES,
    *placement.CASES,
    *options.CASES,
]


@pytest.mark.parametrize(("code", "broken", "where", "nearly"), CASES, ids=lambda value: str(value)[:60])
def test_a_rule_of_the_serve_config(code: str, broken: Config, where: list[str], nearly: Config) -> None:
    before = copy.deepcopy(broken)
    assert places(code, broken) == where
    assert places(code, nearly) == []
    assert broken == before or "nan" in str(broken)


@pytest.mark.parametrize(("code", "broken", "nearly"), inventories.CASES)
def test_a_rule_of_the_inventory(code: str, broken: tuple[Config, Context], nearly: tuple[Config, Context]) -> None:
    assert len(places(code, *broken)) == 1
    assert places(code, *nearly) == []


def test_a_right_site_has_no_findings() -> None:
    config = deployed(
        {"env_vars": {"MODEL": "large"}, "config": {"setup_timeout_seconds": 900}},
        None,
        runtime_env={"image_uri": "10.0.0.1:5000/whisper:1", "env_vars": {"A": "b"}},
    )
    assert findings(RULES, ServeConfig.read(config), GOOD_CONTEXT) == []


def test_every_rule_has_a_code_of_its_own_and_both_cases() -> None:
    codes = {rule.entry.code for rule in RULES}
    assert codes == {case[0] for case in CASES} | {case[0] for case in inventories.CASES}
    assert len(RULES) == len(codes)
    assert len(codes) >= 60


@pytest.mark.parametrize(
    "config",
    [
        deployed(OTHER, None, runtime_env={}),
        apps(
            app(runtime_env={}, deployments=[{"name": "ingress"}, *deployed(OTHER)["applications"][0]["deployments"]])
        ),
        apps(app(runtime_env=ABSENT, args={"llm_configs": [{"runtime_env": OTHER}]})),
    ],
)
def test_an_ingress_outside_the_images_of_its_models_is_a_warning(config: Config) -> None:
    found = findings(RULES, ServeConfig.read(config), GOOD_CONTEXT)
    assert [(finding.entry.code, finding.entry.severity) for finding in found] == [("RC-120", "warning")]
    assert "on every node (ray_path)" in found[0].remedy


def test_without_any_image_it_is_an_error() -> None:
    (found,) = findings(RULES, ServeConfig.read(apps(app(runtime_env={}))), GOOD_CONTEXT)
    assert (found.entry.code, found.entry.severity) == ("RC-120", "error")


def test_errors_come_before_warnings() -> None:
    config = apps(app(import_path=ABSENT, typo=1, runtime_env={"image_uri": "short", "env_vars": {"PATH": "/x"}}))
    found = findings(RULES, ServeConfig.read(config), GOOD_CONTEXT)
    assert [finding.entry.code for finding in found] == ["RC-110", "RC-123", "RC-106", "RC-144"]


@pytest.mark.parametrize("secret", ["hunter2'", "hunter2${X}", 12345678, "hunter2"])
@pytest.mark.parametrize("name", ["PASSWORD", "RAY_AUTH_TOKEN", "A-B", "HOME"])
def test_no_finding_shows_a_value(name: str, secret: t.Any) -> None:
    for finding in findings(RULES, ServeConfig.read(env(env_vars={name: secret})), GOOD_CONTEXT):
        assert "hunter2" not in str(finding.as_result())
        assert "12345678" not in str(finding.as_result())


@pytest.mark.parametrize(
    ("config", "code", "remedy"),
    [
        (apps(app(rout_prefix="/x")), "RC-106", "Write route_prefix in its place"),
        (env(container={"image": IMAGE}), "RC-121", f"Replace the whole field container by image_uri: {IMAGE}"),
        (
            apps(app(runtime_env={"container": {"image": "a/b", "run_options": []}})),
            "RC-121",
            "Replace the whole field container by image_uri: a/b; run_options of container has no successor",
        ),
        (apps(app(route_prefix="x/")), "RC-114", "Write /x"),
        (
            apps(app(runtime_env={"image_uri": "ray"})),
            "RC-123",
            "Write the registry too: docker.io/library/ray if it is on Docker Hub",
        ),
    ],
)
def test_a_remedy_says_what_to_write(config: Config, code: str, remedy: str) -> None:
    found = {finding.entry.code: finding for finding in findings(RULES, ServeConfig.read(config), GOOD_CONTEXT)}
    assert found[code].remedy == remedy


@pytest.mark.parametrize(
    ("config", "code", "said"),
    [
        (apps(app(import_path="a/b:c")), "RC-111", "a/b is a file, not a module"),
        (apps(app(import_path="b.py:c")), "RC-111", "b.py is a file, not a module"),
        (deployed(OTHER, runtime_env={"pip": []}), "RC-122", "inherited from applications[0].runtime_env"),
        (deployed({"pip": []}), "RC-122", "image_uri comes from applications[0].runtime_env"),
        (
            deployed({**OTHER, "pip": []}, runtime_env={}),
            "RC-122",
            "application whisper has image_uri together with pip",
        ),
        (apps(app(), app("b", route_prefix="/whisper")), "RC-113", "whisper and b both have the route /whisper"),
        (apps(app(route_prefix=ABSENT), app("b", route_prefix=ABSENT)), "RC-113", "which holds where none is written"),
        (apps(app(name=ABSENT), app(name=ABSENT)), "RC-112", "no name is written, so it is default"),
    ],
)
def test_the_evidence_says_what_was_seen(config: Config, code: str, said: str) -> None:
    found = {finding.entry.code: finding for finding in findings(RULES, ServeConfig.read(config), GOOD_CONTEXT)}
    assert said in found[code].evidence


@pytest.mark.parametrize(
    "document",
    [
        {"applications": [[], None, 5, {"runtime_env": [], "deployments": 5}, {"deployments": [None, {}]}]},
        {"applications": [{"name": None, "route_prefix": {}, "import_path": [], "runtime_env": {"env_vars": 5}}]},
        {"applications": [{"name": ["a"], "deployments": [{"name": 5, "ray_actor_options": 5}]}]},
        {"applications": [{"runtime_env": {"container": "x", "image_uri": []}}], 5: 6, None: None},
        {"applications": "text", "http_options": None},
    ],
)
def test_no_shape_makes_a_rule_fall(document: Config) -> None:
    assert findings(RULES, ServeConfig.read(document), Context())
