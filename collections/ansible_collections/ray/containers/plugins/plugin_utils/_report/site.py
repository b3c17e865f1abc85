# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run: from what the tasks returned to one document, and from that to what the terminal shows.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.faults.table import BY_CODE
from ansible_collections.ray.containers.plugins.plugin_utils._parity.table import short
from ansible_collections.ray.containers.plugins.plugin_utils._report.all_nodes import diagnosed, latest, of_all_nodes
from ansible_collections.ray.containers.plugins.plugin_utils._report.changes import changes
from ansible_collections.ray.containers.plugins.plugin_utils._report.checks import checks
from ansible_collections.ray.containers.plugins.plugin_utils._report.deploys import deploys_of, status_lines
from ansible_collections.ray.containers.plugins.plugin_utils._report.headline import outcome as ended
from ansible_collections.ray.containers.plugins.plugin_utils._report.outcome import Outcome
from ansible_collections.ray.containers.plugins.plugin_utils._report.parity import compared, refused_for
from ansible_collections.ray.containers.plugins.plugin_utils._report.serving import serving

__all__ = [
    "VERSION",
    "closing_lines",
    "document",
    "joined_failures",
    "joined_findings",
    "shown_answer",
    "warning_lines",
]

Document = dict[str, t.Any]

#: Of the document, as docs/report.schema.json describes it: another one when a key goes, or means something else.
VERSION = 1

#: What a node's modules tell about it. Nothing else of a result is taken, so that nothing slips into a file unseen.
NODE_FACTS = ("podman", "rootless_podman", "ray_runtime", "images", "parity", "raylet")

ANSWER_LENGTH = 160

CONTROLLER = "localhost"


def document(
    outcomes: t.Sequence[Outcome],
    *,
    finished: str,
    seconds: float,
    check_mode: bool,
    playbook: str = "",
    addresses: t.Mapping[str, str] | None = None,
    times: t.Sequence[t.Mapping[str, t.Any]] = (),
) -> Document:
    """Everything that a run's end tells, as plain data.

    :param outcomes: in the order of the run.
    :param finished: the time of day in ISO 8601; :param seconds: how long the run took.
    :param addresses: of the hosts, as Serve knows them; :param times: how long each was at each task.
    """
    in_order = outcomes = latest(outcomes)
    # Hosts answer in another order in each run; what is told of them is not to change with it.
    outcomes = of_all_nodes(sorted(outcomes, key=_name))
    hosts = list(dict.fromkeys(outcome.host for outcome in outcomes if outcome.ours or outcome.state != "ok"))
    failures = _distinct([_failure(outcome) for outcome in outcomes if outcome.state != "ok"])
    nodes = [_node(host, [outcome for outcome in outcomes if outcome.host == host]) for host in hosts]
    # The controller has no engine and no raylet; what it read shows as applications and findings.
    of_cluster = [node for node in nodes if node["host"] != CONTROLLER]
    report = {
        "version": VERSION,
        "playbook": playbook,
        "finished": finished,
        "seconds": round(seconds, 1),
        "check_mode": check_mode,
        "successful": not failures,
        "changed": sum(len(node["changes"]) for node in nodes),
        "applications": _applications(outcomes),
        **deploys_of([outcome.result for outcome in outcomes if outcome.ours]),
        "plan": [str(line) for outcome in outcomes for line in outcome.result.get("plan") or []],
        "serve": serving(in_order),
        "nodes": [{**node, "address": (addresses or {}).get(node["host"], "")} for node in of_cluster],
        "controller_changes": [change for node in nodes if node["host"] == CONTROLLER for change in node["changes"]],
        "checks": checks(in_order, [node["host"] for node in of_cluster]),
        "times": list(times),
        "environments": [row for outcome in outcomes for row in _rows(outcome, "environments")],
        "let_through": _let_through(outcomes, check_mode),
        "parity": compared(outcomes),
        "findings": _findings(outcomes),
        "past": _past(outcomes),
        "unknown": [
            {"host": outcome.host, "question": str(row.get("question")), "why": str(row.get("why"))}
            for outcome in outcomes
            for row in _rows(outcome, "unknown")
        ],
        "sound": diagnosed(outcomes, ray=True),
        "without_ray": diagnosed(outcomes, ray=False),
        "failures": failures,
    }
    return {**report, "outcome": ended(report)}


def closing_lines(report: Document, path: str) -> list[str]:
    """What the terminal shows at the very end of a run whose report lies at *path*; empty when there is none."""
    lines = []
    for application in report["applications"]:
        url = application["url"]
        lines += [
            f"{application['name']}: {application['status']}{f' at {url}' if url else ''}",
            f"  answer: {shown_answer(application['answer'])}",
            f"  image:  {application['image']}",
        ]
    lines += status_lines(report)
    for environment in report["environments"]:
        lines += [*environment["table"], ""]
    lines += _parity_lines(report)
    # A module that fails because of its findings says them in its message; those of parity are told here for all hosts.
    said = " ".join(failure["message"] for failure in report["failures"] if not failure["parity"])
    for finding in joined_findings(report):
        if finding["evidence"] and finding["evidence"] in said:
            continue
        lines += _finding_lines(finding, fixable=report["playbook"] == "diagnose")
    lines += _unknown_lines(report)
    lines += _history_lines(report)
    if report["sound"]:
        lines.append(f"nothing wrong found on {', '.join(report['sound'])}")
    if report["without_ray"]:
        lines.append(f"no Ray on {', '.join(report['without_ray'])}: there is no raylet.service")
    lines += [f"{_ended(failure)} {failure['host']}: {failure['message']}" for failure in joined_failures(report)]
    lines += [*_plan_lines(report), *_drain_lines(report), *warning_lines(report), _changes_line(report)]
    return [*lines, f"report: {path}"] if path else lines


