# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What findings must not hold on a node that does not know the Serve config: a worker, or a head that went back."""

from __future__ import annotations

import json
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.secrets.said import said
from ansible_collections.ray.containers.plugins.module_utils._host.ray import logs as ray_logs
from ansible_collections.ray.containers.plugins.module_utils._resource import (
    diagnosis,
    diagnosis_looks,
    diagnosis_of_raylet,
    diagnosis_secrets,
)
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

ROW = {
    "Id": "0123456789abcdef" * 4,
    "Image": "localhost/a:1",
    "State": "exited",
    "ExitCode": 1,
    "ExitedAt": int(time.time()),
    "Command": ["-m", "default_worker", "--session-name=session_2026"],
}
VARIABLES = [
    "PATH=/usr/bin",
    "COOKIE=the whole cookie",
    "KEY=line one of it\nline two of it",
    "RAY_NODE_ID=" + "ab" * 28,
]
SAID = "RuntimeError: COOKIE: the whole cookie, KEY: 'line one of it\\nline two of it'\n"
COMMAND = "--env COOKIE2='the other cookie' --env RAY_X='harmless value' image worker"


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, t.Any]:
    """A worker's parameters, with a session whose last application printed its environment."""
    monkeypatch.setattr(diagnosis_of_raylet, "UNIT_FILE", str(tmp_path / "raylet.service"))
    monkeypatch.setattr(diagnosis_secrets, "RECORD", str(tmp_path / "last-good.json"))
    monkeypatch.setattr(diagnosis_looks, "running_raylet", lambda _uid: None)
    logs = tmp_path / "session_2026" / "logs"
    logs.mkdir(parents=True)
    (tmp_path / "session_latest").symlink_to(tmp_path / "session_2026")
    (logs / "runtime_env_agent.log").write_text(f"INFO start worker: podman run {COMMAND}\n")
    lines = [
        "the other cookie",
        "an older cookie",
        "harmless value",
        "Error: keep-id is only supported in rootless mode",
    ]
    (logs / "raylet.err").write_text(" ".join(lines) + "\n")
    config = {"applications": [{"name": "a", "runtime_env": {"env_vars": {"COOKIE": "an older cookie"}}}]}
    (tmp_path / "last-good.json").write_text(json.dumps({"config": config, "deployed": {}}))
    return {
        "user": "ray",
        "runtime_path": str(tmp_path / "none"),
        "temp_dir": str(tmp_path),
        "raylet_image": "",
        "dashboard_url": "http://127.0.0.1:1",
        "token_file": "",
        "record": "",
        "history": False,
        "nodes": [],
        "secrets": set(),
    }


def test_a_worker_gives_nothing_away(node: dict[str, t.Any]) -> None:
    commands = FakeCommands(
        {
            "podman ps": json.dumps([ROW]),
            "podman logs": SAID,
            "podman container inspect": json.dumps(VARIABLES) + "\n",
        }
    )
    result = diagnosis.read(node, commands)
    raw = json.dumps(result)
    shown = json.dumps(said(result, node["secrets"]))
    secrets = ("the whole cookie", "line one", "line two", "the other cookie", "an older cookie")
    assert [text for text in secrets if text in raw], "without masks they are told"
    assert [text for text in secrets if text in shown] == []
    assert "harmless value" in shown


def test_a_node_that_is_well_is_not_searched(node: dict[str, t.Any]) -> None:
    (Path(node["temp_dir"]) / "session_2026" / "logs" / "raylet.err").write_text("nothing of interest\n")
    commands = FakeCommands({"podman ps": "[]"})
    assert diagnosis.read(node, commands)["findings"] == []
    assert not [action for action in commands.actions if "inspect" in action]


@pytest.mark.parametrize("answer", ["", "no json", "{}", "[]\nnull\n"])
def test_what_podman_does_not_tell_is_not_known(answer: str) -> None:
    told = ray_logs.environments(FakeCommands({"podman container inspect": answer}), "ray", ["a"])
    assert not any(told)


def test_only_containers_of_the_session_are_asked() -> None:
    other = {**ROW, "Id": "b", "Command": ["--session-name=session_2025"]}
    running = {**ROW, "Id": "c", "ExitedAt": 0}
    assert ray_logs.of_session([running, other, ROW], "/tmp/ray/session_2026") == [ROW["Id"], "c"]
    assert ray_logs.of_session([ROW], "") == []
