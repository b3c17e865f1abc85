# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials of registries that lie beside the inventory, for the actions that hand them on."""

from __future__ import annotations

import json
import types
import typing as t
from pathlib import Path

import pytest

pytest.importorskip("ansible")

from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.ray.containers.plugins.action import image_push, rootless_podman

AUTH = json.dumps({"auths": {"r.example.com": {"auth": "YWxpY2U6aHVudGVyMg=="}}})
SECRETS = [("default", VaultSecret(b"secret"))]


def given(action: t.Any, directory: Path, *, vault: bool = True, **arguments: t.Any) -> dict[str, t.Any]:
    """What the module is given; or what the action tells without it."""
    seen: dict[str, t.Any] = {}

    class Action(action.ActionModule):  # type: ignore[misc]
        def __init__(self) -> None:
            self._task = types.SimpleNamespace(args=arguments, check_mode=False, async_val=0, action="a")
            self._connection = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir="/nowhere"))
            self._play_context = types.SimpleNamespace(check_mode=False)
            self._loader = DataLoader()
            if vault:
                self._loader.set_vault_secrets(SECRETS)

        def _execute_module(self, **call: t.Any) -> dict[str, t.Any]:
            seen.update(call["module_args"])
            return {}

    told: dict[str, t.Any] = Action().run(task_vars={"inventory_hostname": "h", "inventory_dir": str(directory)})
    return seen or told


def entry(path: str) -> dict[str, t.Any]:
    return {"location": "r.example.com/team", "auth_file": path}


def test_a_relative_path_is_one_beside_the_inventory(tmp_path: Path) -> None:
    (tmp_path / ".secrets").mkdir()
    (tmp_path / ".secrets" / "auth.json").write_text(AUTH)
    listed = [entry(".secrets/auth.json"), {"location": "other"}]
    assert given(rootless_podman, tmp_path, registries=listed)["auth"] == [AUTH]
    both = given(rootless_podman, tmp_path, registries=listed, auth={"auths": {}})["auth"]
    assert both == [{"auths": {}}, AUTH]
    pushed = given(image_push, tmp_path, registries=listed, reference="r.example.com/team/a:1")
    assert pushed["registries"] == [entry(f"{tmp_path}/.secrets/auth.json"), {"location": "other"}]


def test_without_one_nothing_is_added(tmp_path: Path) -> None:
    assert "auth" not in given(rootless_podman, tmp_path, registries=[{"location": "other"}], user="ray")
    assert given(image_push, tmp_path, reference="r.example.com/a:1") == {"reference": "r.example.com/a:1"}


def test_an_encrypted_file_is_decrypted(tmp_path: Path) -> None:
    (tmp_path / "auth.json").write_bytes(VaultLib(SECRETS).encrypt(AUTH))
    assert given(rootless_podman, tmp_path, registries=[entry("auth.json")])["auth"] == [AUTH]
    pushed = given(image_push, tmp_path, registries=[entry("auth.json")])["registries"][0]["auth_file"]
    assert Path(pushed).read_text() == AUTH
    told = given(rootless_podman, tmp_path, vault=False, registries=[entry("auth.json")])
    assert told["failed"]
    assert f"{tmp_path}/auth.json cannot be decrypted" in told["msg"]
    assert "hunter2" not in str(told)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    told = given(rootless_podman, tmp_path, registries=[entry("auth.json")])
    assert (told["failed"], told["code"]) == (True, "RC-362")
    assert f"{tmp_path}/auth.json, which ray_registries names as auth_file" in told["msg"]
