# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ray of the raylet's image: asked once, and held to what is wanted."""

from __future__ import annotations

import json
import os
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.parity.probe import MARK
from ansible_collections.ray.containers.plugins.module_utils._host import records
from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._resource import ray_runtime, raylet_image
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

IMAGE = "registry.example.com/raylet:1"
TOLD = {"ray_version": "2.60.0", "ray_commit": "b7f4259e", "python_version": "3.11.2", "user_id": 1000, "imports": {}}
PARAMETERS: dict[str, t.Any] = {
    "version": "2.60.0",
    "python_version": "",
    "path": "/opt/ray",
    "extras": ["serve"],
    "state": "present",
    "raylet_image": IMAGE,
    "user": "ray",
}


@pytest.fixture(name="engine")
def an_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeCommands:
    monkeypatch.setattr(records, "DIRECTORY", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(raylet_image, "root_image_id", lambda _image: "b" * 64)
    engine = FakeCommands({"python -c": MARK + json.dumps(TOLD)})
    monkeypatch.setattr(raylet_image, "engine_commands", lambda _commands, _image: engine)
    return engine


def run(**changes: t.Any) -> dict[str, t.Any]:
    runtime = ray_runtime.build({**PARAMETERS, **changes}, FakeCommands())
    observed = runtime.observe()
    plan = runtime.plan(observed)
    assert plan.steps == ()
    result: dict[str, t.Any] = runtime.result(observed, plan)["ray_runtime"]
    return result


def test_an_image_is_asked_once(engine: FakeCommands) -> None:
    first = run()
    assert (first["ray_version"], first["ray_commit"], first["python_version"]) == ("2.60.0", "b7f4259e", "3.11.2")
    assert run() == first
    assert len(engine.actions) == 1


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"version": "2.59.0"}, "Ray 2.60.0 and not 2.59.0"),
        ({"python_version": "3.11.9"}, "Python 3.11.2 and not 3.11.9"),
    ],
)
def test_another_version_is_refused(engine: FakeCommands, wanted: dict[str, str], words: str) -> None:
    with pytest.raises(OperatorError, match=words) as raised:
        run(**wanted)
    assert raised.value.code == "RC-388"


@pytest.mark.parametrize(
    "answer", [Completed((), 127, "", "timeout: failed to run command 'python': No such file"), json.dumps({}), ""]
)
def test_an_image_without_ray_is_refused_and_asked_again(engine: FakeCommands, answer: t.Any) -> None:
    engine.answers["python -c"] = answer
    for _run in range(2):
        with pytest.raises(OperatorError) as raised:
            run()
        assert raised.value.code == "RC-389"
        assert IMAGE in str(raised.value)
    assert len(engine.actions) == 2


def test_before_the_image_is_there_what_is_wanted_is_told(
    engine: FakeCommands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raylet_image, "root_image_id", lambda _image: "")
    assert run(python_version="3.11.2")["python_version"] == "3.11.2"
    assert engine.actions == []
