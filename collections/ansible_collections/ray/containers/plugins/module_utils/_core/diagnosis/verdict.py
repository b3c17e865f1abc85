# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what nodes tell to what is wrong: now and not then, the cause before its consequences.

A node judges itself with it, and the controller all nodes together.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import Look
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import Sighting
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import CONTAINERS, RAYLET, SERVE
from ansible_collections.ray.containers.plugins.module_utils._core.faults.table import BY_CODE

__all__ = ["Finding", "NodeReport", "Verdict", "judged", "reached", "roots"]

ERROR = "error"

#: How the journal of a service is called as the place of a line (`_host.ray.logs.journal`).
JOURNAL = "journal of "

#: Of one fault on one node this many log lines are told; more of the same help nobody.
SHOWN_OF_ONE_CODE = 4


@dataclass(frozen=True)
class Finding:
    """Something wrong on one host.

    :param causes: the codes of what follows from it there.
    :param of_head: whether its host is the head: what follows from it may show on other hosts.
    :param sentence: what is wrong, as an operator reads it; *brief* the same as the consequence of something else.
    :param of_serve: whether it is about the cluster's applications, wherever their replicas run.
    :param because: its consequences, in brief.
    :param time: when a log told it; empty for what a look has just found.
    """

    entry: Entry
    host: str
    sentence: str
    evidence: str = ""
    remedy: str = ""
    brief: str = ""
    subject: str = ""
    where: str = ""
    time: str = ""
    causes: tuple[str, ...] = ()
    of_head: bool = False
    of_serve: bool = False
    generic: bool = False
    because: tuple[str, ...] = ()
    severity: str = ""

    def as_result(self) -> dict[str, t.Any]:
        """As a module returns it."""
        return {
            "code": self.entry.code,
            "title": self.entry.title,
            "severity": self.severity or self.entry.severity,
            "host": self.host,
            "sentence": self.sentence,
            "brief": self.brief,
            "where": self.where or self.subject,
            "evidence": self.evidence,
            "cause": self.entry.cause,
            "remedy": self.remedy or self.entry.remedy,
            "because": list(self.because),
            "time": self.time,
        }


