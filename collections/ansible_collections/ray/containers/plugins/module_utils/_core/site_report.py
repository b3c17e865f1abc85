# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run: from what the tasks returned to one document, and from that to what the terminal shows.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field

__all__ = ["Outcome", "closing_lines", "document", "shown_answer"]

Document = t.Dict[str, t.Any]

#: What a node's modules tell about it. Nothing else of a result is taken, so that nothing slips into a file unseen.
NODE_FACTS = ("podman", "rootless_podman", "ray_runtime", "images", "parity", "raylet")

ANSWER_LENGTH = 160


@dataclass(frozen=True)
class Outcome:
    """How one task ended on one host.

    :param state: ``ok``, ``failed`` or ``unreachable``.
    :param ours: whether the task is one of this collection's modules.
    """

    host: str
    task: str
    state: str
    ours: bool
    result: t.Mapping[str, t.Any] = field(default_factory=dict)


def document(outcomes: t.Sequence[Outcome], *, finished: str, seconds: float, check_mode: bool) -> Document:
    """Everything that a run's end tells, as plain data.

    :param finished: the time of day in ISO 8601; :param seconds: how long the run took.
    """
    hosts = list(dict.fromkeys(outcome.host for outcome in outcomes if outcome.ours or outcome.state != "ok"))
    failures = [_failure(outcome) for outcome in outcomes if outcome.state != "ok"]
    nodes = [_node(host, [outcome for outcome in outcomes if outcome.host == host]) for host in hosts]
    return {
        "finished": finished,
        "seconds": round(seconds, 1),
        "check_mode": check_mode,
        "successful": not failures,
        "changed": sum(len(node["changes"]) for node in nodes),
        "applications": _applications(outcomes),
        # The controller has no engine and no raylet; what it read shows as applications and findings.
        "nodes": [node for node in nodes if node["host"] != "localhost"],
        "findings": _findings(outcomes),
        "sound": _sound(outcomes),
        "failures": failures,
    }


def closing_lines(report: Document, path: str) -> list[str]:
    """What the terminal shows at the very end of a run whose report lies at *path*."""
    lines = []
    for application in report["applications"]:
        lines += [
            f"{application['name']}: {application['status']} at {application['url']}",
            f"  answer: {shown_answer(application['answer'])}",
            f"  image:  {application['image']}",
        ]
    said = " ".join(failure["message"] for failure in report["failures"])
    for finding in report["findings"]:
        # A module that fails because of its findings says them in its message.
        if finding["evidence"] and finding["evidence"] in said:
            continue
        lines.append(f"{finding['severity']} {finding['code']} {finding['where']}: {finding['evidence']}")
        lines.append(f"  to do: {finding['remedy']}")
    if report["sound"]:
        lines.append(f"nothing wrong found on {', '.join(report['sound'])}")
    lines += [f"{_ended(failure)} {failure['host']}: {failure['message']}" for failure in report["failures"]]
    lines += [_changes_line(report), f"report: {path}"]
    return lines


def shown_answer(answer: t.Any) -> str:
    """An application's answer on one line, shortened; a dash when it was not asked."""
    if answer is None or answer == "":
        return "-"
    text = answer if isinstance(answer, str) else json.dumps(answer, sort_keys=True, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= ANSWER_LENGTH else f"{text[: ANSWER_LENGTH - 1]}…"


def _ended(failure: t.Mapping[str, t.Any]) -> str:
    return "NOT REACHED" if failure["state"] == "unreachable" else "FAILED"


def _changes_line(report: Document) -> str:
    """How much changed and where.

    It begins with the number: tools that read Ansible's output take a line with `changed:` for a host's.
    """
    hosts = [f"{node['host']} {len(node['changes'])}" for node in report["nodes"] if node["changes"]]
    where = f" ({', '.join(hosts)})" if hosts else ""
    return (
        f"{report['changed']} {'to change' if report['check_mode'] else 'changed'}{where} in {report['seconds']:.0f} s"
    )


def _failure(outcome: Outcome) -> dict[str, t.Any]:
    return {
        "host": outcome.host,
        "task": outcome.task,
        "state": outcome.state,
        "message": str(outcome.result.get("msg") or "no reason was given").strip(),
        "code": outcome.result.get("code") or "",
        "remedy": outcome.result.get("remedy") or "",
    }


def _node(host: str, outcomes: t.Sequence[Outcome]) -> dict[str, t.Any]:
    facts: dict[str, t.Any] = {}
    changes: list[dict[str, str]] = []
    for outcome in outcomes:
        if not outcome.ours:
            continue
        facts.update({key: outcome.result[key] for key in NODE_FACTS if outcome.result.get(key)})
        if outcome.result.get("changed"):
            steps = outcome.result.get("steps") or [outcome.task]
            changes += [{"task": outcome.task, "step": str(step)} for step in steps]
    reached = all(outcome.state != "unreachable" for outcome in outcomes)
    well = all(outcome.state == "ok" for outcome in outcomes)
    return {"host": host, "reached": reached, "successful": well, "changes": changes, "facts": facts}


def _applications(outcomes: t.Sequence[Outcome]) -> list[dict[str, t.Any]]:
    """What was deployed, and with the images' names as the Serve config has them; in the order of the last deploy."""
    images: dict[str, t.Mapping[str, t.Any]] = {}
    deployed: dict[str, t.Mapping[str, t.Any]] = {}
    for outcome in outcomes:
        for image in _rows(outcome, "images"):
            if image.get("application"):
                images[str(image["application"])] = image
        for application in _rows(outcome, "applications"):
            deployed[str(application.get("name"))] = application
    return [
        {
            "name": name,
            "status": application.get("status") or "",
            "url": application.get("url") or "",
            "answer": application.get("answer"),
            "image": images.get(name, {}).get("pinned") or application.get("image") or "-",
            "reference": images.get(name, {}).get("reference") or "",
        }
        for name, application in deployed.items()
    ]


def _findings(outcomes: t.Sequence[Outcome]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for outcome in outcomes:
        parity = outcome.result.get("parity")
        differences = parity.get("differences", []) if outcome.ours and isinstance(parity, dict) else []
        for row in (*_rows(outcome, "findings"), *(_as_finding(row) for row in differences)):
            found.append({"host": outcome.host, **{key: str(row.get(key) or "") for key in FINDING_KEYS}})
    return found


def _sound(outcomes: t.Sequence[Outcome]) -> list[str]:
    """The hosts that were diagnosed (only a diagnosis tells of faults that are past) and have nothing wrong now."""
    return [
        outcome.host
        for outcome in outcomes
        if outcome.ours and outcome.state == "ok" and "past" in outcome.result and not outcome.result.get("findings")
    ]


FINDING_KEYS = ("code", "severity", "title", "where", "evidence", "cause", "remedy")


def _as_finding(difference: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """A difference between a node and an image in the words of a finding."""
    what = difference.get("what") or difference.get("subject") or ""
    return {
        "severity": "warning",
        "where": difference.get("subject"),
        "evidence": f"{what}: {difference.get('node')} on the node, {difference.get('image')} in the image",
        **difference,
    }


def _rows(outcome: Outcome, key: str) -> list[t.Mapping[str, t.Any]]:
    rows = outcome.result.get(key) if outcome.ours else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
