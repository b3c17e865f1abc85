# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run as one page of HTML that needs nothing beside itself: no script, no network, no picture.

The page is the template `report.html.j2`. Every value in it is escaped: image names, answers and messages come from outside. Its
policy (Content-Security-Policy) lets a browser fetch nothing and run nothing, should one of them get through all the same.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import typing as t
from pathlib import Path

import jinja2
from markupsafe import Markup

from ansible_collections.ray.containers.plugins.plugin_utils._report.chart import chart
from ansible_collections.ray.containers.plugins.plugin_utils._report.deploys import status_lines
from ansible_collections.ray.containers.plugins.plugin_utils._report.headline import OUTCOMES, headline
from ansible_collections.ray.containers.plugins.plugin_utils._report.site import (
    Document,
    joined_failures,
    joined_findings,
    shown_answer,
)

__all__ = ["page"]

TEMPLATES = Path(__file__).parent / "templates"

#: Diffs and steps of so many changes are open at first sight.
OPEN_CHANGES = 12

Row = t.Mapping[str, t.Any]


def page(report: Document, runs: t.Sequence[Row] = ()) -> str:
    """The whole page.

    :param runs: the last runs, the newest first.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(moment=_moment, duration=_duration, seen=_seen)
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    findings = sorted(joined_findings(report), key=lambda finding: finding["severity"] != "error")
    names = {node["address"]: node["host"] for node in report["nodes"] if node["address"]}
    return environment.get_template("report.html.j2").render(
        report=report,
        headline=headline(report, findings),
        good=OUTCOMES[report["outcome"]],
        outcomes=OUTCOMES,
        failures=joined_failures(report),
        findings=findings,
        applications=_applications(report, names),
        names=names,
        status="\n".join(status_lines(report)),
        unknown=_unknown(report),
        there_are_facts=any(node["facts"] or not node["successful"] for node in report["nodes"]),
        chart=chart(report["times"]),
        changes=_changes(report),
        open_changes=report["changed"] <= OPEN_CHANGES,
        runs=runs,
        style=Markup(style),
        style_digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )


def _applications(report: Document, names: t.Mapping[str, str]) -> list[dict[str, t.Any]]:
    """What was deployed and what Serve tells of it, as one.

    :param names: of the nodes, by their addresses.
    """
    serve = {application["name"]: application for application in report["serve"].get("applications", ())}
    deployed = {application["name"]: application for application in report["applications"]}
    found = []
    for name in dict.fromkeys([*deployed, *serve]):
        mine, theirs = deployed.get(name, {}), serve.get(name, {})
        found.append(
            {
                "name": name,
                "status": mine.get("status") or theirs.get("status") or "not told",
                "url": mine.get("url") or "",
                "answer": shown_answer(mine.get("answer")),
                "image": mine.get("image") or ", ".join(map(str, theirs.get("images") or ())) or "-",
                "reference": mine.get("reference") or "",
                "deployments": [_deployment(deployment, names) for deployment in theirs.get("deployments", ())],
            }
        )
    return found


def _deployment(deployment: Row, names: t.Mapping[str, str]) -> dict[str, t.Any]:
    nodes = {names.get(node, node): count for node, count in deployment.get("nodes", {}).items()}
    return {**deployment, "nodes": nodes, "running": deployment["replicas"].get("RUNNING", 0)}


def _changes(report: Document) -> list[dict[str, t.Any]]:
    """By host, and of each by task in the order of the run."""
    of_hosts = {"controller": report["controller_changes"]}
    of_hosts.update({node["host"]: node["changes"] for node in report["nodes"]})
    found = []
    for host, changes in of_hosts.items():
        tasks: dict[str, list[Row]] = {}
        for change in changes:
            tasks.setdefault(change["task"], []).append(change)
        if tasks:
            found.append({"host": host, "count": len(changes), "tasks": tasks})
    return found


def _unknown(report: Document) -> list[dict[str, str]]:
    """What could not be looked at, each with the hosts on which."""
    hosts: dict[tuple[str, str], list[str]] = {}
    for row in report["unknown"]:
        hosts.setdefault((row["question"], row["why"]), []).append(row["host"])
    return [{"question": question, "why": why, "hosts": ", ".join(where)} for (question, why), where in hosts.items()]


def _seen(finding: Row) -> str:
    """A finding in one line: its sentence, or what it is about and what was seen."""
    return str(finding["sentence"] or ": ".join(filter(None, (finding["where"], finding["evidence"]))))


def _moment(told: str) -> str:
    """A time of day as people read it; as it was told where it is none."""
    try:
        return datetime.datetime.fromisoformat(told).strftime("%Y-%m-%d %H:%M:%S %Z").strip()
    except ValueError:
        return told


def _duration(seconds: float) -> str:
    whole = round(seconds)
    return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s" if whole < 120 else f"{whole // 60} min {whole % 60} s"
