# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capability rootless_podman: what it asks of a host, and how it carries its own steps out."""

from __future__ import annotations

import grp
import os
import pathlib
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Step, WriteFile
from ansible_collections.ray.containers.plugins.module_utils._core.rootless import plan as core
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mounts import Mount
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import STATE_DIRECTORY
from ansible_collections.ray.containers.plugins.module_utils._host import accounts, files, kernel, survey, user_files
from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._host.file_state import FileState, file_state
from ansible_collections.ray.containers.plugins.module_utils._host.podman import chain
from ansible_collections.ray.containers.plugins.module_utils._host.podman import proof as rootless_proof
from ansible_collections.ray.containers.plugins.module_utils._host.survey import Surveyor
from ansible_collections.ray.containers.plugins.module_utils._resource import rootless_podman as resource
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

PARAMETERS: dict[str, t.Any] = {
    "user": "ray",
    "uid": 1000,
    "accounts": [],
    "home": None,
    "graph_root": None,
    "registries": [],
    "auth": None,
    "prove": True,
    "raylet_image": "",
    "raylet_privileged": True,
    "user_privileged": "refuse",
}

IMAGES = ("r", "s")
STORE = "/var/lib/containers/ray-user"
STORAGE = "/etc/ray.containers/podman/storage.conf"


