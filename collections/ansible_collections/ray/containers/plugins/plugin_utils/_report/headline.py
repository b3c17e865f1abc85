# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a run ended, in one word for programs and in one line for people.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

__all__ = ["OUTCOMES", "headline", "outcome"]

#: The ways in which a run ends, and how good each is.
OUTCOMES = {
    "failed": "bad",
    "let_through": "bad",
    "would_change": "mild",
    "nothing_to_change": "good",
    "findings": "bad",
    "sound": "good",
    "changed": "good",
    "unchanged": "good",
}

Report = t.Mapping[str, t.Any]


def outcome(report: Report) -> str:
    """The worst first: what a run did besides matters less. Pending changes of check mode are no place that all is in."""
    if report["failures"]:
        return "failed"
    if report["let_through"]:
        return "let_through"
    if report["checks"]["kind"] == "questions":
        return "findings" if report["findings"] else "sound"
    if report["check_mode"]:
        return "would_change" if report["changed"] else "nothing_to_change"
    return "changed" if report["changed"] else "unchanged"


def headline(report: Report, findings: t.Sequence[t.Mapping[str, str]]) -> str:
    """:param findings: each thing once, however many hosts have it."""
    changes = _counted(report["changed"], "change")
    severities = [finding["severity"] for finding in findings]
    found = " and ".join(
        _counted(severities.count(severity), severity) for severity in ("error", "warning") if severity in severities
    )
    return {
        "failed": "Not everything worked",
        "let_through": "What does not fit was let through",
        "would_change": f"{changes} would be made",
        "nothing_to_change": "Nothing would change",
        "findings": f"{found or _counted(len(findings), 'finding')} found",
        "sound": "Nothing wrong was found",
        "changed": f"All done, with {changes}",
        "unchanged": "Everything is in place" if report["nodes"] else "All done",
    }[report["outcome"]]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
