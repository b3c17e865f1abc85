# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kubic repository: what is written for it, and whom it is believed."""

from __future__ import annotations

import dataclasses
import datetime
import pathlib
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.engine import kubic_trust as trust
from ansible_collections.ray.containers.plugins.module_utils._core.engine.kubic import (
    GUIDES_SOURCE,
    KEYRING,
    LABEL,
    PIN,
    SOURCE,
    KubicDesired,
    KubicObserved,
    kubic_in_order,
    pin_text,
    plan_kubic,
    source_text,
)
from ansible_collections.ray.containers.plugins.module_utils._core.engine.openpgp import read_public_keys
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.plan import MakeDirectory, Remove, WriteFile

DATA = pathlib.Path(__file__).parents[1] / "data" / "gnupg-2.2.40"
VALID = (DATA / "never_expires.asc").read_bytes()
KEY = read_public_keys(VALID)[0]
EXPIRED = (DATA / "expired_2025.asc").read_bytes()
NOW = 1739534400  # 2025-02-14T12:00:00Z


def desired(**changes: t.Any) -> KubicDesired:
    given = {"directory": "xUbuntu_20.04", "url": "https://mirror.example/stable/", "fingerprint": KEY.fingerprint}
    return KubicDesired(**{**given, "packages": ("podman", "runc"), **changes})


FILES = {KEYRING: KEY.armored(), SOURCE: source_text(desired()), PIN: pin_text()}


def targets(observed: KubicObserved, wanted: KubicDesired | None = None) -> list[tuple[type, str]]:
    plan = plan_kubic(wanted or desired(), observed)
    return [(type(step.action), step.action.path) for step in plan.steps]


def test_a_bare_host_gets_key_pin_and_source_in_this_order() -> None:
    observed = KubicObserved(keyrings=False, key=KEY)
    assert targets(observed) == [
        (MakeDirectory, "/etc/apt/keyrings"),
        (WriteFile, KEYRING),
        (WriteFile, PIN),
        (WriteFile, SOURCE),
    ]


def test_what_is_in_order_stays() -> None:
    assert targets(KubicObserved(FILES, key=KEY)) == []
    assert kubic_in_order(desired(), FILES)
    for path in FILES:
        assert not kubic_in_order(desired(), {name: text for name, text in FILES.items() if name != path})


def test_the_source_tells_everything_that_was_asked_for() -> None:
    others = [
        desired(url="https://other.example"),
        desired(directory="xUbuntu_18.04"),
        desired(key="https://keys.example/kubic.asc"),
        desired(key="x", key_content=b"x"),
        desired(fingerprint="0" * 40),
    ]
    assert len({source_text(each) for each in (desired(), *others)}) == 6
    assert "URIs: https://mirror.example/stable/xUbuntu_20.04/\n" in source_text(desired())
    assert f"Signed-By: {KEYRING}\n" in source_text(desired())


def test_the_source_of_the_guide_gives_way() -> None:
    observed = KubicObserved({**FILES, GUIDES_SOURCE: "deb http://x/ /"}, key=KEY)
    assert targets(observed) == [(Remove, GUIDES_SOURCE)]


def test_absent_takes_its_own_away() -> None:
    observed = KubicObserved({**FILES, GUIDES_SOURCE: "deb http://x/ /"})
    assert targets(observed, desired(directory="")) == [(Remove, SOURCE), (Remove, KEYRING), (Remove, PIN)]


def test_nothing_but_podman_and_what_belongs_to_it() -> None:
    everything, belongs = pin_text().split("\n\n")
    assert "Package: *\n" in everything
    assert "Pin-Priority: -1" in everything
    assert f"l={LABEL}" in everything
    names = next(line for line in belongs.splitlines() if line.startswith("Package: ")).split()[1:]
    assert {"podman", "conmon", "runc", "crun", "slirp4netns", "fuse-overlayfs"} <= set(names)
    assert not {"uidmap", "libseccomp2", "buildah"} & set(names)


