# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done so that applications cannot become root, and what the diagnosis tells of it."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import privileges
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Finding
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.privileges.image import ImageSeen
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.temp_directory import ANOTHERS, CLOSED, OPEN
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.safety import (
    LookThroughImage,
    NotePowers,
    SetTempDirAside,
)
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.state import RootlessDesired
from ansible_collections.ray.containers.plugins.module_utils._host import accounts, records
from ansible_collections.ray.containers.plugins.module_utils._host.file_state import FileState
from ansible_collections.ray.containers.plugins.module_utils._host.privileges import changes
from ansible_collections.ray.containers.plugins.module_utils._host.ray import temp_directory
from ansible_collections.ray.containers.plugins.module_utils._resource import (
    diagnosis_of_powers,
    raylet_image_gate,
    raylet_image_look,
    rootless_safety,
)
from ansible_collections.ray.containers.plugins.module_utils._resource.ray_user_powers import Look
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

IMAGE = "registry.example.com/raylet:1"
DESIRED = RootlessDesired("ray", 1000, raylet_image=IMAGE)
ALLOWED = RootlessDesired("ray", 1000, raylet_image=IMAGE, user_privileged="allow")
SUDO = (("RC-253", "sudo lets it run ALL"),)
MOUNTED: dict[str, t.Any] = {"podman image mount": "/var/lib/containers/storage/overlay/1/merged\n"}


