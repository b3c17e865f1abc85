# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every rule of the Serve config and of the inventory: what breaks it, and what nearly does."""

from __future__ import annotations

import copy
import datetime
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import inventory, serve_config
from ansible_collections.ray.containers.plugins.module_utils._core.registry import Registry
from ansible_collections.ray.containers.plugins.module_utils._core.rule import Context, findings
from ansible_collections.ray.containers.plugins.module_utils._core.serve_config import ServeConfig
from ansible_collections.ray.containers.plugins.module_utils._core.serve_rules import book

Config = t.Dict[str, t.Any]
RULES = (*book.SERVE_CONFIG, *book.INVENTORY)
IMAGE = "docker.io/alice/whisper:1.0"
GOOD_CONTEXT = Context(heads=("head",), workers=("one", "two"), registries=(Registry("10.0.0.1:5000", insecure=True),))
ABSENT: t.Any = object()

#: Codes that are found while the file is read or the registries are asked: test_serve_config_file has their cases.
NOT_BY_RULES = {
    *("RC-100", "RC-101", "RC-102", "RC-103"),
    *("RC-126", "RC-127", "RC-128", "RC-129", "RC-130", "RC-131"),
}


def app(name: str = "whisper", **changes: t.Any) -> Config:
    """A right application, with some of its fields changed, or ABSENT."""
    fields = {
        "name": name,
        "import_path": "whisper_example:entrypoint",
        "route_prefix": f"/{name}",
        "runtime_env": {"image_uri": IMAGE},
        **changes,
    }
    return {key: value for key, value in fields.items() if value is not ABSENT}


def env(**fields: t.Any) -> Config:
    """A config of one application with this runtime_env beside its image."""
    return {"applications": [app(runtime_env={"image_uri": IMAGE, **fields})]}


def variables(**values: t.Any) -> Config:
    return env(env_vars=values)


def apps(*applications: Config, **top: t.Any) -> Config:
    return {"applications": list(applications), **top}


def deployed(*runtime_envs: Config | None, **changes: t.Any) -> Config:
    """A config of one application with one deployment for each of *runtime_envs*."""
    deployments = [
        {"name": f"d{number}"}
        if fields is None
        else {"name": f"d{number}", "ray_actor_options": {"runtime_env": fields}}
        for number, fields in enumerate(runtime_envs)
    ]
    return apps(app(deployments=deployments, **changes))


OTHER = {"image_uri": "docker.io/alice/other:1"}

#: code, a config that breaks the rule, the places where, and one that nearly breaks it.
CASES: list[tuple[str, Config, list[str], Config]] = [
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
    ("RC-107", apps(app(args={"x": float("nan")})), ["applications[0].args.x"], apps(app(args={"x": 1e308}))),
    ("RC-110", apps(app(import_path=ABSENT)), ["applications[0].import_path"], apps(app(import_path="a:b"))),
    ("RC-110", apps(app(import_path="")), ["applications[0].import_path"], apps(app(import_path="a.b"))),
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
    ("RC-112", apps(app(), app(route_prefix="/b")), ["applications[1].name"], apps(app(), app("b"))),
    (
        "RC-112",
        apps(app(name=ABSENT), app("default", route_prefix="/b")),
        ["applications[1].name"],
        apps(app(name=ABSENT), app("Default", route_prefix="/b")),
    ),
    (
        "RC-113",
        apps(app(), app("b", route_prefix="/whisper")),
        ["applications[1].route_prefix"],
        apps(app(), app("b", route_prefix="/whisper/b")),
    ),
    (
        "RC-113",
        apps(app(route_prefix="/"), app("b", route_prefix=ABSENT), app("c", route_prefix=ABSENT)),
        ["applications[1].route_prefix", "applications[2].route_prefix"],
        apps(app(route_prefix=None), app("b", route_prefix=None)),
    ),
    *[
        ("RC-114", apps(app(route_prefix=wrong)), ["applications[0].route_prefix"], apps(app(route_prefix=right)))
        for wrong, right in [("whisper", "/whisper"), ("/whisper/", "/"), ("/{name}", "/name"), ("", "/")]
    ],
    ("RC-115", apps(app("")), ["applications[0].name"], apps(app(name=ABSENT))),
    (
        "RC-116",
        apps(app(host="0.0.0.0", port=8000)),
        ["applications[0].host", "applications[0].port"],
        apps(app(), http_options={"host": "0.0.0.0", "port": 8000}),
    ),
    (
        "RC-117",
        apps(app(deployments=[{"num_replicas": 2}])),
        ["applications[0].deployments[0]"],
        apps(app(deployments=[{"name": "d", "num_replicas": 2}])),
    ),
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
        apps(app(runtime_env={"image_uri": "localhost:5000/whisper:1"})),
    ),
    ("RC-140", variables(A=1), ["applications[0].runtime_env.env_vars.A"], variables(A="1")),
    ("RC-140", variables(A=True, B=None), [f"applications[0].runtime_env.env_vars.{n}" for n in "AB"], variables(A="")),
    ("RC-140", env(env_vars=["A=b"]), ["applications[0].runtime_env.env_vars"], env(env_vars={"A": "b"})),
    ("RC-140", env(env_vars=None), ["applications[0].runtime_env.env_vars"], env(env_vars={})),
    ("RC-140", env(env_vars={1: "b"}), ["applications[0].runtime_env.env_vars.1"], env(env_vars={"A1": "b"})),
    ("RC-141", env(env_vars={"A-B": "c"}), ["applications[0].runtime_env.env_vars.A-B"], env(env_vars={"A_B": "c"})),
    ("RC-141", env(env_vars={"1A": "c"}), ["applications[0].runtime_env.env_vars.1A"], env(env_vars={"_1A": "c"})),
    ("RC-141", env(env_vars={"A\n": "c"}), ["applications[0].runtime_env.env_vars.A\n"], env(env_vars={"a": "c"})),
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
]