@pytest.fixture(autouse=True)
def nothing_to_see(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can become root here; that has tests of its own."""
    monkeypatch.setattr(resource, "seen", lambda *_arguments: {})


def build(commands: FakeCommands, **parameters: t.Any) -> resource.RootlessPodman:
    return resource.build({**PARAMETERS, **parameters}, commands)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A systemd host without the account and without Podman."""
    monkeypatch.setattr(accounts, "account", lambda _name: None)
    monkeypatch.setattr(accounts, "account_with_uid", lambda _uid: None)
    monkeypatch.setattr(kernel, "runs_systemd", lambda: True)
    monkeypatch.setattr(chain, "PROGRAMS", ())
    monkeypatch.setattr(Surveyor, "closed_above", lambda *_arguments: "")


@pytest.mark.usefixtures("bare")
def test_a_bare_host_is_observed_and_planned_without_a_process(tmp_path: pathlib.Path) -> None:
    commands = FakeCommands()
    capability = build(commands, home=str(tmp_path / "nobody"), registries=[{"location": "r:5000", "insecure": True}])
    steps = capability.plan(capability.observe()).steps
    assert isinstance(steps[-1].action, core.Prove)
    assert any("r:5000" in step.summary for step in steps)
    assert commands.actions == []


@pytest.mark.usefixtures("bare")
def test_the_id_of_a_group_yet_to_make_is_one_that_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = {1000: "staff", 1001: "video"}
    monkeypatch.setattr("grp.getgrgid", lambda gid: grp.struct_group((groups[gid], "x", gid, [])))
    monkeypatch.setattr(accounts, "group_id", lambda _name: None)
    assert build(FakeCommands()).observe().gid == 1002
    groups[1002] = "ray"
    monkeypatch.setattr(accounts, "group_id", lambda _name: 1002)
    assert build(FakeCommands()).observe().gid == 1002


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(("version", "remapped"), [("4.3.1", True), ("5.1.2", True), ("5.4.2", False)])
def test_layers_are_remapped_as_the_installed_podman_can(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, version: str, remapped: bool
) -> None:
    monkeypatch.setattr(resource, "STATE_DIRECTORY", str(tmp_path / "state"))
    monkeypatch.setattr(chain, "builds", lambda: {"/usr/bin/podman": "a build"})
    monkeypatch.setattr(kernel, "kernel_release", lambda: "6.1.0")
    commands = FakeCommands({"podman --version": f"podman version {version}\n"})
    capability = build(commands, home=str(tmp_path / "home"))
    steps = capability.plan(capability.observe()).steps
    (storage,) = [step.action for step in steps if getattr(step.action, "path", "").endswith("storage.conf")]
    assert ("remap-uids" in storage.content) is remapped
    # Once that file was proven with that very Podman, nobody is asked any more.
    (tmp_path / "home/.config/containers").mkdir(parents=True)
    pathlib.Path(storage.path).write_text(storage.content, encoding="utf-8")
    monkeypatch.setattr(rootless_proof, "run_proof", lambda *_arguments, **_options: None)
    capability.apply(Step(core.Prove("ray", "ray", 1000), "s", changes=False))
    commands.actions.clear()
    assert capability.observe().remaps_layers is remapped
    assert commands.actions == []
    monkeypatch.setattr(chain, "builds", lambda: {"/usr/bin/podman": "another build"})
    capability.observe()
    assert commands.actions == ["podman --version"]


@pytest.mark.usefixtures("bare")
def test_that_users_are_mapped_is_known_from_the_files_of_a_proven_host(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "STATE_DIRECTORY", str(tmp_path / "state"))
    monkeypatch.setattr(chain, "builds", lambda: {"/usr/bin/podman": "a build"})
    monkeypatch.setattr(kernel, "kernel_release", lambda: "6.1.0")
    commands = FakeCommands({"podman --version": "podman version 4.3.1\n"})
    registries = [{"location": "r:5000", "insecure": True}]
    capability = build(commands, home=str(tmp_path / "home"), uid=1001, registries=registries)
    for step in capability.plan(capability.observe()).steps:
        if isinstance(step.action, WriteFile) and step.action.path.startswith(str(tmp_path)):
            path = pathlib.Path(step.action.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.action.content, encoding="utf-8")
    seen: list[int] = []
    monkeypatch.setattr(rootless_proof, "run_proof", lambda *_arguments, **options: seen.append(options["image_uid"]))
    capability.apply(Step(core.Prove("ray", "ray", 1001), "s", changes=False))
    assert seen == [1000]
    commands.actions.clear()
    assert capability.observe().maps_users and commands.actions == []


class Disk:
    """The files of a host, remembered with their owners; its account ray is there, with a home and a store."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.files: dict[str, core.FoundFile] = {}
        self.directories = {"/home/ray", STORE, "/etc/ray.containers/podman"}
        isdir = os.path.isdir
        monkeypatch.setattr(os.path, "isdir", lambda path: path in self.directories or isdir(path))
        monkeypatch.setattr(accounts, "account", lambda name: accounts.Account(name, 1000, 1000, name, f"/home/{name}"))
        monkeypatch.setattr(files, "read_text", lambda path: self.files[path].content if path in self.files else None)
        monkeypatch.setattr(resource, "file_state", self.state)
        monkeypatch.setattr(files, "write_text", self.write)
        monkeypatch.setattr(files, "make_directory", lambda path, **_options: self.directories.add(path))
        monkeypatch.setattr(user_files.UserFiles, "read_text", lambda _self, path: files.read_text(path))
        monkeypatch.setattr(user_files.UserFiles, "state", lambda _self, path, **_options: self.state(path))
        monkeypatch.setattr(user_files.UserFiles, "write_text", self.write_as_user)
        monkeypatch.setattr(Surveyor, "look", lambda _self, path: self.state(path))

    def write(self, path: str, content: str, *, mode: int = 0o644, **_options: t.Any) -> None:
        self.files[path] = core.FoundFile(content, mode, "root", "root")

    def write_as_user(self, path: str, content: str, *, mode: int = 0o644) -> None:
        self.files[path] = core.FoundFile(content, mode, "ray", "ray")

    def state(self, path: str) -> FileState | None:
        if path in self.directories:
            roots = path == STATE_DIRECTORY
            return FileState(0o700 if roots else 0o711, "ray" if "ray" in path and not roots else "root", "")
        found = self.files.get(path)
        return FileState(found.mode, found.owner, found.group, "file") if found else None


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("version", ["4.3.1", "5.4.2"])
def test_the_podman_of_an_image_is_asked_once_that_is_there(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    disk, store, proven = Disk(monkeypatch), dict.fromkeys(IMAGES, ""), []
    monkeypatch.setattr(kernel, "kernel_release", lambda: "6.1.0")
    monkeypatch.setattr(kernel, "mounts", lambda: (Mount("/", "ext4", shared=True),))
    monkeypatch.setattr(resource, "root_image_id", store.__getitem__)

    def prove(*_arguments: t.Any, **_options: t.Any) -> None:
        proven.append("remap-uids" in disk.files[STORAGE].content)

    def pull(argv: tuple[str, ...]) -> str:
        store[argv[-1]] = argv[-1] * 64
        return ""

    monkeypatch.setattr(rootless_proof, "run_proof", prove)
    commands = FakeCommands({"podman pull": pull, "podman --runtime": f"podman version {version}\n"})
    for image in IMAGES:
        capability = build(commands, raylet_image=image)
        told = [step.action for step in capability.plan(capability.observe()).steps]
        for action in told:
            capability.apply(Step(action, "s"))
        assert capability.plan(capability.observe()).steps == ()
        # What is right for the image before is not given up for a guess.
        assert (STORAGE in [getattr(action, "path", "") for action in told]) is (image == IMAGES[0])
    assert proven == [version == "4.3.1"] * 2


@pytest.mark.usefixtures("bare")
def test_directories_of_the_users_files_belong_to_the_user(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, t.Any]] = []

    def way(user: str) -> user_files.Ask:
        def ask(request: dict[str, t.Any], _content: bytes, _seconds: float) -> tuple[dict[str, t.Any], bytes]:
            asked.append({"user": user, **request})
            return {}, b""

        return ask

    monkeypatch.setattr(user_files, "_way", way)
    monkeypatch.setattr(files, "write_text", pytest.fail)
    path = str(tmp_path / ".config/containers/storage.conf")
    build(FakeCommands()).apply(Step(WriteFile(path, "x", as_user="ray"), "s"))
    assert asked == [{"user": "ray", "do": "write", "path": path, "mode": 0o644}]


def test_linger_waits_until_the_runtime_directory_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = FakeCommands({"systemctl is-failed": Completed((), 1, "", "")})
    capability = build(commands)
    asked: list[str] = []

    def usable(directory: str) -> bool:
        asked.append(directory)
        return len(asked) > 2

    monkeypatch.setattr(capability, "_usable", usable)
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    capability.apply(Step(core.EnableLinger("ray", 1000), "s"))
    assert commands.actions[0] == "loginctl enable-linger ray"
    assert asked == ["/run/user/1000"] * 3


def test_a_user_manager_that_cannot_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    capability = build(FakeCommands())  # `systemctl is-failed` succeeds: the unit has failed
    monkeypatch.setattr(capability, "_usable", lambda _directory: False)
    with pytest.raises(OperatorError, match="did not appear") as raised:
        capability.apply(Step(core.EnableLinger("ray", 1000), "s"))
    assert raised.value.code == "RC-442"
    assert "journalctl -u user@1000.service" in raised.value.remedy


def test_the_stamp_is_written_only_after_the_proof(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "STATE_DIRECTORY", str(tmp_path / "state"))
    capability = build(FakeCommands())
    step = Step(core.Prove("ray", "ray", 1000), "s", changes=False)

    def fail(*_arguments: t.Any, **_options: t.Any) -> None:
        raise OperatorError("no")

    monkeypatch.setattr(rootless_proof, "run_proof", fail)
    with pytest.raises(OperatorError):
        capability.apply(step)
    assert list((tmp_path / "state").iterdir()) == []
    monkeypatch.setattr(rootless_proof, "run_proof", lambda *_arguments, **_options: None)
    capability.apply(step)
    observed = capability.observe()
    assert observed.stamp == core.fingerprint(core.RootlessDesired("ray", 1000), observed)


@pytest.mark.parametrize(("runs", "proven"), [("", True), ("b" * 64, True), ("a" * 64, False)])
def test_an_image_is_not_proven_by_the_raylet_of_another(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, runs: str, proven: bool
) -> None:
    monkeypatch.setattr(resource, "STATE_DIRECTORY", str(tmp_path / "state"))
    monkeypatch.setattr(resource, "root_image_id", lambda _image: "b" * 64)
    monkeypatch.setattr(rootless_proof, "run_proof", lambda *_arguments, **_options: None)
    commands = FakeCommands({"podman container inspect": f"{runs}\n"})
    capability = build(commands, raylet_image="registry.example.com/raylet:2")
    capability.apply(Step(core.Prove("ray", "ray", 1000), "s", changes=False))
    assert bool(capability.observe().stamp) is proven


@pytest.mark.parametrize(
    ("modes", "closed"),
    [
        ({}, ""),
        ({"a": 0o744}, "a"),
        ({"a": 0o711}, ""),
        ({"a/home": 0o700}, ""),
        ({"a/home/store": 0o700}, "a/home/store"),
    ],
)
def test_a_closed_directory_above_the_store(
    tmp_path: pathlib.Path, modes: dict[str, int], closed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a/home/store").mkdir(parents=True)
    for name, mode in modes.items():
        (tmp_path / name).chmod(mode)
    real = file_state

    def state(path: str, *, follow: bool = False) -> FileState | None:
        if not path.startswith(f"{tmp_path}/"):  # what lies above is the test runner's
            return FileState(0o755, "root", "root")
        return real(path, follow=follow)

    monkeypatch.setattr(survey, "file_state", state)
    surveyor = Surveyor(user_files.files_of("ray"))
    found = surveyor.closed_above(str(tmp_path / "a/home/store/x"), str(tmp_path / "a/home"), "ray")
    assert found == (str(tmp_path / closed) if closed else "")
