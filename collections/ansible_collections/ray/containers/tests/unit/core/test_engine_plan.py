# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is installed, from what is there."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.engine import plan as core
from ansible_collections.ray.containers.plugins.module_utils._core.engine import state
from ansible_collections.ray.containers.plugins.module_utils._core.engine.os_release import OsRelease
from ansible_collections.ray.containers.plugins.module_utils._core.engine.package import (
    Package,
    installed_packages,
    upstream_version,
)
from ansible_collections.ray.containers.plugins.module_utils._core.engine.source import engine_packages, engine_source
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

BOOKWORM = engine_source(OsRelease("debian", version="12", name="Debian 12"))
NEEDED = ("podman", "uidmap", "runc")
OFFERED = {"podman": "4.3.1+ds1-8", "uidmap": "1:4.13", "runc": "1.1.5"}

STATUS = """\
Package: podman
Status: install ok installed
Priority: optional
Description: engine to run OCI-based containers
 Package: not a field
Version: 4.3.1+ds1-8+deb12u1+b3

Package: uidmap
Status: install ok half-configured
Version: 1:4.13+dfsg1-1

Package: crun
Status: deinstall ok config-files
Version: 1.8.1-1
"""


def bare(**changes: t.Any) -> state.EngineObserved:
    facts: dict[str, t.Any] = {
        "source": BOOKWORM,
        "cgroup_layout": "hybrid",
        "runtime": "runc",
        "needed": NEEDED,
        "lists_age": 60.0,
        "candidates": OFFERED,
    }
    return state.EngineObserved(**{**facts, **changes})


def installed(*names: str, version: str = "4.3.1+ds1-8") -> dict[str, Package]:
    return {name: Package(name, version, "installed") for name in names}


def actions(observed: state.EngineObserved, minimum: str = "", below: str = "upgrade") -> list[t.Any]:
    return [step.action for step in core.plan_engine(state.EngineDesired(minimum, below), observed).steps]


def test_reading_the_status_file() -> None:
    found = installed_packages(STATUS, ["podman", "uidmap", "crun", "runc"])
    assert sorted(found) == ["crun", "podman", "uidmap"]
    assert (found["podman"].installed, found["podman"].version) == (True, "4.3.1+ds1-8+deb12u1+b3")
    assert (found["uidmap"].installed, found["uidmap"].interrupted) == (False, True)
    assert (found["crun"].installed, found["crun"].interrupted) == (False, False)


@pytest.mark.parametrize(
    ("version", "upstream"),
    [("4.3.1+ds1-8+deb12u1+b3", "4.3.1"), ("5.4.2+ds1-1", "5.4.2"), ("3:100.3~kubic", "100.3"), ("3.4.4-1", "3.4.4")],
)
def test_upstream_version(version: str, upstream: str) -> None:
    assert upstream_version(version) == upstream


def test_a_bare_host_gets_one_transaction() -> None:
    assert actions(bare()) == [state.InstallPackages(NEEDED)]


def test_nothing_to_do() -> None:
    assert actions(bare(packages=installed(*NEEDED), engine_version="4.3.1", lists_age=None, candidates={})) == []


def test_only_what_is_missing() -> None:
    assert actions(bare(packages=installed("podman", "uidmap"), engine_version="4.3.1")) == [
        state.InstallPackages(("runc",))
    ]


@pytest.mark.parametrize(
    ("lists_age", "candidates"),
    [(None, {}), (3601.0, OFFERED), (60.0, {"podman": "4.3.1", "uidmap": "1:4.13"})],
)
def test_the_lists_are_fetched_when_missing_old_or_silent(lists_age: float | None, candidates: dict[str, str]) -> None:
    assert actions(bare(lists_age=lists_age, candidates=candidates)) == [
        state.RefreshPackageLists(),
        state.InstallPackages(NEEDED),
    ]


def test_an_interrupted_installation_is_finished_first() -> None:
    half = {"podman": Package("podman", "4.3.1", "unpacked")}
    expected = [state.FinishInterrupted(), state.InstallPackages(NEEDED)]
    assert actions(bare(packages=half)) == expected
    assert actions(bare(interrupted=True)) == expected


def test_the_minimum_version_upgrades_where_it_can() -> None:
    there = installed(*NEEDED)
    newer = {**OFFERED, "podman": "5.4.2+ds1-1"}
    assert actions(bare(packages=there, engine_version="4.3.1", candidates=newer), "4.5") == [
        state.InstallPackages(("podman",))
    ]


