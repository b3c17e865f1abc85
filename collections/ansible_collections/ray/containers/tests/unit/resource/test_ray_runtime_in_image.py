# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ray of the raylet's image: asked once, and held to what is wanted."""

from __future__ import annotations

import atexit
import json
import os
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.parity.probe import MARK
from ansible_collections.ray.containers.plugins.module_utils._host import records
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._host.ray import raylet_container
from ansible_collections.ray.containers.plugins.module_utils._resource import ray_runtime, raylet_image
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

IMAGE = "registry.example.com/raylet:1"
TOLD = {"ray_version": "2.60.0", "ray_commit": "b7f4259e", "python_version": "3.11.2", "user_id": 1000, "imports": {}}
#: How a command in a container of the image begins.
ASKED = "podman exec --interactive --workdir=/ raylet-question "
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
    """A host with the image, of which only a container of that very image tells what is in it."""
    monkeypatch.setattr(records, "DIRECTORY", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(raylet_image, "root_image_id", lambda _image: "b" * 64)
    monkeypatch.setattr(raylet_container, "account", lambda name: Account(name, 1000, 1000, "ray", "/home/ray"))
    monkeypatch.setattr(os.path, "isdir", lambda _path: True)
    monkeypatch.setattr(atexit, "register", lambda _end: None)
    return FakeCommands({ASKED: MARK + json.dumps(TOLD)})


def run(engine: FakeCommands, **changes: t.Any) -> dict[str, t.Any]:
    runtime = ray_runtime.build({**PARAMETERS, **changes}, engine)
    observed = runtime.observe()
    plan = runtime.plan(observed)
    assert plan.steps == ()
    result: dict[str, t.Any] = runtime.result(observed, plan)["ray_runtime"]
    return result


def questions(engine: FakeCommands) -> list[str]:
    return [action for action in engine.actions if action.startswith(ASKED)]


def test_an_image_is_asked_once(engine: FakeCommands) -> None:
    first = run(engine)
    assert (first["ray_version"], first["ray_commit"], first["python_version"]) == ("2.60.0", "b7f4259e", "3.11.2")
    assert run(engine) == first
    assert len(questions(engine)) == 1


def test_a_raylet_of_another_image_is_not_asked(engine: FakeCommands) -> None:
    engine.answers["podman container inspect"] = "true\n"
    engine.answers["podman exec --interactive --workdir=/ raylet "] = MARK + json.dumps(
        {**TOLD, "ray_version": "2.59.0"}
    )
    assert run(engine)["ray_version"] == "2.60.0"


def test_what_a_raylet_of_another_image_has_answered_is_forgotten(engine: FakeCommands, tmp_path: Path) -> None:
    kept = {name: value for name, value in {**TOLD, "ray_version": "2.59.0"}.items() if name != "imports"}
    (tmp_path / "raylet-image.json").write_text(json.dumps({"b" * 64: kept}))
    assert run(engine)["ray_version"] == "2.60.0"
    run(engine)
    assert len(questions(engine)) == 1


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"version": "2.59.0"}, "Ray 2.60.0 and not 2.59.0"),
        ({"python_version": "3.11.9"}, "Python 3.11.2 and not 3.11.9"),
    ],
)
def test_another_version_is_refused(engine: FakeCommands, wanted: dict[str, str], words: str) -> None:
    with pytest.raises(OperatorError, match=words) as raised:
        run(engine, **wanted)
    assert raised.value.code == "RC-388"


@pytest.mark.parametrize(
    "answer", [Completed((), 127, "", "timeout: failed to run command 'python': No such file"), json.dumps({}), ""]
)
def test_an_image_without_ray_is_refused_and_asked_again(engine: FakeCommands, answer: t.Any) -> None:
    engine.answers[ASKED] = answer
    for _run in range(2):
        with pytest.raises(OperatorError) as raised:
            run(engine)
        assert raised.value.code == "RC-389"
        assert IMAGE in str(raised.value)
    assert len(questions(engine)) == 2


def test_before_the_image_is_there_what_is_wanted_is_told(
    engine: FakeCommands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raylet_image, "root_image_id", lambda _image: "")
    assert run(engine, python_version="3.11.2")["python_version"] == "3.11.2"
    assert engine.actions == []
