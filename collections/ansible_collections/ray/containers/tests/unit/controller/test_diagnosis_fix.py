# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which faults `-e fix` mends, by which module and where; and what it says of the others."""

from __future__ import annotations

import types
import typing as t
from pathlib import Path

import pytest

pytest.importorskip("ansible")

from ansible_collections.ray.containers.plugins.action import diagnosis_info
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.faults.table import FAULTS
from ansible_collections.ray.containers.plugins.plugin_utils._diagnosis_fix import fixed_by
from ansible_collections.ray.containers.plugins.plugin_utils._report.outcome import Outcome
from ansible_collections.ray.containers.plugins.plugin_utils._report.site import closing_lines, document

COLLECTION = Path(__file__).resolve().parents[3]
FIXABLE = [fault.code for fault in FAULTS if fault.healed]


@pytest.mark.parametrize("code", FIXABLE)
def test_what_heals_a_fault_is_a_module_with_tasks_that_run_it(code: str) -> None:
    module = fixed_by(code)
    assert (COLLECTION / "plugins" / "modules" / f"{module}.py").is_file()
    assert (COLLECTION / "roles" / "cluster" / "tasks" / f"fix_{module}.yml").is_file()


def test_a_fault_without_a_safe_remedy_is_refused_with_what_can_be_fixed() -> None:
    with pytest.raises(OperatorError) as refused:
        fixed_by("RC-501")
    assert refused.value.what == "RC-501 (The Ray user cannot use its home) has no remedy that is safe to run"
    assert refused.value.remedy == (
        "Give the home back to the Ray user: chown USER: HOME, with mode 0711. "
        f"What can be fixed: {', '.join(sorted(FIXABLE))}"
    )
    with pytest.raises(OperatorError, match="RC-999 is no code of a fault"):
        fixed_by("RC-999")


def told(monkeypatch: pytest.MonkeyPatch, fix: str, *codes: str) -> t.Any:
    """What the action says of a node with these findings."""
    findings = [{"code": code, "severity": "error"} for code in codes]
    action = types.SimpleNamespace(
        _task=types.SimpleNamespace(args={"fix": fix}),
        _execute_module=lambda module_args, task_vars: {"findings": findings},
    )
    return diagnosis_info.ActionModule.answer(t.cast("diagnosis_info.ActionModule", action), {}).get("fixed_by")


@pytest.mark.parametrize(
    ("fix", "codes", "module"),
    [
        ("RC-506", ["RC-401", "RC-506"], "rootless_podman"),
        ("rc-506", ["RC-506"], "rootless_podman"),
        ("RC-506", ["RC-401"], ""),
        ("", ["RC-506"], None),
        # Which images a worker lacks only the head knows.
        ("RC-580", [], "app_images"),
    ],
)
def test_only_a_node_that_has_the_fault_is_mended(
    fix: str, codes: list[str], module: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(monkeypatch, fix, *codes) == module


def test_nothing_is_looked_at_for_a_fix_that_there_is_none_of(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OperatorError) as refused:
        told(monkeypatch, "RC-501", "RC-501")
    assert refused.value.code == "RC-275"


@pytest.mark.parametrize(
    ("playbook", "code", "line"),
    [
        ("diagnose", "RC-506", ["  or: -e fix=RC-506 has the module rootless_podman mend it"]),
        ("diagnose", "RC-501", []),
        ("site", "RC-506", []),
    ],
)
def test_a_finding_that_can_be_fixed_says_how(playbook: str, code: str, line: list[str]) -> None:
    finding = {"code": code, "severity": "error", "sentence": "It is wrong", "remedy": "Look"}
    outcome = Outcome("head", "Find what is wrong", "ok", True, {"findings": [finding], "past": [], "ray": True})
    report = document([outcome], finished="", seconds=1, check_mode=False, playbook=playbook)
    assert [each for each in closing_lines(report, "r.html") if each.startswith("  or: ")] == line


def test_the_report_tells_what_was_found_last() -> None:
    finding = {"code": "RC-506", "severity": "warning", "sentence": "ray does not linger", "host": "head"}
    outcomes = [
        Outcome("head", "Find what is wrong", "ok", True, {"findings": [finding], "past": [], "ray": True}),
        Outcome("head", "Keep", "ok", True, {"changed": True, "steps": ["Keep /run/user/1000"]}),
        Outcome("head", "Find what is wrong", "ok", True, {"findings": [], "past": [], "ray": True}),
    ]
    report = document(outcomes, finished="2026-11-23T07:00:00+00:00", seconds=1, check_mode=False)
    assert report["findings"] == []
    assert report["sound"] == ["head"]
    assert report["changed"] == 1