class Host:
    """What is found on a host, image by image."""

    def __init__(self) -> None:
        self.powers: tuple[tuple[str, str], ...] = ()
        self.image_id = "a" * 64
        self.image = ImageSeen()
        self.looked: list[str] = []
        self.temp_dir = CLOSED

    def look(self, _commands: t.Any, user: str, *_ids: int) -> Look:
        return Look(self.powers, "now", noted=False)

    def seen_in(self, root: str, *_ids: int) -> ImageSeen:
        self.looked.append(root)
        return self.image


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    host = Host()
    monkeypatch.setattr(records, "DIRECTORY", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    ray = accounts.Account("ray", 1000, 1000, "ray", "/home/ray")
    monkeypatch.setattr(accounts, "account", lambda name: ray if name == "ray" else None)
    monkeypatch.setattr(accounts, "groups_of", lambda _account: (1000,))
    monkeypatch.setattr(accounts, "group_name", lambda _gid: "ray")
    monkeypatch.setattr(raylet_image_gate, "account", accounts.account)
    monkeypatch.setattr(raylet_image_look, "account", accounts.account)
    monkeypatch.setattr(raylet_image_gate, "root_image_id", lambda _image: host.image_id)
    monkeypatch.setattr(diagnosis_of_powers, "root_image_id", lambda _image: host.image_id)
    monkeypatch.setattr(rootless_safety, "root_image_id", lambda _image: host.image_id)
    monkeypatch.setattr(rootless_safety, "look", host.look)
    monkeypatch.setattr(raylet_image_look, "seen_in", host.seen_in)
    monkeypatch.setattr(temp_directory, "state", lambda _uid: host.temp_dir)
    return host


def test_what_is_found_of_a_new_account_is_noted(host: Host) -> None:
    host.powers = (("RC-256", "it is in the group adm"),)
    assert rootless_safety.carry_out(FakeCommands(), DESIRED, NotePowers(fresh=True))
    assert changes.noted("ray", "now") == [["RC-256", "it is in the group adm"]]
    assert changes.noted("ray", "later") is None


def test_a_new_account_that_can_become_root_is_refused_and_not_noted(host: Host) -> None:
    host.powers = SUDO
    with pytest.raises(OperatorError, match="sudo lets it run ALL"):
        rootless_safety.carry_out(FakeCommands(), DESIRED, NotePowers(fresh=True))
    assert changes.noted("ray", "now") is None
    rootless_safety.carry_out(FakeCommands(), ALLOWED, NotePowers(fresh=True))
    assert changes.noted("ray", "now") == [["RC-253", "sudo lets it run ALL"]]


def test_an_image_is_looked_through_once_for_each_user_id(host: Host) -> None:
    commands = FakeCommands(MOUNTED)
    assert raylet_image_gate.known(host.image_id, 1000) is None
    rootless_safety.carry_out(commands, DESIRED, LookThroughImage(IMAGE))
    assert commands.actions == [f"podman image mount {IMAGE}", f"podman image unmount {IMAGE}"]
    assert rootless_safety.seen(commands, DESIRED, 1000, host.image_id)["image_weak"] == ()
    assert raylet_image_gate.known(host.image_id, 1001) is None
    assert raylet_image_gate.known("b" * 64, 1000) is None
    raylet_image_gate.require_known("ray", IMAGE)
    assert len(host.looked) == 1


def test_a_weak_image_is_refused_and_remembered(host: Host) -> None:
    host.image = ImageSeen(set_ids=("/usr/bin/sudo",))
    with pytest.raises(OperatorError, match="find / -xdev") as raised:
        rootless_safety.carry_out(FakeCommands(MOUNTED), DESIRED, LookThroughImage(IMAGE))
    assert raised.value.code == "RC-258"
    seen = rootless_safety.seen(FakeCommands(), DESIRED, 1000, host.image_id)["image_weak"]
    assert [evidence for evidence, _line in seen] == ["/usr/bin/sudo has the set-user-ID or set-group-ID bit"]


def test_a_raylet_starts_only_from_an_image_that_was_looked_through(host: Host) -> None:
    with pytest.raises(OperatorError, match="nobody has looked yet") as raised:
        raylet_image_gate.require_known("ray", IMAGE)
    assert raised.value.code == "RC-258"


def test_a_weak_image_that_is_allowed_may_start(host: Host) -> None:
    host.image = ImageSeen(set_ids=("/usr/bin/sudo",))
    rootless_safety.carry_out(FakeCommands(MOUNTED), ALLOWED, LookThroughImage(IMAGE))
    raylet_image_gate.require_known("ray", IMAGE)


def test_only_a_directory_of_somebody_else_is_set_aside(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rootless_safety, "file_state", lambda _path: FileState(0o777, "mallory", "mallory"))
    done: list[str] = []
    monkeypatch.setattr(temp_directory, "set_aside", lambda: done.append("aside"))
    owners = {}
    for state in (CLOSED, OPEN, ANOTHERS):
        host.temp_dir = state
        owners[state] = rootless_safety.seen(FakeCommands(), DESIRED, 1000, "")["temp_dir_owner"]
    assert owners == {CLOSED: "", OPEN: "", ANOTHERS: "mallory"}
    assert rootless_safety.carry_out(FakeCommands(), DESIRED, SetTempDirAside())
    assert done == ["aside"]
    assert not rootless_safety.carry_out(FakeCommands(), DESIRED, "another action")


def test_the_diagnosis_tells_all_of_it(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    found = (Finding(privileges.ROOTS_GROUP, "account ray", "it is in the group docker"),)
    monkeypatch.setattr(diagnosis_of_powers, "examine", lambda *_arguments, **_options: found)
    host.image, host.temp_dir = ImageSeen(set_ids=("/usr/bin/sudo",)), OPEN
    raylet_image_look.look_through(FakeCommands(MOUNTED), "ray", IMAGE, host.image_id)
    told = diagnosis_of_powers.power_findings(FakeCommands(), "ray", IMAGE, "2026-11-23T06:52:18")
    assert [(each["code"], each["where"]) for each in told] == [
        ("RC-254", "account ray"),
        ("RC-258", f"image {IMAGE}"),
        ("RC-257", "/tmp/ray"),
    ]
    assert {each["time"] for each in told} == {"2026-11-23T06:52:18"}
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert diagnosis_of_powers.power_findings(FakeCommands(), "ray", IMAGE, "") == []
