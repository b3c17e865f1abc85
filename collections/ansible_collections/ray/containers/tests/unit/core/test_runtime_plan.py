# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done for a runtime of Ray."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Remove
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.plan import (
    Environment,
    FetchUv,
    InstallPython,
    InstallRay,
    Interpreter,
    RuntimeFound,
    RuntimeSpec,
    plan_runtime,
    reject,
    runtime_path,
    uv_reason,
)

SPEC = RuntimeSpec("2.60.0", "", "/opt/ray", ("serve",))
PYTHON = Interpreter("/usr/bin/python3.11", "3.11.2")
WHOLE = Environment("3.11.2", "2.60.0", "b7f4259", {"ray": "2.60.0", "python": "3.11.2", "extras": ["serve"]})
BARE = RuntimeFound("3.11.2", PYTHON, False, None)


def found(**changes: t.Any) -> RuntimeFound:
    return RuntimeFound("3.11.2", PYTHON, True, Environment(**{**WHOLE.__dict__, **changes}))


def test_a_bare_node_gets_uv_and_ray() -> None:
    plan = plan_runtime(SPEC, BARE)
    assert [step.action for step in plan.steps] == [
        FetchUv("/opt/ray/uv/uv"),
        InstallRay("/opt/ray/2.60.0-py3.11.2", "2.60.0", "3.11.2", ("serve",)),
    ]
    assert plan.changed


def test_a_python_that_the_node_lacks_is_installed_before_ray() -> None:
    spec = RuntimeSpec("2.60.0", "3.12.7", "/opt/ray/", ("serve",))
    plan = plan_runtime(spec, RuntimeFound("3.12.7", None, True, None))
    assert [step.action for step in plan.steps] == [
        InstallPython("3.12.7", "/opt/ray/python"),
        InstallRay("/opt/ray/2.60.0-py3.12.7", "2.60.0", "3.12.7", ("serve",)),
    ]


def test_a_whole_runtime_is_left_alone() -> None:
    assert plan_runtime(SPEC, found()).steps == ()


def test_a_runtime_in_use_needs_no_uv() -> None:
    assert plan_runtime(SPEC, RuntimeFound("3.11.2", PYTHON, False, WHOLE)).steps == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"marker": {}}, "did not come to its end"),
        ({"python_version": "3.11.4"}, "its interpreter is 3.11.4"),
        ({"python_version": ""}, "its interpreter is gone"),
        ({"ray_version": "2.59.0"}, "it holds 2.59.0"),
        ({"ray_version": ""}, "it holds no Ray"),
        ({"marker": {"ray": "2.60.0", "extras": []}}, "it lacks the extra serve"),
    ],
)
def test_a_damaged_runtime_is_made_again_and_the_step_says_why(changes: dict[str, t.Any], reason: str) -> None:
    (step,) = plan_runtime(SPEC, found(**changes)).steps
    assert isinstance(step.action, InstallRay)
    assert reason in step.summary


def test_extras_of_an_earlier_play_stay() -> None:
    (step,) = plan_runtime(SPEC, found(marker={"extras": ["default"]})).steps
    assert step.action.extras == ("default", "serve")
    assert step.action.requirement == "ray[default,serve]==2.60.0"


def test_absent_removes_this_runtime_alone() -> None:
    absent = RuntimeSpec("2.60.0", "", "/opt/ray", ("serve",), "absent")
    assert [step.action for step in plan_runtime(absent, found()).steps] == [Remove("/opt/ray/2.60.0-py3.11.2")]
    assert plan_runtime(absent, BARE).steps == ()


def test_the_path_is_known_beforehand() -> None:
    assert runtime_path(SPEC, "3.11.2") == "/opt/ray/2.60.0-py3.11.2"


@pytest.mark.parametrize(
    "wrong",
    [
        RuntimeSpec("2.60", "", "/opt/ray", ()),
        RuntimeSpec("latest", "", "/opt/ray", ()),
        RuntimeSpec("2.60.0", "3.11", "/opt/ray", ()),
        RuntimeSpec("2.60.0", "", "opt/ray", ()),
        RuntimeSpec("2.60.0", "", "/", ()),
        RuntimeSpec("2.60.0", "", "/opt/ray", ("serve]; rm -rf",)),
    ],
)
def test_what_is_not_exact_is_refused(wrong: RuntimeSpec) -> None:
    with pytest.raises(OperatorError):
        reject(wrong)


@pytest.mark.parametrize("version", ["2.60.0", "2.61.0rc0", "3.0.0.dev0"])
def test_previews_are_exact_too(version: str) -> None:
    reject(RuntimeSpec(version, "3.11.2", "/opt/ray", ("serve",)))


def test_uvs_explanation_becomes_a_sentence() -> None:
    said = (
        "Using Python 3.11.2 environment at: /opt/ray/x\n"
        "  \u00d7 No solution found when resolving dependencies:\n"
        "  \u2570\u2500\u25b6 Because there is no version of ray==9.9.9 and you require ray==9.9.9,\n"
        "      we can conclude that your requirements are unsatisfiable.\n"
    )
    assert uv_reason(said) == (
        "No solution found when resolving dependencies: Because there is no version of ray==9.9.9 and you require "
        "ray==9.9.9, we can conclude that your requirements are unsatisfiable."
    )
    assert uv_reason("error: Failed to fetch\n  cause: dns error\n") == "Failed to fetch dns error"
