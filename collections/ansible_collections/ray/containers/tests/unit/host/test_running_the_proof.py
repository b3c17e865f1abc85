# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running the proof, with a Podman that keeps its images and runs scripts in this machine's shell."""

from __future__ import annotations

import fcntl
import os
import pathlib
import subprocess
import tarfile
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.rootless import proof as core
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Completed, HostCommands
from ansible_collections.ray.containers.plugins.module_utils._host.podman.probe_image import probe_archive
from ansible_collections.ray.containers.plugins.module_utils._host.podman.proof import run_proof
from ansible_collections.ray.containers.plugins.module_utils._host.ray import temp_directory
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

#: The raylet's podman, as which the proof runs.
OURS = " -- /usr/local/lib/ray.containers/bin/podman "


class FakePodman:
    """Podman behind systemd-run: images by name; a container writes where its mounts say."""

    def __init__(self) -> None:
        self.images: dict[str, str] = {}
        self.refuses: dict[str, str] = {}
        self.writes = True

    def __call__(self, argv: tuple[str, ...]) -> Completed:
        podman = argv[argv.index("--") + 2 :]
        for word, stderr in self.refuses.items():
            if word in podman:
                return Completed(argv, 125, "", stderr)
        if podman[0] == "import":
            assert tarfile.is_tarfile(podman[-2])
            self.images[podman[-1]] = podman[-2]
        elif podman[0] == "rmi":
            self.images.pop(podman[-1], None)
        elif core.PROBE_IMAGE not in self.images:
            return Completed(argv, 125, "", f"Error: {core.PROBE_IMAGE}: image not known")
        elif self.writes:
            self._run(podman)
        return Completed(argv, 0, "", "")

    def _run(self, podman: tuple[str, ...]) -> None:
        outside, inside = podman[podman.index("-v") + 1].split(":")[:2]
        script = podman[-1].replace(inside, outside)
        subprocess.run(["sh", "-c", script], check=True)


@pytest.fixture
def podman() -> FakePodman:
    return FakePodman()


@pytest.fixture(autouse=True)
def temporary(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A /tmp of the test's own; the state lies beside it."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.setattr(core, "RAY_TEMP_DIR", str(temporary / "ray"))
    monkeypatch.setattr(temp_directory, "TEMP_DIR", str(temporary / "ray"))
    monkeypatch.chdir(tmp_path)
    return temporary


def prove(podman: t.Callable[[tuple[str, ...]], Completed], uid: int | None = None) -> FakeCommands:
    commands = FakeCommands({"systemd-run": podman})
    uid = os.getuid() if uid is None else uid
    run_proof(commands, user="ray", group="ray", uid=uid, image_uid=1000, state_directory=".")
    return commands


def test_the_proof_runs_both_forms_as_a_service_and_leaves_nothing(podman: FakePodman, temporary: pathlib.Path) -> None:
    commands = prove(podman)
    services = [action for action in commands.actions if action.startswith("systemd-run")]
    assert len(services) == 4
    for service in services:
        assert "--uid=ray --gid=ray" in service
        assert "--property=Delegate=yes" in service
        assert f"--setenv=XDG_RUNTIME_DIR=/run/user/{os.getuid()}" in service
    assert podman.images == {}
    assert list(temporary.iterdir()) == []


def test_rays_directory_is_left_when_it_was_there(podman: FakePodman, temporary: pathlib.Path) -> None:
    (temporary / "ray").mkdir()
    prove(podman)
    assert [path.name for path in temporary.iterdir()] == ["ray"]
    assert list((temporary / "ray").iterdir()) == []


@pytest.mark.parametrize(
    ("word", "stderr", "code", "what"),
    [
        ("import", "Failed to find executable podman: No such file", "RC-440", "store an image"),
        ("python", "Error: crun: setrlimit `RLIMIT_NOFILE`: Operation not permitted", "RC-451", "looks for the worker"),
        ("--userns=keep-id", "Error: keep-id is only supported in rootless mode", "RC-441", "starts workers"),
    ],
)
def test_a_failure_names_form_cause_and_remedy_and_leaves_nothing(
    podman: FakePodman, temporary: pathlib.Path, word: str, stderr: str, code: str, what: str
) -> None:
    podman.refuses = {word: stderr}
    with pytest.raises(OperatorError, match=what) as raised:
        prove(podman)
    assert raised.value.code == code
    assert raised.value.remedy
    assert podman.images == {}
    assert list(temporary.iterdir()) == []


def test_what_a_killed_run_left_is_taken_away_first(podman: FakePodman, temporary: pathlib.Path) -> None:
    left = temporary / "left"
    left.mkdir()
    pathlib.Path("rootless-ray.lock").write_text(str(left), encoding="utf-8")
    podmans = [action.split(OURS)[1].split()[0] for action in prove(podman).actions if OURS in action]
    assert podmans == ["rmi", "import", "run", "run", "rmi"]
    assert list(temporary.iterdir()) == []
    podmans = [action.split(OURS)[1].split()[0] for action in prove(podman).actions if OURS in action]
    assert podmans == ["import", "run", "run", "rmi"]


def test_two_proofs_take_turns(podman: FakePodman, monkeypatch: pytest.MonkeyPatch) -> None:
    with open("rootless-ray.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waits: list[float] = []

        def sleep(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 3:
                fcntl.flock(lock, fcntl.LOCK_UN)

        monkeypatch.setattr("time.sleep", sleep)
        prove(podman)
    assert len(waits) == 3


def test_a_container_that_writes_nothing_proves_nothing(podman: FakePodman) -> None:
    podman.writes = False
    with pytest.raises(OperatorError, match="wrote nothing") as raised:
        prove(podman)
    assert raised.value.code == "RC-357"


def test_a_container_that_writes_as_somebody_else_proves_nothing(
    podman: FakePodman, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "chown", lambda *_arguments: None)
    with pytest.raises(OperatorError, match=f"wrote as the user id {os.getuid()}, and not 4242"):
        prove(podman, uid=4242)


def test_a_container_that_hangs() -> None:
    def hang(argv: tuple[str, ...]) -> Completed:
        raise CommandFailed(Completed(argv, 124, "", "no end after 150 seconds"))

    with pytest.raises(OperatorError) as raised:
        prove(hang)
    assert raised.value.code == "RC-458"


def test_the_probe_image_holds_the_shell_and_its_libraries(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "probe.tar"
    commands = HostCommands()
    path.write_bytes(probe_archive(commands))
    libraries = core.shared_libraries(commands.run(("ldd", "/bin/sh"), check=False).stdout)
    with tarfile.open(path) as archive:
        names = archive.getnames()
        assert all(library.lstrip("/") in names for library in libraries)
        python = archive.getmember("usr/bin/python")
        assert python.isfile()
        assert python.mode & 0o111
        assert python.size == os.path.getsize(os.path.realpath("/bin/sh"))
