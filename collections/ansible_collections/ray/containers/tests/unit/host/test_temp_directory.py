# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ray's own directory on this machine, under another name: closed to others, and never anything that others have made."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet import temp_directory as core
from ansible_collections.ray.containers.plugins.module_utils._host import removal
from ansible_collections.ray.containers.plugins.module_utils._host.ray import temp_directory

#: In the Ray user's place, and in that of another account.
RAY, MALLORY = 65001, 65002

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="other accounts are played by root")


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A /tmp of the test's own, as open as the real one."""
    for path in (tmp_path, *tmp_path.parents):
        if path.owner() == tmp_path.owner() and path != Path("/tmp"):
            path.chmod(0o755)
    tmp_path.chmod(0o1777)
    monkeypatch.setattr(temp_directory, "TEMP_DIR", str(tmp_path / "ray"))
    monkeypatch.setattr(temp_directory, "SET_ASIDE", str(tmp_path / "ray-before."))
    return tmp_path / "ray"


def prepare(directory: Path) -> subprocess.CompletedProcess[str]:
    """What the unit runs before Ray starts."""
    script = core.PREPARE.replace("/tmp/ray", str(directory))
    return subprocess.run(["/bin/sh", "-c", script], check=False, capture_output=True, text=True)


def as_account(uid: int, script: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """A script of somebody else's, in which T is Ray's directory."""
    argv = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "sh", "-c", script]
    environment = {**os.environ, "T": str(directory)}
    return subprocess.run(argv, check=False, capture_output=True, text=True, env=environment, cwd="/")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@as_root
def test_the_ray_user_works_in_it_and_cannot_open_it(directory: Path) -> None:
    assert temp_directory.state(RAY) == core.ABSENT
    assert temp_directory.make(RAY)
    assert temp_directory.state(RAY) == core.CLOSED
    # Ray 2.60.0 _common/utils.py: makedirs and chmod 0777, whose failure is passed over.
    ray = 'mkdir "$T/session_1"; chmod 777 "$T/session_1"; ln -s session_1 "$T/session_latest"; chmod 777 "$T"'
    done = as_account(RAY, ray, directory)
    assert done.returncode != 0 and "Operation not permitted" in done.stderr
    assert sorted(os.listdir(directory)) == ["session_1", "session_latest"]
    assert temp_directory.state(RAY) == core.CLOSED
    assert not temp_directory.make(RAY), "what is there stays"


@as_root
@pytest.mark.parametrize(
    "attack",
    [
        'ls "$T"',
        'cat "$T/session_1/logs"',
        'ln -sfn /etc "$T/session_latest"',
        'echo > "$T/session_1/planted"',
        'mkdir "$T/planted"',
        'stat "$T/session_latest/logs"',
        'mv "$T" "$T.mine"',
        'rmdir "$T"',
        'chmod 777 "$T"',
    ],
)
def test_another_account_gets_nowhere(directory: Path, attack: str) -> None:
    temp_directory.make(RAY)
    as_account(RAY, 'mkdir -m 777 "$T/session_1"; echo secret > "$T/session_1/logs"', directory)
    as_account(RAY, 'ln -s session_1 "$T/session_latest"', directory)
    before = sorted(map(str, directory.rglob("*")))
    done = as_account(MALLORY, attack, directory)
    assert done.returncode != 0
    assert "secret" not in done.stdout
    assert sorted(map(str, directory.rglob("*"))) == before
    assert os.readlink(directory / "session_latest") == "session_1"


PLANTED = {
    "a directory with a session": 'mkdir "$T"; mkdir "$T/session_1"; ln -s session_1 "$T/session_latest"',
    "an open directory": 'mkdir -m 777 "$T"',
    "a link to a directory": 'ln -s /etc "$T"',
    "a link to nothing": 'ln -s /nonexistent "$T"',
    "a file": 'echo > "$T"',
    "a pipe": 'mkfifo "$T"',
}


