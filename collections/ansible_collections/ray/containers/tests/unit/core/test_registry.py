# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses, challenges and credentials of registries."""

from __future__ import annotations

import base64
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import (
    Challenge,
    Credentials,
    Registry,
    api_address,
    challenges,
    credentials_for,
    helper_for,
    manifest_path,
    of_helper,
    registry_of,
)

DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("reference", "address", "path"),
    [
        ("docker.io/alice/whisper:1", "registry-1.docker.io", "/v2/alice/whisper/manifests/1"),
        ("docker.io/python", "registry-1.docker.io", "/v2/library/python/manifests/latest"),
        ("index.docker.io/python", "registry-1.docker.io", "/v2/library/python/manifests/latest"),
        ("10.0.0.1:5000/whisper", "10.0.0.1:5000", "/v2/whisper/manifests/latest"),
        (f"quay.io/a/b@{DIGEST}", "quay.io", f"/v2/a/b/manifests/{DIGEST}"),
    ],
)
def test_where_a_manifest_is(reference: str, address: str, path: str) -> None:
    parsed = ImageReference.parse(reference)
    assert (api_address(parsed), manifest_path(parsed)) == (address, path)


@pytest.mark.parametrize(
    ("reference", "location"),
    [
        ("r:5000/a", "r:5000"),
        ("r:5000/team/a", "r:5000/team"),
        ("r:5000/team/deep/a", "r:5000/team"),
        ("r:5000/teams/a", "r:5000"),
        ("r:50000/a", ""),
        ("docker.io/a/b", ""),
        ("index.docker.io/team/a", "docker.io/team"),
    ],
)
def test_the_entry_of_a_registry(reference: str, location: str) -> None:
    listed = [Registry(of, insecure=True) for of in ("r:5000/team", "r:5000", "docker.io/team")]
    found = registry_of(ImageReference.parse(reference), listed)
    if location:
        assert (found.location, found.insecure) == (location, True)
    else:
        assert found == Registry(ImageReference.parse(reference).registry)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", ()),
        (
            'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
            (
                Challenge(
                    "bearer",
                    {
                        "realm": "https://auth.docker.io/token",
                        "service": "registry.docker.io",
                        "scope": "repository:a/b:pull,push",
                    },
                ),
            ),
        ),
        ('Basic realm="Registry \\"Realm\\""', (Challenge("basic", {"realm": 'Registry "Realm"'}),)),
        ("BASIC Realm=x", (Challenge("basic", {"realm": "x"}),)),
        (
            'Negotiate, Basic realm="a, Bearer b", Bearer realm = "https://a"',
            (
                Challenge("negotiate", {}),
                Challenge("basic", {"realm": "a, Bearer b"}),
                Challenge("bearer", {"realm": "https://a"}),
            ),
        ),
    ],
)
def test_challenges(header: str, expected: tuple[Challenge, ...]) -> None:
    assert challenges(header) == expected


def auth(user: str) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:pass:word".encode()).decode()}


@pytest.mark.parametrize(
    ("reference", "entries", "user"),
    [
        ("r:5000/a/b", {"r:5000": auth("host")}, "host"),
        ("r:5000/a/b", {"r:5000": auth("host"), "r:5000/a": auth("team")}, "team"),
        ("r:5000/a/b", {"r:5000/a/b": auth("image"), "r:5000/a": auth("team")}, "image"),
        ("r:5000/a/b", {"r": auth("other"), "r:5000/c": auth("other")}, None),
        ("r/a", {"https://r": auth("scheme")}, "scheme"),
        ("r/a", {"https://r/v2/": auth("scheme"), "r": auth("host")}, "host"),
        ("docker.io/a/b", {"https://index.docker.io/v1/": auth("hub")}, "hub"),
        ("docker.io/a/b", {"docker.io": auth("podman"), "https://index.docker.io/v1/": auth("hub")}, "podman"),
        ("index.docker.io/a/b", {"docker.io": auth("podman")}, "podman"),
        ("quay.io/a/b", {"https://index.docker.io/v1/": auth("hub")}, None),
        ("r/a", {"r": {"username": "plain", "password": "pass:word"}}, "plain"),
        ("r/a", {"r": {}}, None),
        ("r/a", {"r": {"auth": "not base64!"}}, None),
        ("r/a", {"r": "text"}, None),
        ("r/a", [], None),
    ],
)
def test_credentials(reference: str, entries: t.Any, user: str | None) -> None:
    found = credentials_for(ImageReference.parse(reference), {"auths": entries})
    assert found == (Credentials(user, "pass:word") if user else None)


def test_an_identity_token() -> None:
    entry = {"auths": {"r": {**auth("00000000"), "identitytoken": "refresh"}}}
    found = credentials_for(ImageReference.parse("r/a"), entry)
    assert found and found.identity_token == "refresh"


def test_credentials_are_never_shown() -> None:
    credentials = Credentials("alice", "hunter2", "refresh")
    assert (
        "alice" not in repr(credentials) and "hunter2" not in repr(credentials) and "refresh" not in repr(credentials)
    )
    assert credentials.basic == "Basic " + base64.b64encode(b"alice:hunter2").decode()


@pytest.mark.parametrize(
    ("reference", "helpers", "asked"),
    [
        ("r:5000/a/b", {"r:5000": "ecr-login"}, ("ecr-login", "r:5000")),
        ("1.dkr.ecr.example.com/a", {"1.dkr.ecr.example.com": "ecr-login"}, ("ecr-login", "1.dkr.ecr.example.com")),
        ("r/a", {"other": "gcloud"}, None),
        ("docker.io/a/b", {"https://index.docker.io/v1/": "pass"}, ("pass", "https://index.docker.io/v1/")),
        ("docker.io/a/b", {"docker.io": "pass"}, ("pass", "docker.io")),
        ("r:5000/a", {"r:5000": "../evil"}, None),
        ("r:5000/a", {"r:5000": 5}, None),
        ("r:5000/a", "text", None),
    ],
)
def test_the_program_that_is_asked_for_credentials(reference: str, helpers: t.Any, asked: t.Any) -> None:
    found = helper_for(ImageReference.parse(reference), {"credHelpers": helpers})
    assert found == asked
    assert helper_for(ImageReference.parse(reference), {"auths": {}}) is None


def test_what_such_a_program_answers() -> None:
    assert of_helper({"ServerURL": "r", "Username": "AWS", "Secret": "s"}) == Credentials("AWS", "s")
    assert of_helper({"Username": "<token>", "Secret": "s"}) == Credentials("", "", "s")
    assert of_helper({}) is None