@pytest.mark.parametrize(
    ("data", "fingerprint", "now", "code", "words"),
    [
        (b"<html>", KEY.fingerprint, NOW, "RC-316", "no OpenPGP key"),
        (VALID, "0" * 40, NOW, "RC-317", KEY.fingerprint),
        (EXPIRED, read_public_keys(EXPIRED)[0].fingerprint, NOW, "RC-318", "it expired on 2025-02-14"),
        (
            (DATA / "withdrawn.asc").read_bytes(),
            read_public_keys((DATA / "withdrawn.asc").read_bytes())[0].fingerprint,
            NOW,
            "RC-318",
            "withdrawn",
        ),
    ],
)
def test_a_key_that_is_not_to_be_trusted(data: bytes, fingerprint: str, now: int, code: str, words: str) -> None:
    with pytest.raises(OperatorError) as raised:
        trust.trusted_key(desired(fingerprint=fingerprint), data, now)
    assert raised.value.code == code
    assert words in str(raised.value)


def test_the_right_key_is_taken_and_no_other_beside_it() -> None:
    assert trust.trusted_key(desired(), EXPIRED + VALID, NOW) == KEY
    expired = read_public_keys(EXPIRED)[0]
    assert trust.trusted_key(desired(fingerprint=expired.fingerprint), EXPIRED, NOW - 1) == expired
    assert trust.known_key(desired(), KEY.armored(), NOW) == KEY
    assert trust.known_key(desired(), None, NOW) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"fingerprint": "4D64390375060AA4"},
        {"url": "https://user:secret@mirror.example"},
        {"url": "mirror.example"},
        {"key": "ftp://x"},
    ],
)
def test_what_would_not_be_safe_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(OperatorError) as raised:
        trust.check_desired(desired(**changes))
    assert "secret" not in str(raised.value)


def test_what_is_safe_is_not() -> None:
    trust.check_desired(desired())
    trust.check_desired(desired(key="/a/file", key_content=b"x"))


#: As apt 2.6.1 says it.
GPG = "W: GPG error: http://m/x  InRelease: The following signatures {}\nE: The repository 'http://m/x  InRelease' is not signed."


@pytest.mark.parametrize(
    ("stderr", "fetched", "label", "offers", "code"),
    [
        ("", True, LABEL, {"podman": "1"}, ""),
        ("E: The repository 'http://m/x  Release' does not have a Release file.", False, "", {}, "RC-366"),
        (GPG.format("couldn't be verified: NO_PUBKEY 5683E52A565E0745"), False, "", {}, "RC-368"),
        (GPG.format("were invalid: EXPKEYSIG 3AC190806FDCE3A6 x"), False, "", {}, "RC-318"),
        ("E: The repository 'http://m/x  Release' is not signed.", False, "", {}, "RC-367"),
        (
            "W: Failed to fetch http://m/x/InRelease  Could not connect to m:80 (m). - connect (113)",
            False,
            "",
            {},
            "RC-319",
        ),
        ("", True, "somebody:else", {"podman": "1"}, "RC-395"),
        ("", True, LABEL, {"runc": "1"}, "RC-394"),
    ],
)
def test_what_apt_said_of_the_repository(
    stderr: str, fetched: bool, label: str, offers: dict[str, str], code: str
) -> None:
    refused = trust.trial_error(desired(), stderr, fetched=fetched, label=label, offers=offers)
    assert (refused.code if refused else "") == code
    if code in ("RC-318", "RC-319", "RC-366", "RC-367", "RC-368", "RC-394"):
        assert all(way in str(refused) for way in ("kubic_url", "Ubuntu 22.04", "container whose image"))


@pytest.mark.parametrize(
    ("stderr", "code"),
    [
        ("E: Failed to fetch http://m/k  404  File not found [IP: 10.0.0.1 80]\nE: Download Failed", "RC-366"),
        ("E: Failed to fetch http://m/k  Could not resolve 'm'\nE: Download Failed", "RC-319"),
        ("E: Failed to fetch http://m/k  403  Forbidden [IP: 10.0.0.1 80]\nE: Download Failed", "RC-316"),
    ],
)
def test_a_key_that_cannot_be_fetched(stderr: str, code: str) -> None:
    assert trust.fetch_error(desired(), stderr).code == code


@pytest.mark.parametrize("moment", [0, 951782400, 1709164800, 1739534400, 4102444799])
def test_days(moment: int) -> None:
    expected = datetime.datetime.fromtimestamp(moment, tz=datetime.timezone.utc).strftime("%Y-%m-%d")
    assert dataclasses.replace(KEY, expires=moment).last_day == expected
