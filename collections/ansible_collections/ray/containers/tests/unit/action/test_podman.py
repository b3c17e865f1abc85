# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's half of podman: where the right token may lie when the run's is not the cluster's."""

from __future__ import annotations

import types
import typing as t
from pathlib import Path

import pytest

pytest.importorskip("ansible")

from ansible_collections.ray.containers.plugins.action.podman import ActionModule

TOKEN = "t0ken" * 12


class Action(ActionModule):
    """The action with a node that tells *code*."""

    def __init__(self, code: str, **args: t.Any) -> None:
        self._task = types.SimpleNamespace(args=args, check_mode=False, async_val=0, action="podman")
        self._connection = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir="/nowhere"))
        self._play_context = types.SimpleNamespace(check_mode=False)
        self.code = code

    def _execute_module(self, **call: t.Any) -> dict[str, t.Any]:
        assert call["module_args"] == self._task.args
        return {"failed": bool(self.code), "code": self.code or None, "msg": "as the node says it"}


def told(directory: Path, code: str, token: str) -> dict[str, t.Any]:
    variables = {
        "groups": {"ray_head": ["head"]},
        "hostvars": {"head": {"ansible_host": "192.0.2.1", "inventory_dir": str(directory)}},
        "inventory_hostname": "head",
        "ansible_inventory_sources": [str(directory / "hosts.yml")],
    }
    return Action(code, user="ray", cluster_token=token).run(task_vars=variables)


def kept(directory: Path, name: str, token: str) -> None:
    (directory / ".secrets").mkdir(exist_ok=True)
    (directory / ".secrets" / name).write_text(f"{token}\n")


@pytest.mark.parametrize("code", ["", "RC-253"])
def test_whatever_else_the_node_says_stays_as_it_is(code: str, tmp_path: Path) -> None:
    assert told(tmp_path, code, TOKEN)["msg"] == "as the node says it"


def test_a_clone_without_a_token_is_told_where_one_may_lie(tmp_path: Path) -> None:
    said = told(tmp_path, "RC-244", "")["msg"]
    path = f"{tmp_path}/.secrets/ray_auth_token.head@192.0.2.1"
    assert f"The cluster of head has a token, and this run has none: there is no {path}: " in said
    assert "nothing was touched" in said and "vault" in said and "the clone of this inventory" in said
    take = f"ansible head -i {tmp_path}/hosts.yml -b --become-user ray -m ansible.builtin.fetch"
    assert f"(umask 077; {take} -a 'src=~ray/.ray/auth_token dest={path} flat=true')" in said
    assert said.endswith("[RC-244]")


def test_the_file_with_the_wrong_token_is_named_and_no_token_is_told(tmp_path: Path) -> None:
    kept(tmp_path, "ray_auth_token.head@192.0.2.1", TOKEN)
    kept(tmp_path, "ray_auth_token.head@192.0.2.7", "another")
    said = told(tmp_path, "RC-243", TOKEN)["msg"]
    assert f"whose token is that of {tmp_path}/.secrets/ray_auth_token.head@192.0.2.1: " in said
    assert f"in {tmp_path}/.secrets/ray_auth_token.head@192.0.2.7, under another head's name" in said
    assert "ray.containers.rotate_token" in said and said.endswith("[RC-243]")
    assert TOKEN not in said and "another-" not in said


def test_a_token_that_no_file_has_comes_from_the_variable(tmp_path: Path) -> None:
    kept(tmp_path, "ray_auth_token.head@192.0.2.1", "another")
    assert "whose token is that of the variable ray_auth_token: " in told(tmp_path, "RC-243", TOKEN)["msg"]