def _finding_lines(finding: t.Mapping[str, t.Any], *, fixable: bool) -> list[str]:
    """A finding as a sentence, and below it what was seen, what to do, and what follows from it.

    :param fixable: whether the playbook takes `-e fix`.
    """
    fault = BY_CODE.get(finding["code"]) if fixable else None
    on = f"{finding['hosts']}  " if finding["hosts"] != "localhost" else ""
    sentence = finding["sentence"] or f"{finding['where']}: {finding['evidence']}"
    below = {
        "seen": finding["evidence"] if finding["sentence"] else "",
        "to do": finding["remedy"],
        "or": f"-e fix={fault.code} has the module {fault.fixed_by} mend it" if fault and fault.fixed_by else "",
        "because of it": finding["because"],
    }
    head = f"{finding['severity']}  {on}{sentence}  [{finding['code']}]"
    return [head, *(short(f"  {name}: {text}") for name, text in below.items() if text)]


def _unknown_lines(report: Document) -> list[str]:
    """What could not be looked at: its absence among the findings says nothing."""
    hosts: dict[str, list[str]] = {}
    for unknown in report["unknown"]:
        hosts.setdefault(f"{unknown['question']}: {unknown['why']}", []).append(unknown["host"])
    return [short(f"not looked at on {', '.join(where)}: {said}") for said, where in hosts.items()]


def _history_lines(report: Document) -> list[str]:
    """What is over, when it was asked for."""
    return [
        short(f"over  {past['host']}  {past['time']}  {past['sentence']}: {past['evidence']}  [{past['code']}]")
        for past in report["past"]
        if past["shown"]
    ]


def warning_lines(report: Document) -> list[str]:
    """What the gate found wrong and let through because it was told to; nothing when it stands as it should."""
    hosts: dict[str, list[str]] = {}
    for passed in report["let_through"]:
        said = f"{passed['evidence']} [{passed['code']}]" if passed["code"] else passed["evidence"]
        hosts.setdefault(said, []).append(passed["host"])
    return [
        short(f"WARNING {', '.join(dict.fromkeys(where))}: LET THROUGH by ray_parity=warn: {said}")
        for said, where in hosts.items()
    ]


def _plan_lines(report: Document) -> list[str]:
    """What a deploy would do to each application, before it is done."""
    return [short(f"plan: {line}") for line in report["plan"]] if report["check_mode"] else []


def _drain_lines(report: Document) -> list[str]:
    """How the drains of raylets ended that had replicas."""
    lines = []
    for node in report["nodes"]:
        drain = node["facts"].get("raylet", {}).get("drain") or {}
        replicas = ", ".join(drain.get("replicas", ()))
        if drain.get("ended") == "moved":
            lines.append(
                short(f"{node['host']}: drained in {drain['seconds']:.0f} s, its replicas run elsewhere: {replicas}")
            )
        elif drain.get("ended") == "deadline":
            lines.append(short(f"WARNING {node['host']}: not all replicas ran elsewhere before it stopped: {replicas}"))
    return lines


