# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capability ray_runtime on a file system of the test's own, with a uv that remembers."""

from __future__ import annotations

import os
import sys
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._host.python.environment import own_interpreter
from ansible_collections.ray.containers.plugins.module_utils._resource import ray_installation, ray_runtime
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

VERSION = ".".join(map(str, sys.version_info[:3]))
PARAMETERS = {
    "version": "2.60.0",
    "python_version": VERSION,
    "extras": ["serve"],
    "state": "present",
    "raylet_image": "",
    "packages": [],
}


class Uv(FakeCommands):
    """Makes environments and installs into them as uv does, as far as the module looks at them."""

    def __init__(self, *, fails: str = "", status: int = 2) -> None:
        super().__init__(answers={"": self.answer})
        self.fails = fails
        self.status = status

    def answer(self, argv: tuple[str, ...]) -> Completed:
        words = " ".join(argv)
        if self.fails and self.fails in words:
            return Completed(argv, self.status, "", f"error: {self.fails} went wrong\n")
        if " venv " in words:
            path = Path(argv[-1])
            (path / "bin").mkdir(parents=True)
            (path / "bin" / "python").symlink_to(sys.executable)
        elif " pip install " in words:
            path = Path(argv[argv.index("--python") + 1]).parents[1]
            (path / "bin" / "ray").write_text("")
            packages = path / "lib" / "python3.11" / "site-packages"
            version = next(each for each in argv if each.startswith("ray")).rpartition("==")[2]
            (packages / f"ray-{version}.dist-info").mkdir(parents=True, exist_ok=True)
            (packages / "ray").mkdir(exist_ok=True)
            (packages / "ray" / "_version.py").write_text('commit = "b7f4259e"\n')
        return Completed(argv, 0, "", "")


def put_uv(_index: t.Any, path: str) -> None:
    Path(path).parent.mkdir()
    Path(path).touch()


@pytest.fixture(autouse=True)
def own_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's interpreter is the one that is asked for, wherever it lies."""
    found = own_interpreter(FakeCommands(answers={"/": VERSION}))
    for module in (ray_runtime, ray_installation):
        monkeypatch.setattr(module, "find_interpreter", lambda *_asked: found)
    monkeypatch.setattr(ray_installation, "fetch_uv", put_uv)


def run(path: Path, commands: Uv, *, check_mode: bool = False, **changes: t.Any) -> tuple[list[str], dict[str, t.Any]]:
    """As `run_resource` does it."""
    resource = ray_runtime.build({**PARAMETERS, "path": str(path), **changes}, commands)
    observed = resource.observe()
    plan = resource.plan(observed)
    if not check_mode:
        for step in plan.steps:
            resource.apply(step)
    return plan.summaries, resource.result(observed, plan)["ray_runtime"]


def test_check_mode_says_what_the_run_then_does_and_touches_nothing(tmp_path: Path) -> None:
    predicted, would_be = run(tmp_path, Uv(), check_mode=True)
    assert os.listdir(tmp_path) == []
    done, result = run(tmp_path, Uv())
    assert predicted == done
    assert len(done) == 2
    assert {**would_be, "ray_commit": "b7f4259e"} == result
    assert result["path"] == f"{tmp_path}/2.60.0-py{VERSION}"


def test_the_second_run_does_nothing(tmp_path: Path) -> None:
    run(tmp_path, Uv())
    again = Uv()
    assert run(tmp_path, again)[0] == []
    assert again.actions == []


def test_whatever_writes_keeps_the_lock(tmp_path: Path) -> None:
    uv = Uv()
    run(tmp_path, uv)
    assert len(uv.locked) == 3
    assert uv.locked == uv.actions


