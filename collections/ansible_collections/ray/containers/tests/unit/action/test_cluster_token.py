# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first and the last step of a rotation, on the controller."""

from __future__ import annotations

import types
import typing as t
from pathlib import Path

import pytest

pytest.importorskip("ansible")

from ansible_collections.ray.containers.plugins.action.cluster_token import ActionModule
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.token_files import TokenFiles


class Action(ActionModule):
    """The action without a play around it."""

    def __init__(self, *, check_mode: bool, **args: t.Any) -> None:
        self._task = types.SimpleNamespace(args=args, check_mode=check_mode, async_val=0, action="cluster_token")
        self._connection = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir="/nowhere"))
        self._play_context = types.SimpleNamespace(check_mode=check_mode)

    def validate_argument_spec(self, **_spec: t.Any) -> tuple[None, dict[str, t.Any]]:
        return None, dict(self._task.args)


def told(directory: Path, *, check_mode: bool = False, limit: str = "", **args: str) -> dict[str, t.Any]:
    variables = {**of(directory), **({"ansible_limit": limit} if limit else {})}
    return Action(check_mode=check_mode, **args).run(task_vars=variables)


def of(directory: Path) -> dict[str, t.Any]:
    host = {"ansible_host": "192.0.2.1", "inventory_dir": str(directory)}
    return {"groups": {"ray_head": ["head"]}, "hostvars": {"head": host}, "inventory_hostname": "head"}


def test_the_new_token_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    files = TokenFiles.of(of(tmp_path))
    old, new = files.made(), files.made_next()
    assert not told(tmp_path, state="begun", token=old, next_token=new).get("failed")
    predicted = told(tmp_path, check_mode=True, state="finished", token=old, next_token=new)
    assert (files.read(), files.read_next()) == (old, new)
    done = told(tmp_path, state="finished", token=old, next_token=new)
    assert done["steps"] == predicted["steps"] == [f"Keep the new token in {files.path}"]
    assert done["changed"] and (files.read(), files.read_next()) == (new, "")
    assert old not in str(done) and new not in str(done)


def test_a_variable_is_not_ours_to_change(tmp_path: Path) -> None:
    files = TokenFiles.of(of(tmp_path))
    assert not told(tmp_path, state="begun", token="of-a-vault", next_token="given").get("failed")
    done = told(tmp_path, state="finished", token="of-a-vault", next_token="given")
    assert not done["changed"] and not files.path.exists()


def test_without_a_new_token_nothing_is_begun(tmp_path: Path) -> None:
    files = TokenFiles.of(of(tmp_path))
    made = files.made_next()  # by the default of ray_next_auth_token
    refused = told(tmp_path, state="begun", token="of-a-vault", next_token=made)
    assert refused["code"] == "RC-246" and "the variable ray_auth_token" in refused["msg"]
    assert not files.next.exists(), "a rotation that was not begun is not to be finished"
    assert told(tmp_path, state="begun", token="same", next_token="same")["code"] == "RC-246"


def test_some_nodes_alone_are_refused(tmp_path: Path) -> None:
    refused = told(tmp_path, limit="worker1", state="begun", token="a", next_token="b")
    assert refused["code"] == "RC-247" and "worker1 alone" in refused["msg"]
