# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Podman from the kubic repository: what is there, an unchanged run, an upgrade, and its end."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.nodes import ssh_hosts
from tests.kubic.archive import Archive
from tests.kubic.state import repository_files, state

testinfra_hosts = list(ssh_hosts(Path(__file__).parents[1] / "inventory").values())

KEYRING = "/etc/apt/keyrings/kubic-libcontainers.asc"


def test_podman_comes_from_there(host: t.Any) -> None:
    assert host.package("podman").version == "100:4.3.1-1"
    assert host.check_output("podman --version") == "podman version 4.3.1"


def test_nothing_else_comes_from_there(host: t.Any) -> None:
    assert not host.package("uidmap").version.startswith("100:")
    policy = host.check_output("apt-cache policy uidmap")
    assert "100:99-1 -1" in policy
    assert "Candidate: 100:" not in policy


def test_its_key_is_trusted_for_it_alone(host: t.Any, archive: Archive) -> None:
    assert host.file(KEYRING).content_string == archive.key()
    assert f"Signed-By: {KEYRING}" in host.file("/etc/apt/sources.list.d/kubic-libcontainers.sources").content_string
    assert not host.file("/etc/apt/trusted.gpg").exists
    assert host.check_output("ls /etc/apt/trusted.gpg.d | grep -vc ^debian- || true") == "0"


def test_no_recommended_package_and_no_running_service(host: t.Any) -> None:
    assert not host.package("buildah").is_installed
    assert not host.service("podman.socket").is_running


def test_an_unchanged_run_needs_no_archive_and_no_process(host: t.Any, run: t.Any, archive: Archive) -> None:
    with archive.silent():
        outcome = run()
    assert (outcome.word, outcome.steps, outcome.result["actions"]) == ("SUCCESS", [], [])
    assert outcome.result["podman"]["version"] == host.check_output("podman --version").split()[-1]


def test_another_address_is_written_down(host: t.Any, run: t.Any, archive: Archive) -> None:
    for url in (archive.url("first"), archive.url()):
        predicted, done = run("--check", kubic_url=url), run(kubic_url=url)
        assert predicted.steps == done.steps
        assert len(done.steps) == 1
        assert (
            f"{url}/xUbuntu_20.04/" in host.file("/etc/apt/sources.list.d/kubic-libcontainers.sources").content_string
        )
    assert run().word == "SUCCESS"


def test_a_minimum_that_nobody_offers_is_refused(host: t.Any, run: t.Any) -> None:
    before = state(host)
    outcome = run(minimum_version="4.4")
    assert outcome.result["code"] == "RC-336"
    assert "Podman 4.4 or newer is asked for, and this host can have 4.3.1" in outcome.result["msg"]
    for way in ("Ubuntu 24.04 or newer, which has Podman 4.9", "container whose image has a newer Podman"):
        assert way in outcome.result["remedy"]
    assert state(host) == before


@pytest.fixture
def second_version(archive: Archive) -> Iterator[None]:
    """The repository has another version for a while."""
    archive.serve("second")
    yield
    archive.serve("first")


@pytest.mark.usefixtures("second_version")
def test_an_old_podman_is_kept_where_that_is_asked(host: t.Any, run: t.Any) -> None:
    before = state(host)
    for options in (("--check",), ()):
        outcome = run(*options, minimum_version="4.4", below_minimum="refuse")
        assert outcome.word == "FAILED"
        assert outcome.result["code"] == "RC-313"
        assert "Podman 4.3.1 is installed on this host, and 4.4 or newer is asked for" in outcome.result["msg"]
        assert outcome.result["actions"] == []
    assert state(host) == before
    assert run(minimum_version="4.3", below_minimum="refuse").word == "SUCCESS"


@pytest.mark.usefixtures("second_version")
def test_a_minimum_that_is_offered_upgrades(host: t.Any, run: t.Any) -> None:
    assert run().word == "SUCCESS"
    predicted = run("--check", minimum_version="4.4")
    assert host.package("podman").version == "100:4.3.1-1"
    done = run(minimum_version="4.4")
    assert done.steps == predicted.steps
    assert done.steps[-1] == (
        "Upgrade Podman to 4.4 or newer from the kubic repository and the packages of Ubuntu 20.04.6 LTS (podman)"
    )
    assert host.package("podman").version == "100:4.4.0-1"
    assert done.result["podman"]["version"] == predicted.result["podman"]["version"] == "4.4.0"
    assert run(minimum_version="4.4").word == "SUCCESS"


@pytest.fixture
def closed_usr(host: t.Any) -> Iterator[None]:
    """The node's /usr is read-only for a while, as an image-based host has it."""
    host.check_output("mount --bind /usr /usr && mount -o remount,bind,ro /usr")
    yield
    # Programs that were started meanwhile lie on it.
    host.check_output("umount --lazy /usr")


@pytest.fixture
def of_ostree(host: t.Any) -> Iterator[None]:
    """The node was booted by ostree, as far as it says."""
    host.check_output("touch /run/ostree-booted")
    yield
    host.check_output("rm /run/ostree-booted")


@pytest.mark.usefixtures("closed_usr")
def test_a_closed_usr_is_told_before_anything_is_done(host: t.Any, run: t.Any) -> None:
    before = state(host)
    assert run().word == "SUCCESS"
    for options in (("--check",), ()):
        result = run(*options, state="absent").result
        assert result["code"] == "RC-364"
        assert "/usr is mounted read-only" in result["msg"]
    assert state(host) == before


@pytest.mark.usefixtures("of_ostree")
def test_a_host_of_ostree_is_told_what_to_run(host: t.Any, run: t.Any) -> None:
    before = state(host)
    assert run().word == "SUCCESS"
    result = run(state="absent").result
    assert result["code"] == "RC-363"
    assert "`rpm-ostree uninstall " in result["remedy"]
    assert state(host) == before


def test_absent_leaves_the_node_as_it_was(host: t.Any, run: t.Any, between_phases: Path) -> None:
    predicted = run("--check", state="absent")
    done = run(state="absent")
    assert predicted.steps == done.steps
    assert len(done.steps) == 4
    assert repository_files(host) == []
    bare = (between_phases / "bare.txt").read_text().splitlines()
    # The directory for keyrings may have others' by now.
    assert [line for line in state(host).splitlines() if line != "/etc/apt/keyrings"] == bare
    assert run(state="absent").word == "SUCCESS"


def test_check_mode_says_exactly_what_a_run_does(host: t.Any, run: t.Any, between_phases: Path) -> None:
    host.check_output("rmdir /etc/apt/keyrings")
    predicted, done = run("--check", "--diff"), run("--diff")
    assert done.steps == predicted.steps == json.loads((between_phases / "predicted.json").read_text())
    diff = predicted.output.partition("focal |")[0]
    assert done.output.partition("focal |")[0] == diff
    for shown in (
        *("+Signed-By: /etc/apt/keyrings/", "+-----BEGIN PGP PUBLIC KEY BLOCK-----", "+Pin-Priority: -1"),
        *("+podman 100:4.3.1-1", "+package lists of now"),
    ):
        assert shown in diff
    assert run(state="absent").word == "CHANGED"