@dataclass(frozen=True)
class NodeReport:
    """What one node told.

    :param sightings: faults that its logs tell, the newest first.
    :param since: what is older is over, in the form of `Sighting.time`.
    :param succeeded: when the newest application container that runs was started; empty for none.
    :param compared: what the controller found where it compared this node with its images, with the head, and with itself.
    """

    host: str
    looks: tuple[Look, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    since: str = ""
    succeeded: str = ""
    is_head: bool = False
    compared: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What is wrong now, what was, and what could not be looked at."""

    findings: tuple[Finding, ...] = ()
    history: tuple[Finding, ...] = ()
    unknown: tuple[tuple[str, str, str], ...] = field(default_factory=tuple)


def judged(nodes: t.Sequence[NodeReport]) -> Verdict:
    """What the nodes of one cluster, or one of them alone, tell."""
    serve = next((look for node in nodes for look in node.looks if look.question == SERVE and look.answered), None)
    held = [finding for node in nodes for finding in (*node.compared, *_current(node))]
    seen: list[Finding] = []
    history: list[Finding] = []
    for node in nodes:
        told = {finding.entry.code for finding in held if finding.host == node.host or finding.of_serve}
        for sighting in _distinct(node.sightings):
            holds = sighting.fault.code not in told and _holds(sighting, node, serve)
            (seen if holds else history).append(_finding(sighting, node))
    unknown = [(node.host, look.question, look.unanswered) for node in nodes for look in node.looks if look.unanswered]
    return Verdict(roots([*held, *seen], nodes), tuple(history), tuple(unknown))


def _current(node: NodeReport) -> t.Iterator[Finding]:
    # A program's words tell the same fault as the look that knows its file and its owner, and what to do about just that.
    precise = {held.fault.code for look in node.looks for held in look.held if held.remedy}
    for look in node.looks:
        for held in look.held:
            if not held.remedy and held.fault.code in precise:
                continue
            yield Finding(
                held.fault.entry,
                node.host,
                held.sentence,
                held.evidence,
                held.remedy,
                held.brief or _lowered(held.sentence),
                held.subject,
                causes=held.fault.causes,
                of_head=node.is_head,
                of_serve=look.question == SERVE,
                generic=held.fault.generic,
            )


def _finding(sighting: Sighting, node: NodeReport) -> Finding:
    fault = sighting.fault
    return Finding(
        fault.entry,
        node.host,
        fault.entry.title,
        sighting.evidence,
        brief=_lowered(fault.entry.title),
        where=sighting.where,
        time=sighting.time,
        causes=fault.causes,
        of_head=node.is_head,
        of_serve=fault.question == SERVE,
        generic=fault.generic,
    )


def _distinct(sightings: t.Sequence[Sighting]) -> t.Iterator[Sighting]:
    """Each once, and of one fault not too many."""
    same: set[tuple[str, str]] = set()
    counts: dict[str, int] = {}
    for sighting in sightings:
        code = sighting.fault.code
        if sighting.same not in same and counts.get(code, 0) < SHOWN_OF_ONE_CODE:
            counts[code] = counts.get(code, 0) + 1
            same.add(sighting.same)
            yield sighting


def _holds(sighting: Sighting, node: NodeReport, serve: Look | None) -> bool:
    """Whether what a line told still holds: by the look that proves it, or since nothing of its kind has succeeded."""
    fault = sighting.fault
    looks = {look.question: look for look in node.looks if look.answered}
    if serve:
        looks[SERVE] = serve
    if fault.question in looks:
        # Had it held, the look would have said so itself.
        return False
    answers = looks.get(RAYLET)
    if sighting.where.startswith(JOURNAL) and answers and not answers.held:
        # What the service said while it was started: it has been, since.
        return False
    proof = looks.get(fault.cleared_by)
    if proof is not None and not proof.held:
        return False
    if fault.cleared_by in (CONTAINERS, SERVE) and proof is None and sighting.time <= node.succeeded:
        return False
    return sighting.time >= node.since


def roots(findings: t.Sequence[Finding], nodes: t.Sequence[NodeReport]) -> tuple[Finding, ...]:
    """Those that nothing else causes, each with its consequences; the worst first, and of them those of the head."""
    ahead_of = [reached(finding) for finding in findings]
    follows: dict[int, list[int]] = {
        cause: [
            other
            for other in range(len(findings))
            if other != cause and _is_consequence(findings[other], findings[cause], ahead_of[cause])
        ]
        for cause in range(len(findings))
    }
    caused = {other for others in follows.values() for other in others}
    places = {node.host: place for place, node in enumerate(sorted(nodes, key=lambda node: not node.is_head))}
    told = []
    for index, finding in enumerate(findings):
        if index in caused:
            continue
        because = tuple(
            dict.fromkeys((*finding.because, *(_brief(findings[other], finding) for other in follows[index])))
        )
        worst = ERROR if any(_severity(findings[other]) == ERROR for other in follows[index]) else ""
        told.append(replace(finding, because=because, severity=worst or _severity(finding)))
    return tuple(
        sorted(told, key=lambda each: (each.severity != ERROR, each.generic, bool(each.time), places.get(each.host, 0)))
    )


def _severity(finding: Finding) -> str:
    return finding.severity or finding.entry.severity


def reached(finding: Finding) -> tuple[frozenset[str], frozenset[str]]:
    """The codes of all that follows from a finding: on its own host, and on others."""
    fault = BY_CODE.get(finding.entry.code)
    here = set(finding.causes)
    others = set(fault.elsewhere) if fault and finding.of_head else set()
    for codes in (here, others):
        ahead = list(codes)
        while ahead:
            fault = BY_CODE.get(ahead.pop())
            if fault is None:
                continue
            if codes is here and finding.of_head:
                others |= set(fault.elsewhere)
            new = set(fault.causes) - codes
            codes |= new
            ahead += new
    return frozenset(here), frozenset(others)


def _is_consequence(other: Finding, cause: Finding, follows: tuple[frozenset[str], frozenset[str]]) -> bool:
    here, others = follows
    if other.entry.code in here and (other.host == cause.host or other.of_serve):
        return True
    return other.host != cause.host and other.entry.code in others


def _brief(consequence: Finding, cause: Finding) -> str:
    away = consequence.host != cause.host and not consequence.of_serve
    return f"{consequence.host}: {consequence.brief}" if away else consequence.brief


def _lowered(sentence: str) -> str:
    word = sentence.split(" ")[0]
    return (
        sentence
        if not word[1:].islower() or word.startswith(("Podman", "Ray", "Serve"))
        else (sentence[:1].lower() + sentence[1:])
    )
