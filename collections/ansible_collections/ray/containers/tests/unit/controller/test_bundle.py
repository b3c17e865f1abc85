# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive for a bug report: its names lead nowhere else, its files are the owner's alone, and check mode makes none."""

from __future__ import annotations

import io
import json
import tarfile
import types
import typing as t

import pytest

pytest.importorskip("ansible")

from ansible_collections.ray.containers.plugins.action import logs_info
from ansible_collections.ray.containers.plugins.callback.report import CallbackModule
from ansible_collections.ray.containers.plugins.plugin_utils._report.bundle import Logs, archive, logs_of
from ansible_collections.ray.containers.plugins.plugin_utils._report.outcome import Outcome


def log(path: str, text: str = "said\n", modified: float = 1795416368.79) -> dict[str, t.Any]:
    return {"path": path, "text": text, "size": 1000, "modified": modified}


def opened(*nodes: Logs) -> dict[str, tuple[int, str]]:
    """The modes and texts of the archive's files."""
    packed = archive("logs-1", {"version": 1}, nodes, 1795416400.0)
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        found = {entry: tar.extractfile(entry) for entry in tar.getmembers()}
        return {entry.name: (entry.mode, text.read().decode()) for entry, text in found.items() if text}


def test_the_archive_has_each_nodes_logs_and_the_report() -> None:
    left_out = [{"path": "/tmp/ray/b", "why": "it is a FIFO"}]
    entries = opened(
        Logs("head", [log("/tmp/ray/s/logs/raylet.err", "…end\n"), log("commands/df -h")], left_out, ["Look"])
    )
    assert sorted(entries) == [
        "logs-1/head/commands/df_-h",
        "logs-1/head/contents.txt",
        "logs-1/head/tmp/ray/s/logs/raylet.err",
        "logs-1/report.json",
    ]
    assert {mode for mode, _text in entries.values()} == {0o600}
    assert json.loads(entries["logs-1/report.json"][1]) == {"version": 1}
    assert entries["logs-1/head/contents.txt"][1].splitlines() == [
        "Warning: Look",
        "/tmp/ray/s/logs/raylet.err: 2026-11-23T06:46:08Z, 1000 bytes, only its end",
        "commands/df -h: 2026-11-23T06:46:08Z, 1000 bytes",
        "/tmp/ray/b: not here, it is a FIFO",
    ]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/../../etc/passwd", "logs-1/_/_/etc/passwd"),
        ("-rf", "logs-1/_rf"),
        ("/a\n\x1b[31mb/c d", "logs-1/a___31mb/c_d"),
        ("x" * 300, f"logs-1/{'x' * 100}"),
    ],
)
def test_a_name_leads_nowhere_else(path: str, name: str) -> None:
    place = name.replace("logs-1/", "logs-1/head/")
    assert place in opened(Logs("head", [log(path)], [], []))


def test_two_logs_of_one_name_are_two_files() -> None:
    entries = opened(Logs("head", [log("a b"), log("a:b"), log("a_b")], [], []))
    assert {"logs-1/head/a_b", "logs-1/head/a_b.2", "logs-1/head/a_b.3"} <= set(entries)


def test_only_a_run_that_reads_logs_makes_an_archive() -> None:
    read = Outcome("head", "Read the logs", "ok", True, {"logs": [log("a")], "left_out": []})
    others = [
        Outcome("head", "Find what is wrong", "ok", True, {"findings": []}),
        Outcome("head", "Read the logs", "failed", True, {"msg": "no"}),
        Outcome("head", "Something else", "ok", False, {"logs": [], "left_out": []}),
    ]
    assert [node.host for node in logs_of([*others, read])] == ["head"]
    assert logs_of(others) == []


@pytest.mark.parametrize(("check_mode", "files"), [(True, 0), (False, 1)])
def test_check_mode_says_what_there_would_be(check_mode: bool, files: int) -> None:
    run = types.SimpleNamespace(
        outcomes=[Outcome("head", "Read the logs", "ok", True, {"logs": [log("a")], "left_out": []})],
        check_mode=check_mode,
    )
    bundled, (line,) = CallbackModule._bundle(t.cast("CallbackModule", run), {}, ".report")
    assert len(bundled) == files
    said = "logs: no archive in check mode; it would hold 1 log of head" if check_mode else "logs: .report/logs-2"
    assert line.startswith(said)


@pytest.mark.parametrize(("nodes", "given", "share"), [(2, {}, 8 * 2**20), (64, {}, 2**20), (64, {"most": 1000}, 1000)])
def test_each_node_has_its_share_of_the_archive(nodes: int, given: dict[str, int], share: int) -> None:
    asked: list[dict[str, t.Any]] = []

    def execute(module_args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        asked.append(module_args)
        return {"logs": []}

    action = types.SimpleNamespace(_task=types.SimpleNamespace(args=given), _execute_module=execute)
    told = logs_info.ActionModule.answer(
        t.cast("logs_info.ActionModule", action), {"ansible_play_hosts_all": [""] * nodes}
    )
    assert asked == [{"most": share}]
    assert told == {"logs": [], "_ansible_verbose_override": True}
