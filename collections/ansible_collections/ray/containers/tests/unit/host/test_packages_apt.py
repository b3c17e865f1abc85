# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""apt and dpkg, with their locks and lists in a directory of the test."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._host.packages import apt as packages_apt
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

#: As apt 2.6.1 of Debian 12 says it.
POLICY = """\
podman:
  Installed: (none)
  Candidate: 4.3.1+ds1-8+deb12u1+b3
  Version table:
     4.3.1+ds1-8+deb12u1+b3 500
        500 http://mirror.example/debian bookworm/main amd64 Packages
passt:
  Installed: (none)
  Candidate: (none)
  Version table:
"""

HOLD = "import fcntl,sys;f=open(sys.argv[1],'w');fcntl.lockf(f,fcntl.LOCK_EX);print('held',flush=True);sys.stdin.read()"


@pytest.fixture
def root(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    (tmp_path / "lists/partial").mkdir(parents=True)
    monkeypatch.setattr(packages_apt, "LISTS", str(tmp_path / "lists"))
    monkeypatch.setattr(packages_apt, "LOCKS", (str(tmp_path / "lock"),))
    monkeypatch.setattr(packages_apt, "DPKG_UPDATES", str(tmp_path / "updates"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return tmp_path


def failed(stderr: str) -> Completed:
    return Completed(("apt-get",), 100, "", stderr)


def test_candidates(root: pathlib.Path) -> None:
    commands = FakeCommands({"apt-cache policy": POLICY})
    assert packages_apt.AptPackages(commands, 1).candidates(["podman", "passt"]) == {"podman": "4.3.1+ds1-8+deb12u1+b3"}


def test_the_age_of_the_lists(root: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apt = packages_apt.AptPackages(FakeCommands(), 1)
    assert apt.lists_age() is None
    (root / "lists/example_InRelease").touch()
    os.utime(root / "lists", (1000, 1000))
    os.utime(root / "lists/partial", (5000, 5000))
    monkeypatch.setattr("time.time", lambda: 5060.0)
    assert apt.lists_age() == 60.0
    monkeypatch.setattr(packages_apt, "LISTS", str(root / "nothing"))
    assert apt.lists_age() is None


def test_the_transaction_never_asks_and_leaves_services_alone(root: pathlib.Path) -> None:
    commands = FakeCommands()
    packages_apt.AptPackages(commands, 300).install(["podman", "uidmap"])
    assert commands.actions == [
        "apt-get --option=DPkg::Lock::Timeout=300 install --yes --quiet=2 --no-install-recommends --no-remove --fix-broken"
        " --option=Dpkg::Use-Pty=0 --option=DPkg::Options::=--force-confdef --option=DPkg::Options::=--force-confold"
        " --option=Acquire::Retries=3 podman uidmap"
    ]
    assert commands.environments[0]["DEBIAN_FRONTEND"] == "noninteractive"
    assert commands.environments[0]["SYSTEMD_OFFLINE"] == "1"


@pytest.mark.parametrize(
    ("stderr", "code", "words"),
    [
        ("E: Unable to locate package podman\n", "RC-334", "Unable to locate package podman"),
        ("E: Package 'podman' has no installation candidate\n", "RC-334", "no installation candidate"),
        ("E: You don't have enough free space in /var/cache/apt/archives/.\n", "RC-335", "enough free space"),
        ("E: Unable to acquire the dpkg frontend lock, are you root?\n", "RC-333", "frontend lock"),
    ],
)
def test_a_failure_is_a_sentence(root: pathlib.Path, stderr: str, code: str, words: str) -> None:
    apt = packages_apt.AptPackages(FakeCommands({"apt-get": failed(stderr)}), 0)
    with pytest.raises(OperatorError, match="podman could not be installed") as raised:
        apt.install(["podman"])
    assert raised.value.code == code
    assert words in raised.value.why


def test_a_mirror_that_did_not_answer_is_named(root: pathlib.Path) -> None:
    def answer(argv: tuple[str, ...]) -> Completed:
        if "update" in argv:
            return Completed(argv, 0, "", "W: Failed to fetch http://mirror.example/x  Could not connect\n")
        return failed("E: Package 'podman' has no installation candidate\n")

    apt = packages_apt.AptPackages(FakeCommands({"apt-get": answer}), 0)
    apt.refresh()
    with pytest.raises(OperatorError, match=r"mirror\.example"):
        apt.install(["podman"])


def test_a_held_lock_is_told_with_its_holder(root: pathlib.Path) -> None:
    commands = FakeCommands()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(root / "lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(OperatorError, match=f"process {holder.pid}.*holds the package manager's lock") as raised:
            packages_apt.AptPackages(commands, 0).install(["podman"])
        assert raised.value.code == "RC-333"
        assert commands.actions == []
    finally:
        holder.communicate()
    packages_apt.AptPackages(commands, 0).install(["podman"])
    assert len(commands.actions) == 1


def test_a_lock_taken_in_between_is_waited_for(root: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = iter([failed("E: Could not get lock /var/lib/apt/lists/lock\n"), Completed((), 0, "", "")])
    commands = FakeCommands({"apt-get": lambda _argv: next(outcomes)})
    packages_apt.AptPackages(commands, 30).refresh()
    assert len(commands.actions) == 2


def test_an_interrupted_dpkg_is_seen(root: pathlib.Path) -> None:
    apt = packages_apt.AptPackages(FakeCommands(), 1)
    assert apt.interrupted() is False
    (root / "updates").mkdir()
    (root / "updates/tmp.i").touch()
    assert apt.interrupted() is False
    (root / "updates/0001").touch()
    assert apt.interrupted() is True


def test_only_root_installs(root: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(OperatorError, match="become: true"):
        packages_apt.AptPackages(FakeCommands(), 1).install(["podman"])
