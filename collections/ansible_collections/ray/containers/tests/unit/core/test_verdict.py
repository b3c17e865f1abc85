# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Now and not then, and the cause before its consequences."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import CurrentFault, Look
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import Sighting
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.verdict import NodeReport, judged
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import (
    ACCOUNT,
    CONFIGURATION,
    HEAD,
    PROGRAMS,
    SERVE,
    STORE,
    UNIT,
)
from ansible_collections.ray.containers.plugins.module_utils._core.faults.table import BY_CODE

THEN, NOW = "2026-11-23T06:00:00", "2026-11-23T07:00:00"


def held(code: str, sentence: str, brief: str = "", subject: str = "") -> CurrentFault:
    return CurrentFault(BY_CODE[code], sentence, brief=brief, subject=subject)


def sighting(code: str, time: str = NOW) -> Sighting:
    return Sighting(BY_CODE[code], f"a line of {code}", "raylet.err", time)


def codes(*nodes: NodeReport) -> list[str]:
    return [finding.entry.code for finding in judged(nodes).findings]


def test_what_a_log_tells_is_over_when_its_look_is_well() -> None:
    node = NodeReport("w", (Look(PROGRAMS),), (sighting("RC-440"),), THEN)
    verdict = judged([node])
    assert verdict.findings == ()
    assert [past.entry.code for past in verdict.history] == ["RC-440"]


def test_what_a_log_tells_holds_while_nobody_could_look() -> None:
    blind = NodeReport("w", (Look(PROGRAMS, unanswered="no answer within 3 s"),), (sighting("RC-440"),), THEN)
    assert codes(blind) == ["RC-440"]
    assert judged([blind]).unknown == (("w", PROGRAMS, "no answer within 3 s"),)
    assert codes(NodeReport("w", (), (sighting("RC-440", THEN),), NOW)) == []


def test_a_look_at_the_file_is_told_before_the_words_of_a_program() -> None:
    words = Look(CONFIGURATION, (held("RC-558", "Podman does not work: the store is somebody else's"),))
    file = Look(
        STORE, (CurrentFault(BY_CODE["RC-558"], "/store/libpod belongs to root", remedy="chown ray: /store/libpod"),)
    )
    (finding,) = judged([NodeReport("w", (words, file))]).findings
    assert (finding.sentence, finding.remedy) == ("/store/libpod belongs to root", "chown ray: /store/libpod")
    assert codes(NodeReport("w", (words, Look(STORE)))) == ["RC-558"]


def test_what_has_no_look_of_its_own_is_over_when_its_kind_succeeds() -> None:
    """RC-428: an image without python. That the applications run shows that it is over, on every node."""
    worker = NodeReport("w", (), (sighting("RC-428"),), THEN)
    assert codes(worker) == ["RC-428"]
    assert codes(worker, NodeReport("h", (Look(SERVE),), is_head=True)) == []
    ill = Look(SERVE, (held("RC-484", "The application a is DEPLOYING", "a has no replica", "a"),))
    assert codes(worker, NodeReport("h", (ill,), is_head=True)) == ["RC-428"]
    assert codes(NodeReport("w", (), (sighting("RC-428", THEN),), "2026", succeeded=NOW)) == []


def test_a_root_cause_is_one_finding_with_its_consequences() -> None:
    worker = NodeReport(
        "w",
        (
            Look(ACCOUNT, (held("RC-501", "The Ray user's home /home/ray belongs to root"),)),
            Look(UNIT, (held("RC-413", "The raylet does not run", "raylet.service restarts"),)),
        ),
        (sighting("RC-405"),),
        THEN,
    )
    serve = Look(
        SERVE, (held("RC-484", "The application numerals is DEPLOYING", "numerals has no replica", "numerals"),)
    )
    (finding,) = judged([worker, NodeReport("h", (serve,), is_head=True)]).findings
    assert (finding.host, finding.entry.code) == ("w", "RC-501")
    assert finding.because == (
        "raylet.service restarts",
        "numerals has no replica",
        "application containers die before their worker registers",
    )
    assert finding.as_result()["because"] == list(finding.because)


def test_a_head_that_is_down_is_why_workers_do_not_reach_it() -> None:
    head = NodeReport("h", (Look(UNIT, (held("RC-413", "The raylet was stopped"),)),), is_head=True)
    worker = NodeReport(
        "w",
        (
            Look(HEAD, (held("RC-560", "The head is not reached", "it does not reach the head"),)),
            Look(UNIT, (held("RC-413", "The raylet ends again and again", "raylet.service restarts"),)),
        ),
    )
    (finding,) = judged([head, worker]).findings
    assert (finding.host, finding.entry.code) == ("h", "RC-413")
    assert finding.because == ("w: it does not reach the head", "w: raylet.service restarts")
    # A worker that was stopped is no reason for another one.
    other = NodeReport("x", (Look(UNIT, (held("RC-413", "The raylet was stopped"),)),))
    assert [(each.host, each.entry.code) for each in judged([worker, other]).findings] == [
        ("w", "RC-560"),
        ("x", "RC-413"),
    ]


def test_two_independent_faults_are_two_findings() -> None:
    looks = (
        Look(ACCOUNT, (held("RC-501", "The home"),)),
        Look(SERVE, (held("RC-482", "The port 8000 of Serve's proxy is taken by nginx"),)),
    )
    assert codes(NodeReport("h", looks, is_head=True)) == ["RC-501", "RC-482"]


def test_errors_stand_before_warnings_and_a_warning_that_breaks_something_is_an_error() -> None:
    linger = Look("runtime directory", (held("RC-506", "ray does not linger"),))
    edited = Look(
        UNIT, (held("RC-523", "The service is not the site's"), held("RC-525", "It runs with other variables"))
    )
    findings = judged([NodeReport("w", (linger, edited))]).findings
    assert [(each.entry.code, each.as_result()["severity"]) for each in findings] == [
        ("RC-523", "error"),
        ("RC-506", "warning"),
    ]


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_no_fault_is_its_own_consequence_on_any_node(code: str) -> None:
    nodes = [NodeReport(name, (Look("x", (held(code, "it"),)),), is_head=name == "h") for name in ("h", "w")]
    assert {finding.entry.code for finding in judged(nodes).findings} == {code}


def test_a_verdict_of_nothing() -> None:
    empty: list[t.Any] = []
    assert judged(empty).findings == ()