def test_what_is_installed_is_readable_whatever_roots_umask_is(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        run(tmp_path, Uv())
    finally:
        os.umask(before)
    assert (tmp_path / f"2.60.0-py{VERSION}" / "bin").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("fails", ["venv", "pip install", "bin/python -"])
def test_a_run_that_fails_anywhere_leaves_no_runtime_and_the_next_one_converges(tmp_path: Path, fails: str) -> None:
    with pytest.raises(OperatorError):
        run(tmp_path, Uv(fails=fails))
    assert not (tmp_path / f"2.60.0-py{VERSION}").exists()
    run(tmp_path, Uv())
    assert run(tmp_path, Uv())[0] == []
    assert not list(tmp_path.glob(".*.partial"))


def test_a_refusal_of_the_index_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(OperatorError) as raised:
        run(tmp_path, Uv(fails="pip install"))
    assert str(raised.value).startswith(
        f"ray[serve]==2.60.0 cannot be installed for Python {VERSION}: pip install went"
    )


def test_an_installation_that_another_node_finished_meanwhile_is_used(tmp_path: Path) -> None:
    commands = Uv()
    late = ray_runtime.build({**PARAMETERS, "path": str(tmp_path)}, commands)
    plan = late.plan(late.observe())
    run(tmp_path, Uv())
    for step in plan.steps:
        late.apply(step)
    assert commands.actions == []


def test_packages_are_installed_with_ray_and_later_beside_it(tmp_path: Path) -> None:
    fresh = Uv()
    run(tmp_path, fresh, packages=["roman==5.2"])
    assert next(action for action in fresh.actions if "pip install" in action).endswith(
        "'ray[serve]==2.60.0' roman==5.2"
    )
    assert run(tmp_path, Uv(), packages=["roman==5.2"])[0] == []
    assert run(tmp_path, Uv())[0] == [], "what another play asked for stays"
    later = Uv()
    path = f"{tmp_path}/2.60.0-py{VERSION}"
    predicted = run(tmp_path, Uv(), check_mode=True, packages=["humanize==4.0"])[0]
    inode = os.stat(path).st_ino
    assert (
        run(tmp_path, later, packages=["humanize==4.0"])[0]
        == predicted
        == [f"Install humanize==4.0 beside Ray in {path}"]
    )
    assert os.stat(path).st_ino == inode, "a raylet that runs from it imports on"
    assert later.locked == later.actions
    assert run(tmp_path, Uv(), packages=["humanize==4.0", "roman==5.2"])[0] == []
    assert run(tmp_path, Uv(), packages=["roman==5.3"])[0] == [f"Install roman==5.3 beside Ray in {path}"]


def test_a_package_that_cannot_be_installed_leaves_ray_as_it_was(tmp_path: Path) -> None:
    run(tmp_path, Uv())
    with pytest.raises(OperatorError) as raised:
        run(tmp_path, Uv(fails="pip install", status=1), packages=["roman==5.2"])
    assert str(raised.value).startswith(f"ray[serve]==2.60.0 and roman==5.2 cannot be installed for Python {VERSION}: ")
    assert "leave one out to see which does not" in str(raised.value)
    assert run(tmp_path, Uv())[0] == []


@pytest.mark.parametrize("status", [2, 124])
def test_an_environment_in_which_packages_were_cut_off_is_made_anew(tmp_path: Path, status: int) -> None:
    run(tmp_path, Uv())
    with pytest.raises(OperatorError):
        run(tmp_path, Uv(fails="pip install", status=status), packages=["roman==5.2"])
    (again,) = run(tmp_path, Uv(), packages=["roman==5.2"])[0][-1:]
    assert again.endswith("an earlier installation did not come to its end")
    assert run(tmp_path, Uv(), packages=["roman==5.2"])[0] == []


@pytest.mark.parametrize(
    ("packages", "why"),
    [
        (["roman"], "'roman' is not a name with one exact version"),
        (["roman>=5"], "'roman>=5' is not a name with one exact version"),
        (["roman==5.*"], "'roman==5.*' is not a name with one exact version"),
        (
            ["--index-url=http://evil.example/"],
            "'--index-url=http://evil.example/' is not a name with one exact version",
        ),
        (["ray==2.59.0"], "'ray==2.59.0' is Ray itself, whose version is ray_version"),
        (["Ro.man==5", "ro_man==6"], "'ro_man==6' and 'Ro.man==5' are the same package"),
    ],
)
def test_a_package_without_one_version_is_refused(tmp_path: Path, packages: list[str], why: str) -> None:
    with pytest.raises(OperatorError) as raised:
        run(tmp_path, Uv(), packages=packages)
    assert raised.value.why == why
    assert os.listdir(tmp_path) == []


def test_absent_takes_it_away(tmp_path: Path) -> None:
    run(tmp_path, Uv())
    assert len(run(tmp_path, Uv(), state="absent")[0]) == 1
    assert not (tmp_path / f"2.60.0-py{VERSION}").exists()
    assert run(tmp_path, Uv(), state="absent")[0] == []


def test_without_extras_ray_alone_is_installed(tmp_path: Path) -> None:
    commands = Uv()
    run(tmp_path, commands, extras=[])
    assert any(action.endswith("ray==2.60.0") for action in commands.actions)
