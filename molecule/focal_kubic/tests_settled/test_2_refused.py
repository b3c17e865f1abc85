# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can be wrong with the repository, its key and the package manager: a sentence, and a node as it was."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.nodes import ssh_hosts
from tests.kubic.adhoc import Outcome
from tests.kubic.archive import Archive
from tests.kubic.state import state

testinfra_hosts = list(ssh_hosts(Path(__file__).parents[1] / "inventory").values())

WAYS_OUT = ("kubic_url", "Ubuntu 22.04", "container whose image has a newer Podman")


@pytest.fixture(scope="module", autouse=True)
def bare(run: t.Callable[..., Outcome]) -> None:
    """Whatever was there before: each of these runs would have to install Podman."""
    run(state="absent")


@pytest.fixture
def refused(host: t.Any, run: t.Any) -> t.Iterator[t.Callable[..., Outcome]]:
    """Runs the module, which must fail and change nothing."""

    def refused(*options: str, **parameters: t.Any) -> Outcome:
        before = state(host)
        outcome: Outcome = run(*options, **parameters)
        assert outcome.word == "FAILED", outcome.output
        assert state(host) == before
        return outcome

    yield refused


@pytest.mark.parametrize(
    ("repository", "key", "code", "words"),
    [
        ("expired", "expired", "RC-318", ("it expired on 2020-10-11", *WAYS_OUT)),
        ("foreign", "right", "RC-368", ("does not accept the signature", "NO_PUBKEY", *WAYS_OUT)),
        ("unsigned", "right", "RC-367", ("is not signed", *WAYS_OUT)),
        ("bionic", "right", "RC-366", ("has no directory xUbuntu_20.04", "404", *WAYS_OUT)),
        ("emptied", "right", "RC-394", ("offers no Podman", *WAYS_OUT)),
        ("mislabelled", "right", "RC-395", ("label somebody:else",)),
    ],
)
def test_a_repository_that_is_not_as_it_should_be(
    refused: t.Any, archive: Archive, repository: str, key: str, code: str, words: tuple[str, ...]
) -> None:
    parameters = {"kubic_url": archive.url(repository), "kubic_fingerprint": archive.fingerprints()[key]}
    for options in (("--check",), ()):
        result = refused(*options, **parameters).result
        assert result["code"] == code
        assert [word for word in words if word not in result["msg"]] == []


def test_another_key(refused: t.Any, archive: Archive) -> None:
    fingerprints = archive.fingerprints()
    result = refused(kubic_fingerprint=fingerprints["other"]).result
    assert result["code"] == "RC-317"
    assert fingerprints["right"] in result["msg"]
    assert fingerprints["other"] in result["msg"]


def test_an_address_where_nobody_is(refused: t.Any, archive: Archive) -> None:
    result = refused(kubic_url=archive.url().replace("10.95.0.3", "10.95.0.250")).result
    assert result["code"] == "RC-319"
    assert [word for word in ("does not answer", "10.95.0.250", *WAYS_OUT) if word not in result["msg"]] == []


def test_a_held_lock_is_waited_for_and_told(refused: t.Any, host: t.Any) -> None:
    hold = "import fcntl,signal;f=open('/var/lib/dpkg/lock-frontend','w');fcntl.lockf(f,fcntl.LOCK_EX);signal.pause()"
    host.check_output(f'systemd-run --unit holder --quiet python3 -c "{hold}"')
    try:
        result = refused(lock_timeout=2).result
        assert result["code"] == "RC-333"
        assert "python3 -c import fcntl" in result["msg"]
        assert "for longer than 2 seconds" in result["msg"]
    finally:
        host.check_output("systemctl stop holder")


@pytest.fixture
def stuck_package(host: t.Any) -> Iterator[None]:
    """A package whose script fails, so that dpkg cannot configure it."""
    control = (
        r"Package: stuck\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\nDescription: stuck\n"
    )
    host.check_output(
        "mkdir -p /root/stuck/DEBIAN && cd /root/stuck/DEBIAN"
        rf" && printf '{control}' >control && printf '#!/bin/sh\nexit 7\n' >postinst && chmod 755 postinst"
        " && dpkg-deb --build /root/stuck /root/stuck.deb && { dpkg --install /root/stuck.deb || true; }"
    )
    yield
    host.check_output("dpkg --purge stuck; rm -rf /root/stuck /root/stuck.deb")


@pytest.mark.usefixtures("stuck_package")
def test_a_half_configured_package_is_named(host: t.Any, run: t.Any) -> None:
    outcome = run()
    assert outcome.result["code"] == "RC-396", outcome.output
    assert "dpkg cannot configure the package stuck" in outcome.result["msg"]
    assert "dpkg --configure stuck" in outcome.result["msg"]
    assert host.check_output("find /etc/apt -name '*kubic*'") == ""
    assert not host.exists("podman")


def test_the_key_from_a_file_and_inline(host: t.Any, run: t.Any, archive: Archive) -> None:
    """After all that, and after what the stuck package has left half done, the node gets its Podman."""
    done = run(kubic_key=archive.key())
    assert done.word == "CHANGED", done.output
    assert run(kubic_key=archive.key()).word == "SUCCESS"
    host.check_output(f"cat > /root/kubic.asc <<'KEY'\n{archive.key()}KEY")
    # Another place of the same key: the source says where it is from, and the keyring is the same.
    assert len(run(kubic_key="/root/kubic.asc").steps) <= 1
    assert run(kubic_key="/root/kubic.asc").word == "SUCCESS"
    assert host.check_output("podman --version") == "podman version 4.3.1"
