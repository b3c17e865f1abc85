# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""dnf, zypper, pacman and apk. What the first three say is recorded from dnf 4.14, zypper 1.14.42 and pacman 6.0.2, which
installed from repositories made for it; what apk says is as apk(8) has it."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._host.packages import apk as packages_apk
from ansible_collections.ray.containers.plugins.module_utils._host.packages import pacman as packages_pacman
from ansible_collections.ray.containers.plugins.module_utils._host.packages import rpm as packages_rpm
from ansible_collections.ray.containers.plugins.module_utils._host.packages.choice import packages_of
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

RPM_QUERY = "podman 4.9.4\ncrun 1.14\npackage extra-thing is not installed\n"
DNF_OFFERS = "crun 1.14\n\npodman 4.9.4\n\n"
ZYPPER_OFFERS = """\
Loading repository data...
Reading installed packages...

S | Name   | Type    | Version | Arch   | Repository
--+--------+---------+---------+--------+-----------
  | crun   | package | 1.14-1  | noarch | lab
  | podman | package | 5.2.2-1 | noarch | lab
  | podman | package | 4.9.4-1 | noarch | lab
"""
PACMAN_OFFERS = """\
Repository      : lab
Name            : podman
Version         : 5.6.2-1
Description     : test : of a colon

Repository      : lab
Name            : conmon
Version         : 1:2.1.13-1
"""
APK_OFFERS = "podman-5.3.2-r0\nshadow-uidmap-4.16.0-r1\n"
APK_INSTALLED = "C:Q1x=\nP:podman\nV:5.3.2-r0\nA:x86_64\n\nC:Q1y=\nP:crun\nV:1.19-r0\n"

FAMILIES = ("dnf", "zypper", "pacman", "apk")


def failed(stderr: str, rc: int = 1, stdout: str = "") -> Completed:
    return Completed((), rc, stdout, stderr)


