# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last runs, as a small file beside the report keeps them.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import typing as t

__all__ = ["KEPT", "LARGEST", "entry", "read", "text"]

#: Runs that are kept; the newest are.
KEPT = 20

#: A file that is larger than this is none of ours, in bytes.
LARGEST = 64 * 1024

VERSION = 1

#: What is kept of a run, and its type; what does not have it is another program's.
FIELDS: t.Mapping[str, type | tuple[type, ...]] = {
    "finished": str,
    "playbook": str,
    "check_mode": bool,
    "outcome": str,
    "seconds": (int, float),
    "changed": int,
    "failed": int,
    "errors": int,
    "warnings": int,
}

TEXT_LENGTH = 200

Run = dict[str, t.Any]


def entry(report: t.Mapping[str, t.Any]) -> Run:
    """One run, from its report."""
    severities = [finding["severity"] for finding in report["findings"]]
    return {
        "finished": report["finished"],
        "playbook": report["playbook"][:TEXT_LENGTH],
        "check_mode": report["check_mode"],
        "outcome": report["outcome"],
        "seconds": report["seconds"],
        "changed": report["changed"],
        "failed": len({failure["host"] for failure in report["failures"]}),
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
    }


def read(content: bytes) -> list[Run]:
    """The runs in such a file, the newest first; none in one that is no such file."""
    try:
        document = json.loads(content)
    except ValueError:
        return []
    runs = document.get("runs") if isinstance(document, dict) and document.get("version") == VERSION else None
    return (
        [{name: run[name] for name in FIELDS} for run in runs if _is_run(run)][:KEPT] if isinstance(runs, list) else []
    )


def text(runs: t.Sequence[Run]) -> str:
    """The file with these runs, the newest first."""
    return f"{json.dumps({'version': VERSION, 'runs': list(runs[:KEPT])}, indent=1)}\n"


def _is_run(run: t.Any) -> bool:
    return isinstance(run, dict) and all(
        isinstance(run.get(name), kind) and len(str(run[name])) <= TEXT_LENGTH for name, kind in FIELDS.items()
    )
