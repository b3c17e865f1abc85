# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the report tells of deploys: what runs and since when, what ran before, and the last deploys of a head.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import time
import typing as t

__all__ = ["deploys_of", "status_lines"]

Row = t.Mapping[str, t.Any]


def deploys_of(results: t.Sequence[Row]) -> dict[str, t.Any]:
    """What the results of a run's modules tell of deploys, for the report."""
    serves = [result.get("serve") for result in results]
    serving = [row for serve in serves if isinstance(serve, dict) for row in serve.get("applications") or []]
    return {
        # Others that look at Serve do not ask for requests.
        "serving": [row for row in serving if "requests" in row],
        "deploys": [deploy for result in results for deploy in result.get("deploys") or []],
        "deploys_listed": any(result.get("listed") for result in results),
        "deploying": next((result["deploying"] for result in results if result.get("deploying")), {}),
    }


def status_lines(report: Row) -> list[str]:
    """What the terminal shows of the playbooks status and rollback; empty where nothing of it was asked for."""
    deploys: t.Sequence[Row] = report["deploys"]
    lines = [line for application in report["serving"] for line in _application(application, deploys)]
    if report["deploys_listed"]:
        lines += [_deploy(deploy) for deploy in deploys] or ["no deploy is recorded on this head"]
    holder = report["deploying"]
    if holder:
        why = f" ({holder['why']})" if holder.get("why") else ""
        lines.append(f"{holder.get('who') or 'somebody'} deploys since {_moment(holder.get('since'))}{why}")
    return lines


def _application(application: Row, deploys: t.Sequence[Row]) -> list[str]:
    """Where it runs, in which image, since when, how many requests it has had, and what ran before it."""
    nodes, since, images = application["nodes"], application["since"], application["images"]
    where = f" on {', '.join(nodes)}" if nodes else ""
    when = f" since {_moment(since)}" if since else ""
    requests = application["requests"]
    answered = (
        f"{requests['answered']} answered, {requests['failed']} of them with an error" if requests else "not told"
    )
    lines = [
        f"{application['name']}: {application['status']}{where}{when}",
        f"  image:    {', '.join(images) or '-'}",
        f"  requests: {answered}",
    ]
    before = _before(application["name"], images, deploys)
    return (
        [*lines, f"  before:   deploy {before['number']}: {', '.join(before['images'][application['name']])}"]
        if before
        else lines
    )


def _before(name: str, images: t.Sequence[str], deploys: t.Sequence[Row]) -> Row | None:
    """The last good deploy that had the application in other images."""
    for deploy in reversed(deploys):
        theirs = deploy["images"].get(name)
        if deploy["result"] == "good" and theirs and list(theirs) != list(images):
            return deploy
    return None


def _deploy(deploy: Row) -> str:
    back = f", back to deploy {deploy['back_to']}" if deploy["back_to"] else ""
    why = f" ({deploy['why']})" if deploy["why"] else ""
    images = "; ".join(f"{name} {', '.join(found)}" for name, found in deploy["images"].items() if found)
    said = f": {deploy['said']}" if deploy["said"] else ""
    took = f" in {deploy['seconds']:.0f} s" if deploy["seconds"] else ""
    who = f"by {deploy['who'] or 'somebody'}{why}"
    return (
        f"deploy {deploy['number']}: {deploy['result']}{back}, {_moment(deploy['began'])}{took}, {who}, "
        f"Ray {deploy['ray'] or '-'}, config {deploy['digest']}{f'; {images}' if images else ''}{said}"
    )


def _moment(seconds: t.Any) -> str:
    """A time of day here, on the controller."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(float(seconds or 0.0)))
