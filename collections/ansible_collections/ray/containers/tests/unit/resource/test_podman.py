# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capability podman: what it asks of a host, and what it returns."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.mounts import Mount
from ansible_collections.ray.containers.plugins.module_utils._core.os_release import OsRelease
from ansible_collections.ray.containers.plugins.module_utils._host import files, kernel, packages_apt
from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._resource import podman as resource
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

BOOKWORM = OsRelease("debian", version="12", base_codename="bookworm", name="Debian 12")
VERSIONS = {"podman": "4.3.1+ds1-8", "uidmap": "1:4.13", "runc": "1.1.5", "netavark": "1.4.0", "slirp4netns": "1.2.0"}


class FakeApt(FakeCommands):
    """apt that remembers what it installed, in the words of a dpkg status file."""

    def __init__(self) -> None:
        super().__init__({"apt-cache policy": self.policy, "apt-get": self.apt_get})
        self.installed: list[str] = []
        self.unpacked: list[str] = []

    def policy(self, argv: tuple[str, ...]) -> str:
        return "".join(f"{name}:\n  Candidate: {VERSIONS.get(name, '(none)')}\n" for name in argv[2:])

    def apt_get(self, argv: tuple[str, ...]) -> Completed:
        self.installed.extend(name for name in argv if name in VERSIONS)
        return Completed(argv, 0, "", "")

    def status(self, path: str) -> str | None:
        if path != packages_apt.DPKG_STATUS:
            return None
        states = dict.fromkeys(self.unpacked, "unpacked")
        states.update(dict.fromkeys(self.installed, "installed"))
        return "\n".join(
            f"Package: {name}\nStatus: install ok {state}\nVersion: {VERSIONS[name]}\n"
            for name, state in states.items()
        )


@pytest.fixture
def apt(monkeypatch: pytest.MonkeyPatch) -> FakeApt:
    apt = FakeApt()
    monkeypatch.setattr(files, "read_text", apt.status)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(packages_apt, "LOCKS", ())
    monkeypatch.setattr(packages_apt, "DPKG_UPDATES", "/nonexistent")
    monkeypatch.setattr(packages_apt.AptPackages, "lists_age", lambda _self: 60.0)
    monkeypatch.setattr("shutil.which", lambda _name, path: None)
    monkeypatch.setattr(kernel, "os_release", lambda: BOOKWORM)
    monkeypatch.setattr(kernel, "kernel_release", lambda: "6.1.0")
    monkeypatch.setattr(kernel, "mounts", lambda: (Mount("/sys/fs/cgroup/memory", "cgroup", False),))
    monkeypatch.setattr(kernel, "runs_systemd", lambda: False)
    return apt


def run(apt: FakeApt, *, check: bool = False, **parameters: t.Any) -> tuple[list[str], dict[str, t.Any]]:
    given = {
        "state": "present",
        "source": "auto",
        "minimum_version": "",
        "bridge_networks": False,
        "lock_timeout": 1,
        **parameters,
    }
    capability = resource.build(given, apt)
    observed = capability.observe()
    plan = capability.plan(observed)
    if not check:
        for step in plan.steps:
            capability.apply(step)
    return plan.summaries, capability.result(observed, plan)["podman"]


def test_check_mode_predicts_and_a_second_run_starts_no_process(apt: FakeApt) -> None:
    predicted, would_be = run(apt, check=True)
    assert apt.installed == []
    done, result = run(apt)
    assert (predicted, would_be) == (done, result)
    assert result == {
        "version": "4.3.1",
        "source": "distribution",
        "runtime": "runc",
        "network_helper": "slirp4netns",
        "cgroup_version": "v1",
        "meets": {"root_keep_id": False, "cdi_option": True, "cdi_in_containers_conf": False},
    }
    assert sorted(apt.installed) == sorted(VERSIONS)
    apt.actions.clear()
    assert run(apt) == ([], result)
    assert apt.actions == []


def test_an_unknown_distribution_with_podman_is_taken_as_it_is(apt: FakeApt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "os_release", lambda: OsRelease("void", name="Void"))
    with pytest.raises(OperatorError, match="Void"):
        run(apt)
    monkeypatch.setattr("shutil.which", lambda _name, path: "/usr/bin/podman")
    apt.answers = {"/usr/bin/podman --version": "podman version 5.2.3\n"}
    summaries, result = run(apt)
    assert (summaries, result["version"], result["source"]) == ([], "5.2.3", "local")


def test_a_half_installed_podman_is_not_one_by_hand(apt: FakeApt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name, path: "/usr/bin/podman")
    apt.unpacked = ["podman"]
    summaries, result = run(apt)
    assert len(summaries) == 2
    assert apt.actions[1].startswith("dpkg --configure")
    assert "podman" in apt.installed
    assert result["source"] == "distribution"


def test_an_upgrade_that_stays_below_the_minimum_fails(apt: FakeApt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages_apt.AptPackages, "lists_age", lambda _self: None)
    with pytest.raises(OperatorError, match=r"4\.5 or newer is asked for, and this host can have 4\.3\.1"):
        run(apt, minimum_version="4.5")
