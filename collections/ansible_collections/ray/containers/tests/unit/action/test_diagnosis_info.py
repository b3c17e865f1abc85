# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the controller adds to a node's findings: its clock, and a failure for cron."""

from __future__ import annotations

import time
import types
import typing as t

import pytest

pytest.importorskip("ansible")

from ansible_collections.ray.containers.plugins.action import diagnosis_info


@pytest.mark.parametrize(
    ("clock", "sentence"),
    [
        (1000.0, ""),
        (1003.0, ""),
        (995.0, ""),
        (1400.0, "The node's clock is 397 s ahead of the controller's"),
        (400.0, "The node's clock is 600 s behind the controller's"),
    ],
)
def test_a_clock_is_off_when_it_was_never_that_time(clock: float, sentence: str) -> None:
    found = list(diagnosis_info._of_clock(clock, 1000.0, 1003.0))
    assert [(each["code"], each["severity"], each["sentence"]) for each in found] == (
        [("RC-564", "warning", sentence)] if sentence else []
    )


@pytest.mark.parametrize(
    ("severities", "fail_on", "message"),
    [
        (["error", "warning"], "never", ""),
        (["warning"], "error", ""),
        ([], "warning", ""),
        (["error", "warning"], "error", "1 finding at or above error, and fail_on is error"),
        (["error", "warning"], "warning", "2 findings at or above warning, and fail_on is warning"),
    ],
)
def test_a_diagnosis_fails_when_it_is_told_to(severities: list[str], fail_on: str, message: str) -> None:
    result: dict[str, t.Any] = {"findings": [{"severity": each} for each in severities]}
    told = diagnosis_info._failed_on(result, fail_on)
    assert (told.get("failed", False), told.get("msg", "")) == (bool(message), message)
    assert told["findings"] == result["findings"]


def test_the_head_is_told_where_its_workers_are() -> None:
    variables: dict[str, t.Any] = {
        "inventory_hostname": "head",
        "groups": {"ray_head": ["head"], "ray_workers": ["w1", "w2", "w3"]},
        "hostvars": {"w1": {"ray_node_ip_address": "192.0.2.1", "ansible_host": "198.51.100.1"}, "w2": {}},
    }
    variables["hostvars"]["w3"] = {"ansible_host": "192.0.2.3"}
    assert diagnosis_info._workers(variables) == ["192.0.2.1", "w2", "192.0.2.3"]
    assert diagnosis_info._workers({**variables, "inventory_hostname": "w1"}) == []
    assert diagnosis_info._workers({}) == []
    below = {"ray_head": ["head"], "ray_cluster": ["head", "w1", "w2"], "ray_gpu": ["w1"], "ray_cpu": ["w2"]}
    assert diagnosis_info._workers({**variables, "groups": below}) == ["192.0.2.1", "w2"]


def test_the_head_s_findings_tell_of_nodes_that_the_inventory_does_not_have() -> None:
    class Head(diagnosis_info.ActionModule):
        def __init__(self) -> None:
            self._task = types.SimpleNamespace(args={}, check_mode=False, async_val=0, action="diagnosis_info")
            self._connection = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir="/nowhere"))
            self._play_context = types.SimpleNamespace(check_mode=False)

        def _execute_module(self, **_call: t.Any) -> dict[str, t.Any]:
            return {"findings": [], "nodes": ["192.0.2.1", "192.0.2.77"], "clock": time.time()}

    variables = {"groups": {"ray_head": ["h"]}, "hostvars": {"h": {"ansible_host": "192.0.2.1"}}}
    told = Head().run(task_vars=variables)
    assert [each["sentence"] for each in told["findings"]] == [
        "The cluster has 192.0.2.77, which the inventory does not have"
    ]
    assert "nodes" not in told
