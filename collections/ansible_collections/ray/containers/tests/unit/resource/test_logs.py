# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The logs of a node for a bug report: the right ones, bounded, read as the Ray user, and without what must not be shown."""

from __future__ import annotations

import json
import os
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.logs.choice import end_of, shares
from ansible_collections.ray.containers.plugins.module_utils._core.raylet import environment_file
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.said import said
from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._resource import (
    diagnosis_of_raylet,
    diagnosis_secrets,
    logs,
)
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands
from ansible_collections.ray.containers.tests.unit.fakes.territory import in_own_hands

ROW = {
    "Id": "0123456789abcdef" * 4,
    "Image": "localhost/a:1",
    "State": "running",
    "Command": ["-m", "default_worker", "--session-name=session_2026-11-23"],
}
TOKEN = "5f0c" * 16


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, t.Any]:
    """A node's parameters, with two sessions."""
    in_own_hands(monkeypatch)
    monkeypatch.setattr(diagnosis_of_raylet, "UNIT_FILE", str(tmp_path / "raylet.service"))
    monkeypatch.setattr(diagnosis_secrets, "RECORD", str(tmp_path / "last-good.json"))
    monkeypatch.setattr(logs, "token_of", lambda _user: TOKEN)
    monkeypatch.setattr(logs, "environment_file", lambda: environment_file.environment_text({"HUB": 'the "hub" key'}))
    auth = json.dumps({"auths": {"registry.example.com": {"auth": "bWU6cGFzc3dvcmQgb2YgbWluZQ=="}}})
    monkeypatch.setattr(logs, "configuration_of", lambda _home, in_container: str(tmp_path / "configuration"))
    (tmp_path / "configuration").mkdir()
    (tmp_path / "configuration" / "auth.json").write_text(auth)
    write(tmp_path, "session_2026-11-22", "raylet.err", "the one before\n")
    write(tmp_path, "session_2026-11-23", "raylet.err", "first line\nsecond line\n", at=1000)
    write(tmp_path, "session_2026-11-23", "serve/replica_a.log", f"COOKIE=the whole cookie\ntoken {TOKEN}\n", at=2000)
    write(tmp_path, "session_2026-11-23", "worker-1.err", 'the "hub" key, password of mine\n')
    (tmp_path / "session_latest").symlink_to(tmp_path / "session_2026-11-23")
    return {
        "user": "ray",
        "temp_dir": str(tmp_path),
        "raylet_image": "",
        "tail": 4096,
        "most": 65536,
        "secrets": set(),
    }


def write(place: Path, session: str, name: str, text: str, at: float = 0.0) -> None:
    path = place / session / "logs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (at, at))


def commands() -> FakeCommands:
    variables = ["COOKIE=the whole cookie", "HOSTNAME=worker1"]
    return FakeCommands(
        {
            "podman ps": json.dumps([ROW]),
            "podman container inspect": json.dumps(variables) + "\n",
            "journalctl": "worker1 a line of the journal\n",
        }
    )


def told(node: dict[str, t.Any], host: FakeCommands | None = None) -> tuple[dict[str, str], dict[str, t.Any]]:
    """The texts by their paths below the temporary directory, as they leave the module; and its whole result."""
    result = logs.read(node, host or commands())
    shown = said(result, node["secrets"])
    return {row["path"].replace(f"{node['temp_dir']}/", ""): row["text"] for row in shown["logs"]}, shown


def test_the_logs_of_the_session_and_of_the_one_before(node: dict[str, t.Any]) -> None:
    texts, result = told(node)
    files = [path for path in texts if path.startswith("session")]
    now = "session_2026-11-23/logs"
    assert files == [
        f"{now}/raylet.err",
        f"{now}/serve/replica_a.log",
        f"{now}/worker-1.err",
        "session_2026-11-22/logs/raylet.err",
    ]
    assert texts[f"{now}/raylet.err"] == "first line\nsecond line\n"
    journal = next(text for path, text in texts.items() if path.startswith("commands/journalctl"))
    assert journal == "worker1 a line of the journal\n", "the node's name is no secret"
    assert "warnings" not in result


