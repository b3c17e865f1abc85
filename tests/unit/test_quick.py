# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make quick` picks the tests that a change concerns, also by way of other files, and fails when one of them does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks import quick

PLUGINS = quick.COLLECTION / "plugins"


def names(tests: set[Path]) -> set[str]:
    return {path.name for path in tests}


def test_a_rule_concerns_the_table_of_the_rules_and_not_the_package_managers() -> None:
    found = names(quick.concerned([PLUGINS / "plugin_utils" / "_serve_config" / "rules" / "routing.py"]))
    assert "test_serve_rules.py" in found
    assert "test_packages_apt.py" not in found


def test_a_case_of_a_table_concerns_the_test_that_reads_the_table() -> None:
    cases = quick.COLLECTION / "tests" / "unit" / "serve_rules" / "routing.py"
    assert "test_serve_rules.py" in names(quick.concerned([cases]))


def test_what_is_no_python_concerns_the_architecture_alone() -> None:
    assert names(quick.concerned([quick.ROOT / "README.md"])) == set(quick.ALWAYS)
    assert quick.lint([quick.ROOT / "README.md"]) == []


def test_a_failing_linter_or_test_fails_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick, "changed_files", lambda: [quick.ROOT / "Makefile"])
    for statuses, expected in (({}, 0), ({"pytest": 1}, 1)):
        monkeypatch.setattr(quick, "run", lambda program, *_, found=statuses: found.get(program, 0))
        assert quick.main() == expected