#: code, an inventory that breaks the rule, and one that nearly does.
INVENTORY_CASES: list[tuple[str, Context, Context]] = [
    ("RC-201", Context(), Context(heads=("head",))),
    ("RC-202", Context(heads=("a", "b")), Context(heads=("a",), workers=("b",))),
    ("RC-203", Context(heads=("a",), workers=("b", "a")), Context(heads=("a",), workers=("b", "aa"))),
    *[
        ("RC-210", Context(("a",), (), (Registry(wrong),)), Context(("a",), (), (Registry(right),)))
        for wrong, right in [("http://r:5000", "r:5000"), ("r:5000/", "r:5000/team"), ("", "r"), (" r", "r")]
    ],
    (
        "RC-211",
        Context(("a",), (), (Registry("r"), Registry("r", insecure=True))),
        Context(("a",), (), (Registry("r"), Registry("r/team", insecure=True))),
    ),
]


def places(code: str, config: Config, context: Context = GOOD_CONTEXT) -> list[str]:
    found = findings(RULES, ServeConfig.read(config), context)
    return [finding.where for finding in found if finding.entry.code == code]


@pytest.mark.parametrize(("code", "broken", "where", "nearly"), CASES, ids=lambda value: str(value)[:60])
def test_a_rule_of_the_serve_config(code: str, broken: Config, where: list[str], nearly: Config) -> None:
    before = copy.deepcopy(broken)
    assert places(code, broken) == where
    assert places(code, nearly) == []
    assert broken == before or "nan" in str(broken)


@pytest.mark.parametrize(("code", "broken", "nearly"), INVENTORY_CASES)
def test_a_rule_of_the_inventory(code: str, broken: Context, nearly: Context) -> None:
    assert len(places(code, apps(app()), broken)) == 1
    assert places(code, apps(app()), nearly) == []


def test_a_right_site_has_no_findings() -> None:
    config = deployed(
        {"env_vars": {"MODEL": "large"}, "config": {"setup_timeout_seconds": 900}},
        None,
        runtime_env={"image_uri": "10.0.0.1:5000/whisper:1", "env_vars": {"A": "b"}},
    )
    assert findings(RULES, ServeConfig.read(config), GOOD_CONTEXT) == []


def test_every_entry_has_a_rule_and_a_case() -> None:
    codes = {entry.code for entry in (*serve_config.ENTRIES, *inventory.ENTRIES)}
    assert codes - NOT_BY_RULES == {rule.entry.code for rule in RULES}
    assert codes - NOT_BY_RULES == {case[0] for case in CASES} | {case[0] for case in INVENTORY_CASES}
    assert len(RULES) == len({rule.entry.code for rule in RULES})


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