@as_root
@pytest.mark.parametrize("plant", PLANTED.values(), ids=PLANTED.keys())
@pytest.mark.parametrize("who", [MALLORY, RAY])
def test_what_somebody_made_before_is_set_aside_unread(directory: Path, plant: str, who: int) -> None:
    assert as_account(who, plant, directory).returncode == 0
    planted = directory.lstat().st_ino
    done = prepare(directory)
    assert (done.returncode, done.stderr) == (0, "")
    assert directory.lstat().st_ino != planted
    assert (directory.owner(), mode(directory), os.listdir(directory)) == ("root", 0o700, [])
    (shelf,) = directory.parent.glob("ray-before.*")
    assert (shelf.owner(), mode(shelf), os.listdir(shelf)) == ("root", 0o700, ["ray"])
    assert (shelf / "ray").lstat().st_ino == planted


@as_root
def test_what_root_left_open_is_set_aside_and_what_is_closed_stays(directory: Path) -> None:
    directory.mkdir()
    directory.chmod(0o777)
    prepare(directory)
    assert len(list(directory.parent.glob("ray-before.*"))) == 1
    for kept in (0o700, 0o755, 0o770):
        (directory / "session").mkdir(exist_ok=True)
        directory.chmod(kept)
        assert prepare(directory).returncode == 0
        assert os.listdir(directory) == ["session"]
    temp_directory.set_aside()
    assert len(list(directory.parent.glob("ray-before.*"))) == 2
    assert not directory.exists()


@as_root
def test_teardown_takes_all_of_it_and_nothing_else(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    removed: list[str] = []

    def remove_shared(path: str, user: str) -> None:
        removed.append(f"{user} {os.path.basename(path)}")
        Path(path).unlink()

    monkeypatch.setattr(removal, "remove_shared", remove_shared)
    as_account(MALLORY, PLANTED["a directory with a session"], directory)
    prepare(directory)
    temp_directory.set_aside()
    temp_directory.make(RAY)
    as_account(RAY, 'echo > "$T/log"; ln -s /etc "$T/session_latest"', directory)
    as_account(MALLORY, 'mkdir "$T-before.mine"; echo > "$T-before.file"', directory)
    shelves = temp_directory.shelves()
    assert len(shelves) == 2
    for path in (str(directory), *shelves):
        temp_directory.remove(path, "ray")
    assert sorted(removed) == ["ray log", "ray session_latest"]
    assert sorted(os.listdir(directory.parent)) == ["ray-before.file", "ray-before.mine"]


@as_root
def test_the_unit_gives_it_the_same_access_list(directory: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-tmpfiles") is None:
        pytest.skip("there is no systemd-tmpfiles here")
    conf = tmp_path / "x.conf"
    # Nobody is called like that: an id is a name, too.
    conf.write_text(core.TMPFILES.format(user=RAY).replace("/tmp/ray", str(directory)))
    prepare(directory)
    done = subprocess.run(["systemd-tmpfiles", "--create", str(conf)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert temp_directory.state(RAY) == core.CLOSED
    assert prepare(directory).returncode == 0
    assert temp_directory.state(RAY) == core.CLOSED, "and it stays at the next start"


@as_root
@pytest.mark.parametrize(
    ("owner", "bits", "told"),
    [(0, 0o755, core.OPEN), (RAY, 0o777, core.OPEN), (MALLORY, 0o700, core.ANOTHERS), (0, 0o700, core.OPEN)],
)
def test_whose_it_is(directory: Path, owner: int, bits: int, told: str) -> None:
    directory.mkdir()
    directory.chmod(bits)
    os.chown(directory, owner, owner)
    assert temp_directory.state(RAY) == told
    assert temp_directory.state(None) == (core.OPEN if owner == 0 else core.ANOTHERS)


def test_a_link_is_another_accounts_work_whoever_made_it(directory: Path) -> None:
    directory.symlink_to("/etc")
    assert temp_directory.state(os.getuid()) == core.ANOTHERS


@pytest.mark.parametrize(("number", "said"), [(95, "no access lists"), (16, "mount point")])
def test_where_it_cannot_be_closed_the_reason_is_told(
    directory: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    def fail(*_arguments: t.Any, **_options: t.Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("os.setxattr", fail)
    monkeypatch.setattr("os.rename", fail)
    with pytest.raises(OperatorError, match=said) as raised:
        temp_directory.make(RAY) if number == 95 else temp_directory.set_aside()
    assert raised.value.code == "RC-257"
    assert os.listdir(directory.parent) == []
