# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run as one page of HTML that needs nothing beside itself: no script, no style sheet, no picture.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from html import escape

from ansible_collections.ray.containers.plugins.plugin_utils._report.deploys import status_lines
from ansible_collections.ray.containers.plugins.plugin_utils._report.site import (
    Document,
    joined_failures,
    joined_findings,
    shown_answer,
)

__all__ = ["page"]

STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid #8884; }
td { overflow-wrap: anywhere; }
code, pre { font: 13px/1.4 ui-monospace, monospace; }
.good { color: #1a7f37; } .bad { color: #cf222e; font-weight: 600; } .mild { color: #9a6700; }
"""


def page(report: Document) -> str:
    """The whole page. Every value is escaped: image names, answers and error messages come from outside."""
    good = report["successful"]
    mode = "Check mode: nothing was changed. " if report["check_mode"] else ""
    outcome = "Everything is in place" if good else "Not everything worked"
    if good and report["let_through"]:
        good, outcome = False, "What does not fit was let through"
    parts = [
        f"<h1 class={'good' if good else 'bad'}>{outcome}</h1>",
        f"<p>{mode}{report['changed']} changes in {report['seconds']} s, finished {escape(report['finished'])}.</p>",
        *_let_through(report),
        *_failures(report),
        *_applications(report),
        *_status(report),
        *_environments(report),
        *_findings(report),
        *_parity(report),
        *_nodes(report),
        *_changes(report),
    ]
    body = "\n".join(parts)
    head = f'<meta charset="utf-8"><title>ray.containers: {outcome}</title><style>{STYLE}</style>'
    return f'<!doctype html>\n<html lang="en">\n<head>{head}</head>\n<body>\n{body}\n</body>\n</html>\n'


def _table(title: str, columns: t.Sequence[str], rows: t.Sequence[t.Sequence[str]]) -> list[str]:
    """A heading and a table, or nothing when there are no rows. Cells are HTML already."""
    if not rows:
        return []
    heads = "".join(f"<th>{escape(column)}" for column in columns)
    lines = "\n".join("<tr>" + "".join(f"<td>{cell}" for cell in row) for row in rows)
    return [f"<h2>{escape(title)}</h2>\n<table>\n<tr>{heads}\n{lines}\n</table>"]


def _marked(text: str, good: bool) -> str:
    return f"<span class={'good' if good else 'bad'}>{escape(text)}</span>"


def _code(value: t.Any) -> str:
    return f"<code>{escape(str(value))}</code>" if value not in (None, "") else "-"


def _status(report: Document) -> list[str]:
    lines = status_lines(report)
    return [f"<h2>What runs, and what was deployed</h2>\n<pre>{escape(chr(10).join(lines))}</pre>"] if lines else []


def _failures(report: Document) -> list[str]:
    rows = [
        [
            escape(failure["host"]),
            "not reached" if failure["state"] == "unreachable" else escape(failure["task"]),
            f"<span class=bad>{escape(failure['message'])}</span>",
        ]
        for failure in joined_failures(report)
    ]
    return _table("What failed", ("host", "task", "why, and what to do"), rows)


def _let_through(report: Document) -> list[str]:
    """Above everything else: what runs now is what the gate is there to stop."""
    rows = [
        [_code(passed["code"]), escape(passed["host"]), f"<span class=bad>{escape(passed['evidence'])}</span>"]
        for passed in report["let_through"]
    ]
    return _table("WARNING: let through by ray_parity=warn", ("code", "host", "what does not fit"), rows)


def _environments(report: Document) -> list[str]:
    found = []
    for environment in report["environments"]:
        rows = [
            [
                _code(variable["name"]),
                _code(variable["value"]),
                escape(variable["source"])
                + (f" on {escape(', '.join(variable['hosts']))}" if variable["hosts"] else ""),
                "<br>".join(f"{_code(lost['value'])} ({escape(lost['source'])})" for lost in variable["overrides"]),
            ]
            for variable in environment["variables"]
        ]
        found += _table(environment["table"][0], ("variable", "value", "source", "overrides"), rows)
    return found


def _applications(report: Document) -> list[str]:
    rows = [
        [
            escape(application["name"]),
            _marked(application["status"], application["status"] == "RUNNING"),
            _link(application["url"]),
            _code(shown_answer(application["answer"])),
            _code(application["image"]),
        ]
        for application in report["applications"]
    ]
    return _table("Applications", ("application", "status", "URL", "answer", "image"), rows)


def _link(url: str) -> str:
    shown = escape(url, quote=True)
    return f'<a href="{shown}">{shown}</a>' if url.startswith(("http://", "https://")) else (shown or "-")


def _findings(report: Document) -> list[str]:
    rows = [
        [
            _code(finding["code"]),
            f"<span class={'bad' if finding['severity'] == 'error' else 'mild'}>{escape(finding['severity'])}</span>",
            escape(finding["hosts"]),
            _code(finding["where"]),
            escape(": ".join(filter(None, (finding["sentence"], finding["evidence"])))),
            escape(finding["remedy"]),
        ]
        for finding in joined_findings(report)
    ]
    return _table("Findings", ("code", "severity", "host", "where", "seen", "what to do"), rows)


def _parity(report: Document) -> list[str]:
    lines = escape("\n".join(report["parity"]["table"]))
    return [f"<h2>Nodes and images</h2>\n<pre>{lines}</pre>"] if lines else []


def _nodes(report: Document) -> list[str]:
    rows = []
    for node in report["nodes"]:
        podman, runtime = node["facts"].get("podman") or {}, node["facts"].get("ray_runtime") or {}
        raylet = node["facts"].get("raylet") or {}
        state = "well" if node["successful"] else "failed" if node["reached"] else "not reached"
        rows.append(
            [
                escape(node["host"]),
                _marked(state, node["successful"]),
                _code(podman.get("version")),
                _code(runtime.get("ray_version")),
                _code(runtime.get("python_version")),
                _code(raylet.get("address") or raylet.get("unit")),
            ]
        )
    return _table("Nodes", ("host", "state", "Podman", "Ray", "Python", "raylet"), rows)


def _changes(report: Document) -> list[str]:
    rows = [
        [escape(node["host"]), escape(change["task"]), escape(change["step"])]
        for node in report["nodes"]
        for change in node["changes"]
    ]
    return _table("What changed", ("host", "task", "step"), rows)