@pytest.fixture(autouse=True)
def root(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(packages_rpm, "LOCKS", (str(tmp_path / "lock"),))
    monkeypatch.setattr(packages_pacman, "LOCK", str(tmp_path / "db.lck"))
    monkeypatch.setattr(packages_pacman, "DATABASE", str(tmp_path / "local"))
    monkeypatch.setattr(packages_apk, "DATABASES", (str(tmp_path / "usr"), str(tmp_path)))
    return tmp_path


def test_what_is_installed_costs_one_process_or_none(root: pathlib.Path) -> None:
    (root / "installed").write_text(APK_INSTALLED, encoding="utf-8")
    for directory in ("podman-5.6.2-1", "conmon-1:2.1.13-1", "podman-docker-5.6.2-1"):
        (root / "local" / directory).mkdir(parents=True)
    (root / "local" / "ALPM_DB_VERSION").touch()
    expected = {"dnf": "4.9.4", "zypper": "4.9.4", "pacman": "5.6.2", "apk": "5.3.2-r0"}
    for family, version in expected.items():
        commands = FakeCommands({"rpm": failed("", 1, RPM_QUERY)})
        found = packages_of(family, commands, 1).installed(("podman", "extra-thing"))
        assert {name: package.version for name, package in found.items() if name != "crun"} == {"podman": version}
        assert len(commands.actions) == (1 if family in ("dnf", "zypper") else 0)
    assert packages_of("", FakeCommands(), 1).installed(("podman",)) == {}


@pytest.mark.parametrize(
    ("family", "said", "expected"),
    [
        ("dnf", DNF_OFFERS, {"podman": "4.9.4", "crun": "1.14"}),
        ("zypper", ZYPPER_OFFERS, {"podman": "5.2.2-1", "crun": "1.14-1"}),
        ("pacman", PACMAN_OFFERS, {"podman": "5.6.2-1", "conmon": "1:2.1.13-1"}),
        ("apk", APK_OFFERS, {"podman": "5.3.2-r0", "shadow-uidmap": "4.16.0-r1"}),
    ],
)
def test_what_is_offered_is_asked_without_network(family: str, said: str, expected: dict[str, str]) -> None:
    commands = FakeCommands({family: said})
    assert packages_of(family, commands, 1).candidates(["podman", "crun"]) == expected
    without = {"dnf": "--cacheonly", "zypper": "--no-refresh", "pacman": "--sync --info", "apk": "--no-network"}
    assert without[family] in commands.actions[0]


@pytest.mark.parametrize(
    ("family", "said", "option"),
    [
        ("dnf", DNF_OFFERS, "dnf --setopt=cachedir=/tmp/ray.containers."),
        ("zypper", ZYPPER_OFFERS, "zypper --non-interactive --cache-dir=/tmp/ray.containers."),
        ("apk", APK_OFFERS, "apk --no-cache search"),
    ],
)
def test_what_is_offered_now_is_asked_without_the_hosts_own_lists(family: str, said: str, option: str) -> None:
    commands = FakeCommands({family: said})
    assert packages_of(family, commands, 1).offered_now(["podman"])["podman"].startswith(("4.9", "5."))
    (action,) = commands.actions
    assert action.startswith(option)
    assert packages_of("pacman", commands, 1).offered_now(["podman"]) == {}


@pytest.mark.parametrize(
    ("family", "install", "refresh"),
    [
        (
            "dnf",
            "dnf --assumeyes --quiet --best --setopt=install_weak_deps=False --setopt=exit_on_lock=True install podman crun",
            "dnf --quiet --refresh makecache",
        ),
        (
            "zypper",
            "zypper --non-interactive --quiet --no-refresh install --no-recommends podman crun",
            "zypper --non-interactive --quiet refresh",
        ),
        (
            "pacman",
            "pacman --sync --needed --noconfirm --noprogressbar podman crun",
            "pacman --sync --refresh --noconfirm",
        ),
        ("apk", "apk --quiet add --upgrade podman crun", "apk --quiet update"),
    ],
)
def test_transactions_never_ask_and_leave_services_alone(family: str, install: str, refresh: str) -> None:
    commands = FakeCommands()
    tool = packages_of(family, commands, 1)
    tool.refresh()
    tool.install(["podman", "crun"])
    tool.remove(["podman"])
    assert commands.actions[:2] == [refresh, install]
    assert "podman" in commands.actions[2]
    assert [environment.get("SYSTEMD_OFFLINE") for environment in commands.environments] == ["1", "1", None]


@pytest.mark.parametrize(
    ("family", "stderr", "code", "words"),
    [
        ("dnf", "Error: Unable to find a match: nosuch\n", "RC-334", "Unable to find a match: nosuch"),
        (
            "dnf",
            "Error: \n Problem: conflicting requests\n  - nothing provides x\n",
            "RC-335",
            "conflicting requests; - nothing",
        ),
        ("zypper", "No provider of 'nosuch' found.\n", "RC-334", "No provider of 'nosuch'"),
        (
            "zypper",
            "Specified path is not a directory\nProblem occurred during or after installation\n",
            "RC-335",
            "Specified path",
        ),
        ("pacman", "error: target not found: nosuch\n", "RC-334", "target not found: nosuch"),
        (
            "pacman",
            "error: failed retrieving file 'runc' from m : The requested URL returned error: 404\n",
            "RC-315",
            "failed retrieving",
        ),
        ("pacman", "error: failed retrieving file 'runc' from m : Could not resolve host: m\n", "RC-335", "Could not"),
        (
            "apk",
            "ERROR: unable to select packages:\n  nosuch (no such package):\n    required by: world[nosuch]\n",
            "RC-334",
            "nosuch (no such",
        ),
    ],
)
def test_a_failure_is_a_sentence(family: str, stderr: str, code: str, words: str) -> None:
    tool = packages_of(family, FakeCommands({family: failed(stderr)}), 0)
    with pytest.raises(OperatorError, match="podman could not be installed") as raised:
        tool.install(["podman"])
    assert raised.value.code == code
    assert words in raised.value.why


@pytest.mark.parametrize(
    ("family", "said", "words"),
    [
        (
            "dnf",
            failed("metadata already locked by 16\n  The application with PID 16 is: dnf\n", 200),
            "PID 16 is: dnf",
        ),
        (
            "zypper",
            failed("System management is locked by the application with pid 17 (zypper).\n", 7),
            "pid 17 (zypper)",
        ),
        ("pacman", failed("error: failed to init transaction (unable to lock database)\n"), "unable to lock"),
        ("apk", failed("ERROR: Unable to lock database: Resource temporarily unavailable\n", 99), "nable to lock"),
    ],
)
def test_a_held_lock_is_told_with_what_the_tool_knows(family: str, said: Completed, words: str) -> None:
    with pytest.raises(OperatorError) as raised:
        packages_of(family, FakeCommands({family: said}), 0).install(["podman"])
    assert raised.value.code == "RC-333"
    assert words in raised.value.why


@pytest.mark.parametrize("held", [True, False])
def test_pacmans_lock_file_has_a_holder_or_was_left_behind(held: bool, root: pathlib.Path) -> None:
    lock = root / "db.lck"
    program = "import sys; f = open(sys.argv[1], 'w'); print('held', flush=True); sys.stdin.read()"
    argv = [sys.executable, "-c", program, str(lock)]
    holder = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    if not held:
        holder.communicate()
    commands = FakeCommands()
    try:
        with pytest.raises(OperatorError) as raised:
            packages_of("pacman", commands, 0).install(["podman"])
    finally:
        if held:
            holder.communicate()
    assert (f"process {holder.pid}" in raised.value.why) is held
    assert ("left behind" in raised.value.why) is not held
    assert commands.actions == []


@pytest.mark.parametrize("family", FAMILIES)
def test_a_host_without_its_package_manager(family: str) -> None:
    commands = FakeCommands({family: failed(f"{family}: command not found", 127)})
    with pytest.raises(OperatorError, match=f"this host has no {family}") as raised:
        packages_of(family, commands, 1).install(["podman"])
    assert raised.value.code == "RC-314"


def test_advice_to_reboot_is_no_failure() -> None:
    packages_of("zypper", FakeCommands({"zypper": failed("", 102)}), 1).install(["podman"])


def test_the_age_of_the_lists(root: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = packages_of("dnf", FakeCommands(), 1)
    monkeypatch.setattr(packages_rpm.DnfPackages, "lists", (f"{root}/*/repomd.xml",))
    assert tool.lists_age() is None
    for name, seconds in (("a", 1000), ("b", 5000)):
        (root / name).mkdir()
        (root / name / "repomd.xml").touch()
        os.utime(root / name / "repomd.xml", (seconds, seconds))
    monkeypatch.setattr("time.time", lambda: 5060.0)
    assert tool.lists_age() == 60.0
