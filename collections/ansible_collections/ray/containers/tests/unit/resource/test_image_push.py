# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capability image_push between a Podman that remembers and a registry that answers over HTTP."""

from __future__ import annotations

import base64
import json
import os
import pwd
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan
from ansible_collections.ray.containers.plugins.module_utils._resource import image_push
from ansible_collections.ray.containers.tests.unit.fakes.podman import FakeImage, FakePodman, digest_of, id_of
from ansible_collections.ray.containers.tests.unit.fakes.registry_server import FakeRegistry

NAME = "quay.io/a/built:1"


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No proxy and no credentials of the machine that runs the tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "DOCKER_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "root"))


def built(**fields: t.Any) -> FakePodman:
    return FakePodman(store={id_of(1): FakeImage(1, names=[NAME])}, **fields)


def push(podman: FakePodman, server: FakeRegistry, **parameters: t.Any) -> tuple[Plan, dict[str, t.Any]]:
    defaults: dict[str, t.Any] = {
        "reference": NAME,
        "destination": f"{server.location}/a/built:1",
        "tls_verify": False,
        "auth_file": "",
        "registries": [],
        "user": "",
        "compression": "zstd",
        "timeout": 60,
    }
    resource = image_push.build({**defaults, **parameters}, podman)
    observed = resource.observe()
    plan = resource.plan(observed)
    for step in plan.steps:
        resource.apply(step)
    return plan, resource.result(observed, plan)


def test_a_podman_without_a_choice_of_compression_pushes_with_its_own() -> None:
    podman = built(compresses=False)
    with FakeRegistry() as server:
        _plan, result = push(podman, server)
    assert result["image"]["digest"] == digest_of(1)
    assert ["--compression-format" in action for action in podman.actions if " push " in action] == [True, False]


def test_a_podman_with_the_choice_is_asked_once() -> None:
    podman = built()
    with FakeRegistry() as server:
        push(podman, server)
    assert podman.verbs().count("push") == 1


#: What `FakePodman` shows of the image, as the registry holds it once Podman has converted it.
CONVERTED: dict[str, t.Any] = {
    "created": FakeImage(1).created,
    "architecture": "amd64",
    "os": "linux",
    "config": {"User": "ray"},
    "rootfs": {"type": "layers", "diff_ids": ["sha256:base"]},
}


@pytest.mark.parametrize("unset", [{}, {"Hostname": "", "OnBuild": None}], ids=["OCI", "Docker"])
def test_an_image_that_was_converted_on_the_way_is_pushed_once(unset: dict[str, t.Any]) -> None:
    podman = built()
    with FakeRegistry() as server:
        config = {**CONVERTED["config"], **unset}
        digest = server.push_configuration("a/built", "1", {**CONVERTED, "config": config})
        plan, result = push(podman, server)
    assert plan.steps == () and podman.verbs() == ["image"]
    assert (result["image"]["digest"], result["image"]["id"]) == (digest, id_of(1))


@pytest.mark.parametrize(
    "other",
    [
        {"created": "2026-11-23T07:04:27Z"},
        {"config": {"User": "ray", "Env": ["A=1"]}},
        {"rootfs": {"type": "layers", "diff_ids": ["sha256:base", "sha256:more"]}},
    ],
)
def test_another_image_is_pushed(other: dict[str, t.Any]) -> None:
    with FakeRegistry() as server:
        server.push_configuration("a/built", "1", {**CONVERTED, **other})
        plan, _result = push(built(), server)
        assert [step.summary.rpartition(": ")[2] for step in plan.steps] == [
            "the registry holds another image under this name"
        ]


def test_the_registry_is_asked_with_the_credentials_of_the_account_that_pushes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = pwd.struct_passwd(("alice", "x", os.getuid(), os.getgid(), "", str(tmp_path / "home"), "/bin/sh"))
    monkeypatch.setattr(pwd, "getpwnam", {"alice": alice}.__getitem__)
    assert image_push._environment("alice")["XDG_RUNTIME_DIR"] == f"/run/user/{os.getuid()}"
    with FakeRegistry("basic", {"alice": "hunter2"}) as server:
        server.push_configuration("a/built", "1", CONVERTED)
        entry = {"auth": base64.b64encode(b"alice:hunter2").decode()}
        file = tmp_path / "home/.config/containers/auth.json"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps({"auths": {server.location: entry}}), encoding="utf-8")
        assert len(push(built(), server)[0].steps) == 1, "root has no credentials"
        assert push(built(), server, user="alice")[0].steps == ()
