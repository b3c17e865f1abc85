# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's half of serve_config: the files that queries send."""

from __future__ import annotations

import base64
import socket
import types
import typing as t
from pathlib import Path

import pytest

pytest.importorskip("ansible")

from ansible.errors import AnsibleError

from ansible_collections.ray.containers.plugins.action.serve_config import ActionModule


class Action(ActionModule):
    """The action with a head that remembers what it was sent."""

    def __init__(self, **args: t.Any) -> None:
        self._task = types.SimpleNamespace(args=args, check_mode=False, async_val=0, action="serve_config")
        self._connection = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir="/nowhere"))
        self._play_context = types.SimpleNamespace(check_mode=False)
        self.sent: dict[str, t.Any] = {}
        #: What the module tells, one call after the other; that it changed something after these.
        self.answers: list[dict[str, t.Any]] = []
        self.shown: list[str] = []
        self._display = types.SimpleNamespace(display=self.shown.append)

    def _execute_module(self, **call: t.Any) -> dict[str, t.Any]:
        self.sent = call["module_args"]
        return self.answers.pop(0) if self.answers else {"changed": True}

    def _find_needle(self, dirname: str, needle: str) -> str:
        raise AnsibleError(f"no {needle} in {dirname}")


def test_a_query_sends_what_its_file_beside_the_inventory_holds(tmp_path: Path) -> None:
    (tmp_path / "audio.wav").write_bytes(b"RIFF\x00\xff")
    action = Action(
        queries=[{"application": "a", "file": "audio.wav", "expect": "x"}, {"application": "b", "expect": "y"}]
    )
    assert action.run(task_vars={"inventory_dir": str(tmp_path)})["changed"]
    content = base64.b64encode(b"RIFF\x00\xff").decode()
    assert action.sent["queries"] == [
        {"application": "a", "expect": "x", "content": content},
        {"application": "b", "expect": "y"},
    ]


def test_a_file_that_is_not_there_reaches_no_head(tmp_path: Path) -> None:
    action = Action(queries=[{"application": "a", "file": "audio.wav", "expect": "x"}])
    result = action.run(task_vars={"inventory_dir": str(tmp_path)})
    assert result["failed"] and action.sent == {}
    assert result["msg"] == (
        f"The query of application a cannot send {tmp_path}/audio.wav: No such file or directory. Correct the query's file."
    )


@pytest.mark.parametrize("args", [{"config": {}, "who": "bob"}, {"queries": "{{ not yet }}", "who": "bob"}])
def test_everything_else_is_sent_as_it_is(args: dict[str, t.Any]) -> None:
    action = Action(**args)
    action.run(task_vars={})
    assert action.sent == {**args, "lock_timeout": 0}


def test_the_head_is_told_who_deploys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "alice")
    action = Action()
    action.run(task_vars={})
    assert action.sent["who"] == f"alice@{socket.gethostname()}"


def test_whoever_has_to_wait_is_told_for_whom() -> None:
    action = Action(lock_timeout=30)
    action.answers = [{"failed": True, "code": "RC-478", "waits_for": "bob deploys since 12:00:00"}]
    assert action.run(task_vars={})["changed"]
    assert action.shown == ["waiting for at most 30 s: bob deploys since 12:00:00"]
    assert action.sent["lock_timeout"] == 30


def test_nobody_waits_who_does_not_want_to() -> None:
    action = Action(lock_timeout=0)
    action.answers = [{"failed": True, "code": "RC-478", "waits_for": "bob deploys since 12:00:00"}]
    assert action.run(task_vars={})["code"] == "RC-478"
    assert action.shown == []
