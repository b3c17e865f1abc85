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
    assert state(host) == before


@pytest.fixture
def second_version(archive: Archive) -> Iterator[None]:
    """The repository has another version for a while."""
    archive.serve("second")
    yield
    archive.serve("first")


@pytest.mark.usefixtures("second_version")
def test_a_minimum_that_is_offered_upgrades(host: t.Any, run: t.Any) -> None:
    assert run().word == "SUCCESS"
    predicted = run("--check", minimum_version="4.4")
    assert host.package("podman").version == "100:4.3.1-1"
    done = run(minimum_version="4.4")
    assert done.steps == predicted.steps
    assert host.package("podman").version == "100:4.4.0-1"
    assert done.result["podman"]["version"] == predicted.result["podman"]["version"] == "4.4.0"
    assert run(minimum_version="4.4").word == "SUCCESS"


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