def test_the_minimum_version_refuses_where_that_is_asked() -> None:
    there = bare(packages=installed(*NEEDED), engine_version="4.3.1", candidates={**OFFERED, "podman": "5.4.2+ds1-1"})
    with pytest.raises(OperatorError, match=r"Podman 4\.3\.1 is installed.*4\.5 or newer") as raised:
        actions(there, "4.5", "refuse")
    assert raised.value.code == "RC-313"
    assert actions(there, "4.3", "refuse") == []
    # What is not there yet is not refused, but installed.
    assert actions(bare(candidates={**OFFERED, "podman": "5.4.2+ds1-1"}), "4.5", "refuse")


@pytest.mark.parametrize(
    ("os_release", "minimum", "ways"),
    [
        (OsRelease("debian", version="12"), "4.5", "Upgrade the host to Debian 13 or newer, which has Podman 5.4, run"),
        (OsRelease("ubuntu", version="22.04"), "4.5", "Ubuntu 24.04 or newer, which has Podman 4.9"),
        (OsRelease("ubuntu", version="20.04"), "4.5", "Ubuntu 24.04 or newer, which has Podman 4.9"),
        (OsRelease("ubuntu", version="20.04"), "3.4.2", "Ubuntu 23.04 or newer, which has Podman 4.3"),
        (OsRelease("rocky", version="9.4"), "5.0", "Enterprise Linux 9.5 or newer, which has Podman 5.2"),
        (OsRelease("debian", version="12"), "6.0", "Install a newer Podman by hand, run the raylet in a container"),
    ],
)
def test_the_ways_out_fit_the_distribution(os_release: OsRelease, minimum: str, ways: str) -> None:
    source = engine_source(os_release)
    with pytest.raises(OperatorError) as raised:
        actions(bare(source=source, candidates={**OFFERED, "podman": "3.3.1"}), minimum)
    assert raised.value.code == "RC-336"
    assert ways in raised.value.remedy
    assert "container whose image has a newer Podman (ray_raylet_mode: container), or lower" in raised.value.remedy


def test_what_was_just_found_counts_for_more_than_the_hosts_lists() -> None:
    """The host's lists are old; others that were just fetched beside them say what there is."""
    found = bare(lists_age=9999.0, offers={"podman": "5.4.2-1"})
    assert actions(found, "4.5") == [state.RefreshPackageLists(), state.InstallPackages(NEEDED)]
    with pytest.raises(OperatorError, match=r"can have 4\.3\.1"):
        actions(bare(lists_age=9999.0, offers={"podman": "4.3.1+ds1-8"}), "4.5")


@pytest.mark.parametrize("packages", [{}, installed(*NEEDED)])
def test_the_minimum_version_refuses_where_it_cannot(packages: dict[str, Package]) -> None:
    version = "4.3.1" if packages else ""
    with pytest.raises(OperatorError, match=r"4\.5 or newer.*4\.3\.1") as raised:
        actions(bare(packages=packages, engine_version=version), "4.5")
    assert raised.value.code == "RC-336"


def test_a_podman_from_elsewhere_is_used_as_it_is() -> None:
    assert actions(bare(source=None, needed=(), engine_version="5.0.0", engine_path="/usr/bin/podman")) == []
    with pytest.raises(OperatorError, match=r"no package of the distribution|built or unpacked by hand") as raised:
        actions(bare(source=None, needed=(), engine_version="4.0.0", engine_path="/usr/bin/podman"), "4.5")
    assert raised.value.code == "RC-365"


def test_a_podman_by_hand_keeps_its_network_stack() -> None:
    needed = engine_packages(BOOKWORM, runtime="crun", fuse_overlayfs=False, systemd=True, by_hand=True)
    assert needed == ("uidmap", "libpam-systemd", "crun", "slirp4netns")


@pytest.mark.parametrize(("distribution", "refreshes"), [("debian", 1), ("arch", 0)])
def test_old_lists_of_arch_are_taken_as_they_are(distribution: str, refreshes: int) -> None:
    """New ones without an upgrade of the whole host would bring packages that do not fit it."""
    source = engine_source(OsRelease(distribution, name=distribution))
    planned = actions(bare(source=source, lists_age=9999.0))
    assert planned.count(state.RefreshPackageLists()) == refreshes
