# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capability podman: what it asks of a host, and what it returns."""

from __future__ import annotations

import os
import pathlib
import types
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.engine.os_release import OsRelease
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Step
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mounts import Mount
from ansible_collections.ray.containers.plugins.module_utils._host import files, kernel, records
from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._host.packages import apt as packages_apt
from ansible_collections.ray.containers.plugins.module_utils._resource import kubic_repository, podman_changes
from ansible_collections.ray.containers.plugins.module_utils._resource import podman as resource
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

BOOKWORM = OsRelease("debian", version="12", base_codename="bookworm", name="Debian 12")
REAL_READ = files.read_text
VERSIONS = {
    "podman": "4.3.1+ds1-8",
    "uidmap": "1:4.13",
    "runc": "1.1.5",
    "netavark": "1.4.0",
    "slirp4netns": "1.2.0",
    "nftables": "1.0.6",
}


class FakeApt(FakeCommands):
    """apt that remembers what it installed, in the words of a dpkg status file."""

    def __init__(self) -> None:
        super().__init__(
            {
                "apt-cache": self.policy,
                "apt-get --simulate": self.simulate,
                "apt-get": self.apt_get,
                "dpkg --print-architecture": "amd64",
            }
        )
        self.installed: list[str] = []
        self.unpacked: list[str] = []

    def policy(self, argv: tuple[str, ...]) -> str:
        return "".join(
            f"{name}:\n  Candidate: {VERSIONS.get(name, '(none)')}\n" for name in argv[argv.index("policy") + 1 :]
        )

    def simulate(self, argv: tuple[str, ...]) -> str:
        """Removing Podman frees what apt's memory, given in a file, has as installed for others' sake."""
        if "podman" not in argv:
            return ""
        option = next(word for word in argv if "extended_states" in word)
        memory = REAL_READ(option.partition("=")[2].partition("=")[2]) or ""
        freed = [name for name in self.installed if f"Package: {name}\n" in memory]
        return "".join(f"Remv {name} [{VERSIONS[name]}]\n" for name in ("podman", *freed))

    def apt_get(self, argv: tuple[str, ...]) -> Completed:
        if "remove" in argv:
            self.installed = [name for name in self.installed if name not in argv]
            return Completed(argv, 0, "", "")
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
def apt(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> FakeApt:
    apt = FakeApt()
    monkeypatch.setattr(records, "DIRECTORY", str(tmp_path))
    monkeypatch.setattr(records, "read_text", REAL_READ)
    monkeypatch.setattr(files, "read_text", apt.status)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(packages_apt, "LOCKS", ())
    monkeypatch.setattr(packages_apt, "DPKG_UPDATES", "/nonexistent")
    monkeypatch.setattr(packages_apt.AptPackages, "lists_age", lambda _self: 60.0)
    monkeypatch.setattr("shutil.which", lambda _name, path: None)
    monkeypatch.setattr(podman_changes, "OSTREE", str(tmp_path / "ostree-booted"))
    monkeypatch.setattr(os, "statvfs", lambda _path: types.SimpleNamespace(f_flag=0))
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
        "below_minimum": "upgrade",
        "bridge_networks": False,
        "firewall": False,
        "lock_timeout": 1,
        "user": "",
        "user_privileged": "refuse",
        "cluster_token": None,
        "cluster_token_next": "",
        "hold": False,
        "kubic_url": "https://mirror.example/stable",
        "kubic_key": "",
        "kubic_fingerprint": "0" * 40,
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
    assert sorted(apt.installed) == sorted({*VERSIONS} - {"nftables"})
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


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("lists_age", [None, 60.0, 9999.0])
def test_a_minimum_that_the_archive_does_not_offer_is_refused_before_anything_is_done(
    apt: FakeApt, monkeypatch: pytest.MonkeyPatch, lists_age: float | None, check: bool
) -> None:
    monkeypatch.setattr(packages_apt.AptPackages, "lists_age", lambda _self: lists_age)
    with pytest.raises(OperatorError, match=r"4\.5 or newer is asked for, and this host can have 4\.3\.1"):
        run(apt, check=check, minimum_version="4.5")
    assert apt.installed == []
    # Lists that will do are not fetched; others are fetched into a directory of their own.
    updates = [action for action in apt.actions if "update" in action]
    assert len(updates) == (0 if lists_age == 60.0 else 1)
    assert all("Dir::State::Lists=/tmp/ray.containers." in action for action in updates)


def test_a_minimum_that_is_known_only_once_the_lists_are_fetched(apt: FakeApt, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where lists of their own tell nothing (pacman, no network), the host's are fetched, and nothing is installed."""
    monkeypatch.setattr(packages_apt.AptPackages, "lists_age", lambda _self: None)
    monkeypatch.setattr(packages_apt.AptPackages, "offered_now", lambda _self, _names: {})
    assert len(run(apt, check=True, minimum_version="4.5")[0]) == 2
    with pytest.raises(OperatorError, match=r"this host can have 4\.3\.1"):
        run(apt, minimum_version="4.5")
    assert apt.installed == []


def test_an_old_podman_is_kept_where_that_is_asked(apt: FakeApt, monkeypatch: pytest.MonkeyPatch) -> None:
    run(apt)
    apt.actions.clear()
    monkeypatch.setitem(VERSIONS, "podman", "5.4.2+ds1-1")
    status = "Package: podman\nStatus: install ok installed\nVersion: 4.3.1+ds1-8\n"
    monkeypatch.setattr(files, "read_text", lambda path: status if path == packages_apt.DPKG_STATUS else None)
    with pytest.raises(OperatorError, match=r"Podman 4\.3\.1 is installed on this host") as raised:
        run(apt, minimum_version="4.5", below_minimum="refuse")
    assert raised.value.code == "RC-313"
    assert apt.actions == []
    (upgrade, *_others), result = run(apt, check=True, minimum_version="4.5")
    assert upgrade.startswith("Upgrade Podman to 4.5 or newer from the packages of Debian 12 (podman")
    assert result["version"] == "5.4.2"


def test_a_package_manager_that_does_nothing_is_not_believed(apt: FakeApt) -> None:
    apt.answers["apt-get"] = ""
    with pytest.raises(OperatorError, match="Podman is not installed: the package manager says that it is") as raised:
        run(apt)
    assert raised.value.code == "RC-335"


def test_a_minimum_that_is_no_version(apt: FakeApt) -> None:
    with pytest.raises(OperatorError, match="minimum_version is newest, which is no version"):
        run(apt, minimum_version="newest")


@pytest.mark.parametrize(
    ("closed", "ostree", "program", "code", "words"),
    [
        ("/usr", False, False, "RC-364", ("/usr is mounted read-only",)),
        ("/var", False, False, "RC-364", ("/var is mounted read-only",)),
        ("/usr", True, False, "RC-363", ("`rpm-ostree install podman",)),
        ("", True, False, "RC-363", ("`rpm-ostree install podman", "reboot")),
        ("/usr", False, True, "RC-363", ("`transactional-update pkg install podman", "reboot")),
    ],
)
def test_a_host_that_takes_no_packages_is_refused_before_anything_is_done(
    apt: FakeApt,
    monkeypatch: pytest.MonkeyPatch,
    closed: str,
    ostree: bool,
    program: bool,
    code: str,
    words: tuple[str, ...],
) -> None:
    run(apt)
    there = list(apt.installed)
    flags = {closed: os.ST_RDONLY}
    monkeypatch.setattr(os, "statvfs", lambda path: types.SimpleNamespace(f_flag=flags.get(path, 0)))
    if ostree:
        pathlib.Path(podman_changes.OSTREE).touch()
    found = {"transactional-update": "/usr/sbin/transactional-update"} if program else {}
    monkeypatch.setattr("shutil.which", lambda name, path: found.get(name))
    # What is there already is used as it is.
    assert run(apt)[0] == []
    for gone in (there, there[-1:]):
        apt.installed = [name for name in there if name not in gone]
        apt.actions.clear()
        for check in (True, False):
            with pytest.raises(OperatorError) as raised:
                run(apt, check=check)
            assert raised.value.code == code
            assert gone[-1] in raised.value.what
            expected = words if gone == there else words[1:]
            assert [word for word in expected if word not in str(raised.value)] == []
        assert apt.actions == []
    apt.installed = there
    with pytest.raises(OperatorError, match="cannot be removed while this host runs") as raised:
        run(apt, state="absent")
    assert raised.value.code == code
    assert apt.installed == there


def test_a_host_that_has_the_program_of_microos_and_no_use_for_it(
    apt: FakeApt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name, path: f"/usr/sbin/{name}" if name != "podman" else None)
    run(apt)
    assert "podman" in apt.installed


def test_a_source_that_does_not_have_podman_is_told_what_to_enable(
    apt: FakeApt, monkeypatch: pytest.MonkeyPatch
) -> None:
    noble = OsRelease("ubuntu", version="24.04", base_codename="noble", name="Ubuntu 24.04.3 LTS")
    monkeypatch.setattr(kernel, "os_release", lambda: noble)
    apt.answers["apt-get"] = lambda argv: Completed(
        argv, 100 if "install" in argv else 0, "", "E: Unable to locate package podman\n"
    )
    with pytest.raises(OperatorError) as raised:
        run(apt)
    assert raised.value.code == "RC-334"
    assert raised.value.remedy.startswith("Enable the archive's component universe (`add-apt-repository universe`)")
    assert "`apt-get update" in raised.value.remedy


def test_absent_takes_away_what_was_brought_and_nothing_else(apt: FakeApt) -> None:
    apt.installed = ["runc"]
    run(apt)
    predicted, _would_be = run(apt, check=True, state="absent")
    assert apt.installed != ["runc"]
    done, result = run(apt, state="absent")
    assert predicted == done
    assert len(done) == 1
    assert apt.installed == ["runc"]
    assert (result["version"], result["source"]) == ("", "distribution")
    apt.actions.clear()
    assert run(apt, state="absent")[0] == []


def test_a_firewalls_nft_comes_along_and_stays_as_long_as_the_firewall(
    apt: FakeApt, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firewall = tmp_path / "firewall.service"
    monkeypatch.setattr(podman_changes, "FIREWALL", str(firewall))
    run(apt, firewall=True)
    assert "nftables" in apt.installed
    firewall.touch()
    assert "nftables" not in podman_changes.superfluous()
    firewall.unlink()
    assert "nftables" in podman_changes.superfluous()


def test_absent_needs_no_known_distribution(apt: FakeApt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "os_release", lambda: OsRelease("void", name="Void"))
    assert run(apt, state="absent")[0] == []


class FakeKubic:
    """A kubic repository that offers what it is told, and remembers what was done to it."""

    def __init__(self, offers: dict[str, str]) -> None:
        self.offers = offers
        self.done: list[str] = []

    def make(self, _commands: t.Any, _parameters: t.Any, _directory: str, wanted: tuple[str, ...]) -> t.Any:
        steps = (Step("repository", "Add the kubic repository"),) if wanted else ()
        return self, steps, self.offers if wanted else {}

    def apply(self, step: Step) -> None:
        self.done.append(step.action)

    def undo(self) -> None:
        self.done.clear()


@pytest.fixture
def kubic(monkeypatch: pytest.MonkeyPatch) -> FakeKubic:
    fake = FakeKubic({"podman": "100:3.4.2-5", "runc": "100:1.1.0-1"})
    focal = OsRelease("ubuntu", version="20.04", base_codename="focal", name="Ubuntu 20.04.6 LTS")
    monkeypatch.setattr(kernel, "os_release", lambda: focal)
    monkeypatch.setattr(kubic_repository, "repository", fake.make)
    return fake


def test_kubic_comes_before_the_lists_and_the_packages(apt: FakeApt, kubic: FakeKubic) -> None:
    summaries, result = run(apt, check=True)
    assert [summary.split()[0] for summary in summaries] == ["Add", "Fetch", "Install"]
    assert "from the kubic repository and the packages of Ubuntu 20.04.6 LTS" in summaries[-1]
    assert (result["source"], result["version"]) == ("kubic", "3.4.2")
    run(apt)
    assert kubic.done == ["repository"]


def test_an_installation_that_fails_undoes_the_repository(apt: FakeApt, kubic: FakeKubic) -> None:
    apt.answers["apt-get"] = lambda argv: Completed(argv, 100 if "install" in argv else 0, "", "E: no space left")
    with pytest.raises(OperatorError, match="no space left"):
        run(apt)
    assert kubic.done == []


def test_a_minimum_that_kubic_does_not_offer_is_refused_before_anything_is_done(apt: FakeApt, kubic: FakeKubic) -> None:
    with pytest.raises(OperatorError, match=r"this host can have 3\.4\.2"):
        run(apt, minimum_version="4.5")
    assert kubic.done == []