def test_nothing_that_must_not_be_shown_is_there(node: dict[str, t.Any]) -> None:
    raw = json.dumps(logs.read({**node, "secrets": set()}, commands()), ensure_ascii=False)
    shown = json.dumps(told(node)[1], ensure_ascii=False)
    secrets = ("the whole cookie", TOKEN, 'the \\"hub\\" key', "password of mine")
    assert [text for text in secrets if text not in raw] == [], "without masks they are told"
    assert [text for text in secrets if text in shown] == []


def test_of_a_long_log_there_is_the_end_and_of_the_last_ones_nothing(node: dict[str, t.Any]) -> None:
    place = Path(node["temp_dir"])
    write(place, "session_2026-11-23", "raylet.err", "".join(f"line {number}\n" for number in range(1000)))
    node.update(tail=100, most=150)
    texts, result = told(node, FakeCommands())
    end = texts["session_2026-11-23/logs/raylet.err"]
    assert end.startswith("…line ")
    assert end.endswith("line 999\n")
    assert len(end) <= 101
    assert sum(map(len, texts.values())) <= 152
    left = {row["path"].rpartition("/")[2] for row in result["left_out"]}
    assert left == {"worker-1.err"} | {"raylet.err"}


def test_a_value_that_is_cut_in_two_is_masked_all_the_same(node: dict[str, t.Any]) -> None:
    place = Path(node["temp_dir"])
    value = "first half of it\nother half of it"
    write(place, "session_2026-11-23", "raylet.err", f"KEY={value}\nlast line\n")
    host = commands()
    host.answers["podman container inspect"] = json.dumps([f"KEY={value}"]) + "\n"
    node["tail"] = len("half of it\nother half of it\nlast line\n")
    texts, _result = told(node, host)
    assert texts["session_2026-11-23/logs/raylet.err"] == "…********\nlast line\n"


def test_a_podman_that_does_not_answer_is_a_warning(node: dict[str, t.Any]) -> None:
    host = commands()
    host.answers["podman ps"] = Completed(("podman",), 125, "", "Error: no store\n")
    texts, result = told(node, host)
    assert result["warnings"] == [logs.UNKNOWN_VALUES]
    assert texts["commands/podman ps --all --size=false"] == "Error: no store"


def test_a_node_without_ray_tells_what_its_host_says(node: dict[str, t.Any]) -> None:
    (Path(node["temp_dir"]) / "session_latest").unlink()
    texts, result = told(node)
    assert all(path.startswith("commands/") for path in texts)
    assert [row["why"] for row in result["left_out"]] == ["there is no session of Ray"]


@pytest.mark.parametrize(
    ("sizes", "taken"),
    [([], []), ([5, 20, 3], [5, 10, 3]), ([10, 10, 10], [10, 10, 5]), ([30, 30, 30, 1], [10, 10, 5, 0])],
)
def test_what_comes_first_has_first_claim(sizes: list[int], taken: list[int]) -> None:
    assert shares(sizes, 10, 25) == taken


@pytest.mark.parametrize(
    ("text", "cut", "end"),
    [("a\nb\n", False, "a\nb\n"), ("rt\nwhole\n", True, "…whole\n"), ("no end in sight", True, "…no end in sight")],
)
def test_a_text_begins_with_a_whole_line(text: str, cut: bool, end: str) -> None:
    assert end_of(text, cut=cut) == end


def test_the_raylets_environment_is_read_as_it_was_written() -> None:
    variables = {"A": 'with "quotes", a $ and a \\', "B": "plain"}
    assert environment_file.variables_of(environment_file.environment_text(variables)) == variables
    assert environment_file.variables_of("") == {}
