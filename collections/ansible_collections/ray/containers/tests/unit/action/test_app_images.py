# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's half of app_images: what it makes of the Serve config."""

from __future__ import annotations

import json
import types
import typing as t

import pytest

pytest.importorskip("ansible")

from ansible_collections.ray.containers.plugins.action.app_images import ActionModule

IMAGE = "quay.io/a/one:1"
CONFIG = {"applications": [{"name": "a", "import_path": "a:app", "runtime_env": {"image_uri": IMAGE}}]}


class Action(ActionModule):
    """The action with a node that remembers what it was sent."""

    def __init__(self, **args: t.Any) -> None:
        self._task = types.SimpleNamespace(args=args, check_mode=False, async_val=0, action="app_images")
        self._connection = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir="/nowhere"))
        self._play_context = types.SimpleNamespace(check_mode=False)
        self.sent: dict[str, t.Any] | None = None

    def _execute_module(self, **call: t.Any) -> dict[str, t.Any]:
        self.sent = call["module_args"]
        return {"changed": True, "images": []}


def test_a_serve_config_goes_to_the_node_as_what_is_asked_of_the_images() -> None:
    action = Action(images=[IMAGE], config=CONFIG)
    assert action.run(task_vars={})["changed"]
    assert action.sent is not None
    assert [row["import_path"] for row in json.loads(action.sent["config"])] == ["a:app"]


def test_without_one_the_module_is_sent_what_was_given() -> None:
    action = Action(images=[IMAGE], parallel=2)
    action.run(task_vars={})
    assert action.sent == {"images": [IMAGE], "parallel": 2}


def test_a_config_that_is_none_reaches_no_node() -> None:
    action = Action(images=[IMAGE], config="serve.yaml")
    result = action.run(task_vars={})
    assert result["failed"] and "no mapping" in result["msg"] and action.sent is None
