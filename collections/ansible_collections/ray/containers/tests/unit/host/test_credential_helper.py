# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that tell the credentials of a registry."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import Registry
from ansible_collections.ray.containers.plugins.module_utils._host.registry.api import (
    RegistryApi,
    RegistryFailure,
    RegistryFault,
)
from ansible_collections.ray.containers.plugins.module_utils._host.registry.credential_helper import ask_helper
from ansible_collections.ray.containers.tests.unit.fakes.registry_server import FakeRegistry


@pytest.fixture
def helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that tells what a file beside it holds, and notes what it was asked."""
    program = tmp_path / "bin" / "docker-credential-test"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nread -r server\necho "$1 $server" > {tmp_path}/asked\ncat {tmp_path}/answer\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return tmp_path


@pytest.mark.parametrize("own", [True, False])
def test_a_program_tells_the_credentials(helper: Path, own: bool) -> None:
    with FakeRegistry(authentication="basic", accounts={"alice": "hunter2"}, private={"whisper"}) as server:
        digest = server.push("whisper", "1.0")
        path = helper / ".docker" / "config.json"
        path.parent.mkdir()
        path.write_text(json.dumps({"credHelpers": {server.location: "test"}}))
        (helper / "answer").write_text(json.dumps({"Username": "alice", "Secret": "hunter2"}))
        registries = (Registry(server.location, True, "" if own else str(path)),)
        environ = {"HOME": str(helper) if own else "/nowhere"}
        api = RegistryApi(registries, environ, timeout=5, helper=ask_helper)
        assert api.digest(ImageReference.parse(f"{server.location}/whisper:1.0")) == digest
        assert (helper / "asked").read_text() == f"get {server.location}\n"


@pytest.mark.parametrize("answer", ["not json", "[]"])
def test_a_program_that_does_not_tell_them_is_named(helper: Path, answer: str) -> None:
    path = helper / "auth.json"
    path.write_text(json.dumps({"credHelpers": {"r.example.com": "test"}}))
    (helper / "answer").write_text(answer)
    api = RegistryApi((Registry("r.example.com", True, str(path)),), {}, timeout=5, helper=ask_helper)
    with pytest.raises(RegistryFailure) as caught:
        api.digest(ImageReference.parse("r.example.com/whisper:1.0"))
    assert caught.value.fault is RegistryFault.CREDENTIALS
    assert "docker-credential-test, which it names for r.example.com" in caught.value.why
