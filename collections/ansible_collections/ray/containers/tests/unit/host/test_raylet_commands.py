# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ray user's commands in the raylet's container, or beside it."""

from __future__ import annotations

import atexit
import os
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Completed
from ansible_collections.ray.containers.plugins.module_utils._host.ray import raylet_container
from ansible_collections.ray.containers.plugins.module_utils._host.ray.engine import engine_commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_commands import raylet_commands
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

IMAGE = "registry.example.com/raylet:1"


@pytest.fixture(name="ended")
def no_host(monkeypatch: pytest.MonkeyPatch) -> list[t.Any]:
    """An account, a directory of Ray's, and what would be done at the end of the module."""
    ended: list[t.Any] = []
    monkeypatch.setattr(raylet_container, "account", lambda name: Account(name, 1000, 1000, "ray", "/home/ray"))
    monkeypatch.setattr(os.path, "isdir", lambda _path: True)
    monkeypatch.setattr(atexit, "register", ended.append)
    return ended


#: How a raylet's container finds the podman that its raylet finds.
FOUND = """sh -c 'export PATH=/usr/local/lib/ray.containers/bin:$PATH; exec "$@"' sh"""


def test_on_the_host_nothing_lies_between() -> None:
    commands = FakeCommands()
    assert engine_commands(commands, "") is commands
    assert raylet_commands(commands, "") is commands


def test_a_raylet_that_runs_is_asked_itself(ended: list[t.Any]) -> None:
    commands = FakeCommands({"podman container inspect": f"{'a' * 64}\n"})
    inside = engine_commands(commands, IMAGE)
    inside.run(("podman", "images"), user="ray")
    inside.run(("podman", "ps"), user="ray", stdin="x")
    assert commands.actions == [
        "podman container inspect '--format={{if .State.Running}}{{.Image}}{{end}}' raylet",
        f"podman exec --workdir=/ raylet {FOUND} podman images",
        f"podman exec --interactive --workdir=/ raylet {FOUND} podman ps",
    ]
    assert ended == []


def test_without_a_raylet_one_container_is_asked_and_ended(ended: list[t.Any]) -> None:
    commands = FakeCommands({"podman container inspect": Completed((), 125, "", "no such container")})
    inside = engine_commands(commands, IMAGE)
    inside.run(("podman", "images"), user="ray")
    inside.run(("podman", "images"), user="ray")
    assert [action for action in commands.actions if " run " in action and IMAGE in action][1:] == []
    assert commands.actions[-1] == f"podman exec --workdir=/ raylet-tools {FOUND} podman images"
    for each in ended:
        each()
    assert commands.actions[-1] == "podman rm --force raylet-tools"


def test_an_image_is_asked_in_a_container_of_its_own_beside_a_raylet_that_runs(ended: list[t.Any]) -> None:
    commands = FakeCommands({"podman container inspect": f"{'a' * 64}\n"})
    inside = raylet_container.ImageCommands(commands, IMAGE)
    inside.run(("python", "-V"), user="ray")
    start, ask = commands.actions
    assert "--name=raylet-question" in start and f" {IMAGE} " in start
    assert ask == "podman exec --workdir=/ raylet-question python -V"
    for each in ended:
        each()
    assert commands.actions[-1] == "podman rm --force raylet-question"


def test_an_image_that_cannot_be_started_is_named(ended: list[t.Any]) -> None:
    commands = FakeCommands(
        {
            "podman container inspect": Completed((), 125, "", ""),
            "podman --runtime": Completed(("podman",), 125, "", "Error: no"),
        }
    )
    with pytest.raises(CommandFailed, match=IMAGE):
        engine_commands(commands, IMAGE).run(("podman", "images"), user="ray")


def test_commands_of_root_stay_on_the_host(ended: list[t.Any]) -> None:
    commands = FakeCommands()
    engine_commands(commands, IMAGE).run(("systemctl", "is-active", "x"))
    assert commands.actions == ["systemctl is-active x"]


def test_a_proxys_password_stands_on_no_command_line() -> None:
    commands = FakeCommands()
    settings = {"HTTPS_PROXY": "http://u:secret@192.0.2.3", "CONTAINERS_CONF": "/etc/mine"}
    raylet_commands(commands, IMAGE).run(("podman", "pull", "x"), user="ray", env=settings)
    assert commands.actions == [f"podman exec --workdir=/ --env=HTTPS_PROXY raylet {FOUND} podman pull x"]
    assert commands.environments == [{"HTTPS_PROXY": "http://u:secret@192.0.2.3"}]


def test_the_time_ends_the_command_in_the_container_too() -> None:
    commands = FakeCommands({"podman exec": Completed((), 124, "", "")})
    with pytest.raises(CommandFailed, match="no end after 30 seconds"):
        raylet_commands(commands, IMAGE).run(("podman", "pull", "x"), user="ray", timeout=30.0, check=False)
    assert commands.actions == [f"podman exec --workdir=/ raylet {FOUND} timeout --kill-after=5 30 podman pull x"]


def test_a_failure_shows_what_was_asked_and_not_how() -> None:
    commands = FakeCommands({"podman exec": Completed((), 1, "", "Error: no such image")})
    with pytest.raises(CommandFailed) as raised:
        raylet_commands(commands, IMAGE).run(("podman", "rmi", "x"), user="ray")
    assert "`podman rmi x` failed" in str(raised.value)
