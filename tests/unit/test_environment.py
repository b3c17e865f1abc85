# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control environment: installed anew when it is not what is asked for, and only then; root's leavings are handed over."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTROL, QUICK, TEST = SETS = "requirements.txt", "requirements-quick.txt", "requirements-test.txt"
SOMEBODY = 54321

#: Stands for the Python of .venv: any Python is right, and what pip is told is written down.
PYTHON = """#!/bin/sh
[ "$1" != -c ] || exit 0
echo "$*" | sed 's/.* //' >>installed
[ ! -e broken ]
"""


class Checkout:
    """A checkout with a .venv whose pip only records."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        (directory / "tools").mkdir(parents=True)
        for name in ("environment", "hand-over"):
            shutil.copy(ROOT / "tools" / name, directory / "tools" / name)
        self.write("1")
        programs = directory / ".venv" / "bin"
        programs.mkdir(parents=True)
        for name, text in (("python", PYTHON), ("pip", f"#!{programs}/python3\n")):
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)

    def write(self, version: str) -> None:
        for count, name in enumerate(SETS, 1):
            (self.directory / name).write_text("".join(f"{package}=={version}\n" for package in "abc"[:count]))

    def install(self, requirements: str) -> subprocess.CompletedProcess[str]:
        program = str(self.directory / "tools" / "environment")
        return subprocess.run([program, requirements], capture_output=True, text=True, check=False)

    @property
    def installed(self) -> list[str]:
        log = self.directory / "installed"
        return log.read_text().split() if log.exists() else []


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path.resolve() / "checkout")


def test_nothing_is_installed_twice(checkout: Checkout) -> None:
    for requirements in (CONTROL, CONTROL, QUICK, CONTROL, TEST, QUICK, CONTROL, TEST, CONTROL):
        assert checkout.install(requirements).returncode == 0
    assert checkout.installed == [CONTROL, QUICK, TEST]


def test_going_back_to_what_was_installed_before_installs_it_again(checkout: Checkout) -> None:
    for version in ("1", "2", "1"):
        checkout.write(version)
        checkout.install(CONTROL)
    assert checkout.installed == [CONTROL] * 3


def test_an_install_that_failed_leaves_nothing_that_says_otherwise(checkout: Checkout) -> None:
    checkout.install(CONTROL)
    (checkout.directory / "broken").touch()
    assert checkout.install(TEST).returncode != 0
    (checkout.directory / "broken").unlink()
    checkout.install(CONTROL)
    assert checkout.installed == [CONTROL, TEST, CONTROL]


def test_a_copied_checkout_gets_an_environment_of_its_own(checkout: Checkout, tmp_path: Path) -> None:
    # Nothing is asked for, so the real pip of the real .venv that is made has nothing to do.
    for name in SETS:
        (checkout.directory / name).write_text("")
    checkout.install(TEST)
    elsewhere = tmp_path.resolve() / "elsewhere"
    shutil.copytree(checkout.directory, elsewhere)
    done = subprocess.run([elsewhere / "tools" / "environment", CONTROL], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (elsewhere / ".venv" / "bin" / "pip").read_text().startswith(f"#!{elsewhere}/.venv/bin/python")
    assert checkout.installed == [TEST]


def test_each_file_of_requirements_holds_all_of_those_before_it() -> None:
    """tools/environment stands on it. Markers may differ: each file has the ones of its own closure."""
    pins = {name: {line.partition(" ;")[0].strip() for line in (ROOT / name).read_text().splitlines()} for name in SETS}
    assert pins[CONTROL] < pins[QUICK] < pins[TEST]


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def owners(directory: Path) -> set[int]:
    return {path.lstat().st_uid for path in (directory, *directory.rglob("*"))}


@as_root
def test_what_root_makes_in_a_users_checkout_is_the_users(checkout: Checkout) -> None:
    os.chown(checkout.directory, SOMEBODY, SOMEBODY)
    outside = checkout.directory.parent / "outside"
    outside.touch()
    (checkout.directory / "link").symlink_to(outside)
    checkout.install(CONTROL)
    assert owners(checkout.directory) == {SOMEBODY}
    assert outside.stat().st_uid == 0


@as_root
def test_what_belongs_to_another_stays_so_and_roots_checkout_is_roots(checkout: Checkout) -> None:
    other = checkout.directory / "tools" / "hand-over"
    os.chown(other, SOMEBODY + 1, SOMEBODY + 1)
    checkout.install(CONTROL)
    assert owners(checkout.directory) == {0, SOMEBODY + 1}
    os.chown(checkout.directory, SOMEBODY, SOMEBODY)
    subprocess.run([other], check=True)
    assert owners(checkout.directory) == {SOMEBODY, SOMEBODY + 1}


@as_root
@pytest.mark.parametrize("status", [0, 2])
def test_ci_hands_over_what_it_made(checkout: Checkout, tmp_path: Path, status: int) -> None:
    shutil.copytree(ROOT / ".ci", checkout.directory / ".ci")
    os.chown(checkout.directory, SOMEBODY, SOMEBODY)
    make = tmp_path / "make"
    make.write_text(f"#!/bin/sh\nmkdir -p build/checks && echo said >build/checks/summary\nexit {status}\n")
    make.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(
        [checkout.directory / ".ci" / "run"], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (status, "said")
    assert owners(checkout.directory) == {SOMEBODY}
    # The nodes of a run that was killed go, too.
    assert checkout.installed == ["tests.checks.leftovers"]


def test_a_lock_that_cannot_be_written_is_told_with_what_to_do(checkout: Checkout) -> None:
    (checkout.directory / "build" / "environment.lock").mkdir(parents=True)
    done = checkout.install(CONTROL)
    assert done.returncode == 1
    assert done.stderr.startswith("build/environment.lock cannot be written. `sudo tools/hand-over` gives")
