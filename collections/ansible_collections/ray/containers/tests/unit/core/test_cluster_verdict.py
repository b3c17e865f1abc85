# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The diagnoses of all nodes, taken together."""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.cluster import taken_together
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import CurrentFault, Look
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.verdict import NodeReport, judged
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import HEAD, SERVE, UNIT
from ansible_collections.ray.containers.plugins.module_utils._core.faults.table import BY_CODE

IMAGE = f"registry.example.com/numerals@sha256:{'a' * 64}"


def told(host: str, *held: tuple[str, str, str, str], **more: t.Any) -> dict[str, t.Any]:
    """What one node tells of itself: for each fault its question, code, sentence and brief."""
    looks = tuple(
        Look(question, (CurrentFault(BY_CODE[code], says, brief=brief),)) for question, code, says, brief in held
    )
    verdict = judged([NodeReport(host, looks, is_head=bool(more.get("head")))])
    return {"findings": [finding.as_result() for finding in verdict.findings], "past": [], "ray": True, **more}


STOPPED = (UNIT, "RC-413", "The raylet was stopped", "raylet.service is inactive")
ALONE = (HEAD, "RC-560", "The head is not reached", "it does not reach the head")
RESTARTS = (UNIT, "RC-413", "The raylet ends again and again", "raylet.service restarts")


def test_what_the_heads_fault_does_to_other_nodes_is_told_there() -> None:
    findings, _past = taken_together({"head": told("h", STOPPED, head=True), "worker1": told("w", ALONE, RESTARTS)})
    assert findings["worker1"] == []
    (finding,) = findings["head"]
    assert finding["code"] == "RC-413"
    assert finding["because"] == ["worker1: it does not reach the head"]


def test_a_worker_that_alone_does_not_reach_the_head_has_a_finding_of_its_own() -> None:
    findings, _past = taken_together({"head": told("h", head=True), "worker1": told("w", ALONE, RESTARTS)})
    (finding,) = findings["worker1"]
    assert (finding["code"], finding["host"], finding["because"]) == ("RC-560", "worker1", ["raylet.service restarts"])


def test_what_a_worker_does_to_the_applications_is_told_there() -> None:
    ill = (SERVE, "RC-484", "The application sizes is DEPLOYING", "sizes has no replica")
    findings, _past = taken_together({"head": told("h", ill, head=True), "worker1": told("w", STOPPED)})
    assert findings["head"] == []
    assert findings["worker1"][0]["because"] == ["sizes has no replica"]


def test_a_line_about_replicas_is_over_when_the_heads_serve_is_well() -> None:
    line = {"code": "RC-405", "time": "2026-11-23T06:52:18", "severity": "error", "sentence": "Containers die"}
    worker = {"findings": [line], "past": [], "ray": True}
    findings, past = taken_together({"head": told("h", head=True, looks={SERVE: "well"}), "worker1": worker})
    assert (findings["worker1"], [row["code"] for row in past["worker1"]]) == ([], ["RC-405"])
    findings, past = taken_together({"head": told("h", head=True, looks={SERVE: "wrong"}), "worker1": worker})
    assert ([row["code"] for row in findings["worker1"]], past["worker1"]) == (["RC-405"], [])


def test_an_image_that_a_worker_lacks_is_found_by_what_the_head_knows() -> None:
    head = told("h", head=True, images=[IMAGE], stored=[IMAGE])
    for stored, codes in (([IMAGE], []), ([], ["RC-580"]), (None, [])):
        findings, _past = taken_together({"head": head, "worker1": told("w", stored=stored, user="ray")})
        assert [row["code"] for row in findings["worker1"]] == codes
    assert findings["head"] == []


def test_a_finding_of_another_table_stays_as_it_is() -> None:
    row = {"code": "RC-302", "title": "Versions differ", "severity": "error", "where": "image x", "evidence": "2.59.0"}
    findings, _past = taken_together({"worker1": {"findings": [row], "past": []}})
    (finding,) = findings["worker1"]
    assert {name: finding[name] for name in row} == row
    assert finding["sentence"] == ""
