# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task changed on a host, step by step, and as a diff where the run was asked for it.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import difflib
import itertools
import typing as t

from ansible_collections.ray.containers.plugins.plugin_utils._report.outcome import Outcome

__all__ = ["changes"]

#: A file of which more is another one is not read in a report.
DIFF_LINES = 200
LINE_LENGTH = 400


def changes(outcome: Outcome) -> list[dict[str, str]]:
    """The steps of a task that changed something; a module that lists none still shows by its task."""
    if not outcome.ours or not outcome.result.get("changed"):
        return []
    diffs = _diffs(outcome.result.get("diff"))
    found = []
    for step in outcome.result.get("steps") or [outcome.task]:
        waiting = diffs.get(str(step))
        diff = {"diff": waiting.pop(0)} if waiting else {}
        found.append({"task": outcome.task, "step": str(step), **diff})
    return found


def _diffs(diff: t.Any) -> dict[str, list[str]]:
    """By the step that they belong to, which is their heading. Without --diff a result has none."""
    found: dict[str, list[str]] = {}
    for row in diff if isinstance(diff, list) else ():
        if isinstance(row, dict) and (row.get("before") or row.get("after")):
            told = _unified(str(row.get("before") or ""), str(row.get("after") or ""))
            found.setdefault(str(row.get("before_header") or ""), []).append(told)
    return found


def _unified(before: str, after: str) -> str:
    """The lines that differ, with three around each; without the two headings, which the step says better."""
    lines = itertools.islice(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm=""), 2, None)
    shown = [line if len(line) <= LINE_LENGTH else f"{line[: LINE_LENGTH - 1]}…" for line in lines]
    left = len(shown) - DIFF_LINES
    return "\n".join(shown if left <= 0 else [*shown[:DIFF_LINES], f"… {left} more lines"])
