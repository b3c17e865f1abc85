# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Serve runs where, as the last task that asked the head tells it.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.plugin_utils._report.outcome import Outcome

__all__ = ["serving"]

Row = t.Mapping[str, t.Any]


def serving(outcomes: t.Sequence[Outcome]) -> dict[str, t.Any]:
    """Applications with the replicas of their deployments by node, and proxies; nothing where no task asked.

    :param outcomes: in the order of the run.
    """
    told = [outcome.result["serve"] for outcome in outcomes if outcome.ours and outcome.result.get("serve")]
    last = told[-1] if told and isinstance(told[-1], dict) else {}
    return {
        "applications": [_application(row) for row in _rows(last.get("applications"))],
        "proxies": [
            {"node": str(row.get("node") or ""), "status": str(row.get("status") or "")}
            for row in _rows(last.get("proxies"))
        ],
    }


def _application(row: Row) -> dict[str, t.Any]:
    return {
        "name": str(row.get("name")),
        "status": str(row.get("status") or ""),
        "images": [str(image) for image in row.get("images") or ()],
        "deployments": [
            {
                "name": str(each.get("name")),
                "status": str(each.get("status") or ""),
                "target": int(each.get("target") or 0),
                "replicas": _counts(each.get("replicas")),
                "nodes": _counts(each.get("nodes")),
            }
            for each in _rows(row.get("deployments"))
        ],
    }


def _counts(counts: t.Any) -> dict[str, int]:
    return {str(name): int(count) for name, count in counts.items()} if isinstance(counts, dict) else {}


def _rows(rows: t.Any) -> list[Row]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
