# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison of versions of all nodes, as the report has it.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.plugin_utils._parity.verdict import joint, joint_rows
from ansible_collections.ray.containers.plugins.plugin_utils._report.outcome import Outcome

__all__ = ["compared", "refused_for"]


def compared(outcomes: t.Iterable[Outcome]) -> dict[str, t.Any]:
    """The comparison of all nodes as one: its table, and how many distinct errors it holds."""
    results = {
        outcome.host: outcome.result["parity"]
        for outcome in outcomes
        if outcome.ours and isinstance(outcome.result.get("parity"), dict)
    }
    columns, rows = joint_rows(results)
    errors = {
        (row.get("code"), row.get("subject"), row.get("evidence"))
        for parity in results.values()
        for row in parity.get("differences", [])
        if row.get("severity") == "error"
    }
    return {"table": joint(results), "columns": columns, "rows": rows, "errors": len(errors)}


def refused_for(outcome: Outcome) -> list[str]:
    """The codes for which a node was refused; none when it failed for another reason."""
    parity = outcome.result.get("parity")
    rows = parity.get("differences", []) if outcome.ours and isinstance(parity, dict) else []
    return list(dict.fromkeys(str(row.get("code")) for row in rows if row.get("severity") == "error"))
