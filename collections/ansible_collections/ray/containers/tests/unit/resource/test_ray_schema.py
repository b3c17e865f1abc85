# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ray's own schema before a deploy: asked when something is to be deployed, on a host that has Ray, and believed."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_config import DeployedServeConfig, build
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands
from ansible_collections.ray.containers.tests.unit.fakes.serve import FakeServe, module_parameters

CONFIG: dict[str, t.Any] = {
    "applications": [{"name": "a", "import_path": "a:app", "route_prefix": "/a", "args": {"answer": "x"}}]
}
REFUSED = json.dumps([{"where": ["applications", 0, "name"], "said": "Input should be y", "kind": "literal_error"}])


class Head:
    """A head with Ray's Python, whose answer is given."""

    def __init__(self, tmp_path: Path, answer: str | Completed, *, installed: bool = True) -> None:
        self.python = tmp_path / "ray" / "bin" / "python"
        self.python.parent.mkdir(parents=True)
        if installed:
            self.python.touch()
        self.commands = FakeCommands({str(self.python): answer})
        self.serve = FakeServe()
        self.tmp_path = tmp_path
        self.token = tmp_path / "auth_token"
        self.token.write_text("secret", encoding="utf-8")

    def capability(self, **parameters: t.Any) -> DeployedServeConfig:
        directory = self.tmp_path
        defaults = {"runtime_path": str(directory / "ray"), "temp_dir": str(directory / "tmp")}
        record = directory / "last-good.json"
        given = {**module_parameters(CONFIG, token=self.token, record=record, **defaults), **parameters}
        return build(given, self.commands, sender=self.serve.send, clock=self.serve.clock, pause=self.serve.pause)

    def run(self, **parameters: t.Any) -> None:
        capability = self.capability(**parameters)
        for step in capability.plan(capability.observe()).steps:
            capability.apply(step)

    @property
    def asked(self) -> int:
        return sum(str(self.python) in action for action in self.commands.actions)


def test_a_config_that_ray_takes_is_deployed_and_asked_about_once(tmp_path: Path) -> None:
    head = Head(tmp_path, "noise\nray.containers: []\n")
    head.run()
    assert set(head.serve.details()["applications"]) == {"a"}
    head.run()
    assert head.asked == 1
    assert head.commands.actions[0].startswith("[ray] ")


def test_a_config_that_ray_refuses_never_reaches_serve(tmp_path: Path) -> None:
    head = Head(tmp_path, f"ray.containers: {REFUSED}\n")
    with pytest.raises(OperatorError) as caught:
        head.run()
    assert caught.value.code == "RC-154"
    assert "applications[0].name: Ray takes y here [RC-154]" in str(caught.value)
    assert head.serve.details()["applications"] == {}


@pytest.mark.parametrize("parameters", [{}, {"runtime_path": ""}])
def test_without_ray_on_the_host_there_is_nobody_to_ask(parameters: dict[str, t.Any], tmp_path: Path) -> None:
    head = Head(tmp_path, "", installed=False)
    capability = head.capability(**parameters)
    assert capability.plan(capability.observe()).changed
    assert head.asked == 0


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Completed((), 1, "", "Traceback\nModuleNotFoundError: No module named 'ray.serve'\n"), "No module named"),
        ("nothing of ours", "nothing of ours"),
    ],
)
def test_a_ray_that_cannot_tell_stops_the_deploy(answer: t.Any, why: str, tmp_path: Path) -> None:
    head = Head(tmp_path, answer)
    with pytest.raises(OperatorError, match=why):
        head.run()
    assert head.serve.details()["applications"] == {}