def shown_answer(answer: t.Any) -> str:
    """An application's answer on one line, shortened; a dash when it was not asked."""
    if answer is None or answer == "":
        return "-"
    text = answer if isinstance(answer, str) else json.dumps(answer, sort_keys=True, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= ANSWER_LENGTH else f"{text[: ANSWER_LENGTH - 1]}…"


def joined_findings(report: Document) -> list[dict[str, str]]:
    """The findings, each thing once: with the hosts that it was found on instead of a row for each of them."""
    joined: dict[tuple[str, ...], list[str]] = {}
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    for finding in report["findings"]:
        key = tuple(
            finding[name] for name in ("severity", "code", "sentence", "where", "evidence", "remedy", "because")
        )
        rows.setdefault(key, finding)
        if finding["host"] not in joined.setdefault(key, []):
            joined[key].append(finding["host"])
    return [{**finding, "hosts": ", ".join(joined[key])} for key, finding in rows.items()]


def _parity_lines(report: Document) -> list[str]:
    """The one table of nodes and images, when an error is in it."""
    parity = report["parity"]
    return ["", *parity["table"], ""] if parity["errors"] else []


def joined_failures(report: Document) -> list[dict[str, t.Any]]:
    """What failed where, with hosts that say the same as one. Of images that do not fit the table and the findings say why."""
    unfit = [failure for failure in report["failures"] if failure["parity"]]
    joined = []
    if unfit:
        codes = ", ".join(dict.fromkeys(code for failure in unfit for code in failure["parity"]))
        said = f"nodes and images do not fit, so no raylet is started and nothing is deployed [{codes}]"
        joined.append({**unfit[0], "host": ", ".join(failure["host"] for failure in unfit), "message": said})
    alike: dict[tuple[str, str], dict[str, t.Any]] = {}
    for failure in report["failures"]:
        if not failure["parity"]:
            known = alike.setdefault((failure["state"], failure["message"]), {**failure, "host": ""})
            known["host"] = ", ".join(filter(None, (known["host"], failure["host"])))
    return [*joined, *alike.values()]


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


def _name(outcome: Outcome) -> list[str | int]:
    """The host's name as it is sorted: worker2 stands before worker10."""
    return [int(part) if place % 2 else part for place, part in enumerate(re.split(r"([0-9]+)", outcome.host))]


def _distinct(failures: t.Sequence[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """The failures without those that only repeat one: a run ends with a failure after it has looked for its cause."""
    first: dict[tuple[str, str], dict[str, t.Any]] = {}
    for failure in failures:
        first.setdefault((failure["host"], failure["message"]), failure)
    return list(first.values())


def _failure(outcome: Outcome) -> dict[str, t.Any]:
    return {
        "host": outcome.host,
        "task": outcome.task,
        "state": outcome.state,
        "message": str(outcome.result.get("msg") or "no reason was given").strip(),
        "code": outcome.result.get("code") or "",
        "remedy": outcome.result.get("remedy") or "",
        "parity": refused_for(outcome),
    }


def _node(host: str, outcomes: t.Sequence[Outcome]) -> dict[str, t.Any]:
    facts: dict[str, t.Any] = {}
    for outcome in outcomes:
        if outcome.ours:
            facts.update({key: outcome.result[key] for key in NODE_FACTS if outcome.result.get(key)})
    reached = all(outcome.state != "unreachable" for outcome in outcomes)
    well = all(outcome.state == "ok" for outcome in outcomes)
    made = [change for outcome in outcomes for change in changes(outcome)]
    return {"host": host, "reached": reached, "successful": well, "changes": made, "facts": facts}


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
    return [_application(name, application, images.get(name, {})) for name, application in deployed.items()]


def _application(name: str, running: t.Mapping[str, t.Any], named: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """One application; its images are those that Serve runs, which after a roll-back are not the Serve config's.

    :param named: its image in the Serve config.
    """
    pinned = str(named.get("pinned") or "")
    images = list(dict.fromkeys(map(str, running.get("images") or (pinned,))))
    return {
        "name": name,
        "status": running.get("status") or "",
        "url": running.get("url") or "",
        "answer": running.get("answer"),
        "image": ", ".join(images) or "-",
        "reference": str(named.get("reference") or "") if pinned in images else "",
    }


def _findings(outcomes: t.Sequence[Outcome]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for outcome in outcomes:
        parity = outcome.result.get("parity")
        differences = parity.get("differences", []) if outcome.ours and isinstance(parity, dict) else []
        for row in (*_rows(outcome, "findings"), *(_as_finding(row) for row in differences)):
            found.append(_finding_row(outcome.host, row))
    return found


def _past(outcomes: t.Sequence[Outcome]) -> list[dict[str, t.Any]]:
    """What logs tell and is over."""
    return [
        {
            **_finding_row(outcome.host, row),
            "time": str(row.get("time") or ""),
            "shown": bool(outcome.result.get("history")),
        }
        for outcome in outcomes
        for row in _rows(outcome, "past")
    ]


def _finding_row(host: str, row: t.Mapping[str, t.Any]) -> dict[str, str]:
    told = {key: str(row.get(key) or "") for key in FINDING_KEYS}
    return {"host": host, **told, "because": ", ".join(map(str, row.get("because") or ()))}


def _let_through(outcomes: t.Sequence[Outcome], check_mode: bool) -> list[dict[str, str]]:
    """What would have stopped the run, had the gate not been told to warn only."""
    passed = []
    for outcome in outcomes:
        parity = outcome.result.get("parity") if outcome.ours and outcome.state == "ok" else None
        if not isinstance(parity, dict) or parity.get("policy") != "warn":
            continue
        for row in map(_as_finding, parity.get("differences") or ()):
            if row.get("severity") == "error":
                evidence = f"{row.get('where')}: {row.get('evidence')}"
                passed.append({"host": outcome.host, "code": str(row.get("code") or ""), "evidence": evidence})
        passed += [
            {"host": outcome.host, "code": "", "evidence": str(sentence)}
            # Before a first run there is nothing to compare yet.
            for sentence in (() if check_mode else parity.get("not_compared") or ())
        ]
    return passed


FINDING_KEYS = ("code", "severity", "title", "sentence", "where", "evidence", "cause", "remedy")


def _as_finding(difference: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """A difference in the words of a finding."""
    return {**difference, "title": difference.get("what"), "where": difference.get("subject")}


def _rows(outcome: Outcome, key: str) -> list[t.Mapping[str, t.Any]]:
    rows = outcome.result.get(key) if outcome.ours else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
