# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run: what it takes from results, what it says, and that nothing breaks out of the page."""

from __future__ import annotations

import json
import typing as t
from dataclasses import asdict

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import ImageFacts, NodeFacts
from ansible_collections.ray.containers.plugins.plugin_utils._parity.verdict import ParityRequest, verdict
from ansible_collections.ray.containers.plugins.plugin_utils._report.outcome import Outcome
from ansible_collections.ray.containers.plugins.plugin_utils._report.page import page
from ansible_collections.ray.containers.plugins.plugin_utils._report.site import closing_lines, document

PINNED = "registry.example.com/whisper@sha256:0a"


def ours(host: str, task: str, state: str = "ok", **result: t.Any) -> Outcome:
    return Outcome(host, task, state, True, result)


def report(*outcomes: Outcome, check_mode: bool = False) -> dict[str, t.Any]:
    return document(outcomes, finished="2026-11-23T07:00:00+00:00", seconds=12.34, check_mode=check_mode)


GOOD = (
    ours("localhost", "Read", images=[{"application": "whisper", "reference": "x/whisper:1", "pinned": PINNED}]),
    ours(
        "head",
        "Podman",
        changed=True,
        steps=["Install podman 4.3.1", "Write containers.conf"],
        podman={"version": "4.3.1"},
    ),
    ours("worker1", "Podman", changed=False, steps=["Prove it"], podman={"version": "4.3.1"}),
    ours(
        "head",
        "Deploy",
        changed=True,
        applications=[
            {
                "name": "whisper",
                "status": "RUNNING",
                "url": "http://10.0.0.1:8000/whisper",
                "answer": {"language": "en"},
            }
        ],
    ),
)


def test_applications_carry_the_pinned_image_of_the_serve_config() -> None:
    assert report(*GOOD)["applications"] == [
        {
            "name": "whisper",
            "status": "RUNNING",
            "url": "http://10.0.0.1:8000/whisper",
            "answer": {"language": "en"},
            "image": PINNED,
            "reference": "x/whisper:1",
        }
    ]


def test_changes_are_the_steps_of_tasks_that_changed_something() -> None:
    made = report(*GOOD)
    assert made["changed"] == 3
    assert [node["host"] for node in made["nodes"]] == ["head", "worker1"]
    # A module that lists no steps still shows by its task; a proof is no change.
    assert [change["step"] for change in made["nodes"][0]["changes"]] == [
        "Install podman 4.3.1",
        "Write containers.conf",
        "Deploy",
    ]
    assert made["nodes"][1]["changes"] == []


def test_the_end_tells_how_drains_ended() -> None:
    def drained(host: str, ended: str, **drain: t.Any) -> Outcome:
        return ours(host, "Restart", raylet={"drain": {"ended": ended, "seconds": 32.6, **drain}})

    made = report(
        drained("worker1", "moved", replicas=["sizes:Sizes", "sizes:Model"]),
        drained("worker2", "deadline", replicas=["sizes:Sizes"]),
        drained("worker3", "nothing", replicas=[]),
        ours("head", "Start", raylet={"drain": {}}),
    )
    told = [line for line in closing_lines(made, "r.html") if "drain" in line or "replica" in line]
    assert told == [
        "worker1: drained in 33 s, its replicas run elsewhere: sizes:Sizes, sizes:Model",
        "WARNING worker2: not all replicas ran elsewhere before it stopped: sizes:Sizes",
    ]


def test_only_known_facts_are_taken_from_a_result() -> None:
    made = report(
        ours("head", "Raylet", raylet={"unit": "raylet.service"}, actions=["x"], invocation={"token": "hush"})
    )
    assert made["nodes"][0]["facts"] == {"raylet": {"unit": "raylet.service"}}
    assert "hush" not in json.dumps(made)


def test_a_host_that_was_not_reached_is_in_the_report_and_in_the_last_lines() -> None:
    lost = Outcome("worker2", "Install Podman", "unreachable", True, {"msg": "ssh: connect to host: No route to host"})
    made = report(*GOOD, lost)
    assert made["successful"] is False
    assert [node["reached"] for node in made["nodes"]] == [True, True, False]
    assert "NOT REACHED worker2: ssh: connect to host: No route to host" in closing_lines(made, "r.html")


def test_hosts_that_fail_alike_are_told_in_one_line_and_a_host_that_repeats_itself_once() -> None:
    hosts = ("head", "worker1", "head")
    made = report(*(Outcome(host, "t", "failed", True, {"msg": "There is no such code."}) for host in hosts))
    assert len(made["failures"]) == 2
    assert [line for line in closing_lines(made, "r.html") if line.startswith("FAILED")] == [
        "FAILED head, worker1: There is no such code."
    ]


def test_a_failure_of_a_foreign_task_counts_too() -> None:
    made = report(*GOOD, Outcome("head", "ping", "failed", False, {"msg": "boom", "podman": {"version": "9"}}))
    assert made["failures"] == [
        {"host": "head", "task": "ping", "state": "failed", "message": "boom", "code": "", "remedy": "", "parity": []}
    ]
    assert made["nodes"][0]["facts"] == {"podman": {"version": "4.3.1"}}


def differing(policy: str = "enforce", host: str = "worker1") -> dict[str, t.Any]:
    """The result `parity` of a node one of whose images has another user id."""
    node = NodeFacts("2.60.0", "b7", "3.11.2", "amd64", 1000)
    image = ImageFacts("amd64", "2.60.0", "b7", "3.11.2", 1001, "/w.py", is_ray_user=False)
    asked = ParityRequest(host, "ray", "/opt/ray/x", ("x/whisper:1",), policy="report")
    told = verdict(asked, {"node": asdict(node), "images": {"x/whisper:1": asdict(image)}})
    return {**told["parity"], "policy": policy}


def test_differences_between_node_and_image_are_findings() -> None:
    made = report(ours("worker1", "Parity", parity=differing()))
    (finding,) = made["findings"]
    assert (finding["host"], finding["code"], finding["severity"]) == ("worker1", "RC-304", "error")
    assert (finding["where"], finding["evidence"]) == ("x/whisper:1", "it has user id 1001, the node 1000")
    assert finding["cause"] and finding["remedy"]


def test_what_several_nodes_find_is_told_once_with_one_table() -> None:
    failed = [
        ours(host, "Parity", "failed", msg=f"{host}: it has user id 1001, the node 1000", parity=differing(host=host))
        for host in ("head", "worker1")
    ]
    made = report(*failed)
    assert [failure["message"] for failure in made["failures"]] == [
        f"{host}: it has user id 1001, the node 1000" for host in ("head", "worker1")
    ]
    lines = closing_lines(made, "r")
    assert [line.split("  ")[0] for line in lines[:4]] == ["", "", "nodes head, worker1", "x/whisper:1"]
    assert lines[5:8] == [
        "error  head, worker1  x/whisper:1: it has user id 1001, the node 1000  [RC-304]",
        "  to do: Build x/whisper:1 with USER 1000 or without USER, or install Podman 4.3 or newer on the node",
        "FAILED head, worker1: nodes and images do not fit, so no raylet is started and nothing is deployed [RC-304]",
    ]
    html = page(made)
    assert html.count("it has user id 1001") == 1 and "head, worker1" in html and "!= 1001" in html


def test_what_warn_lets_through_is_recorded_and_said() -> None:
    made = report(ours("head", "Parity", parity=differing("warn", "head")))
    assert made["successful"] is True
    assert [(passed["host"], passed["code"]) for passed in made["let_through"]] == [("head", "RC-304")]
    assert "!= 1001" in "\n".join(made["parity"]["table"])
    assert any("LET THROUGH by ray_parity=warn" in line for line in closing_lines(made, "r"))


def test_a_comparison_without_errors_needs_no_lines() -> None:
    fits = {**differing(), "differences": []}
    assert closing_lines(report(ours("head", "Parity", parity=fits)), "r") == ["0 changed in 12 s", "report: r"]


def test_a_finding_is_not_said_again_when_the_failure_says_it() -> None:
    finding = {
        "code": "RC-100",
        "severity": "error",
        "where": "serve.yaml",
        "evidence": "no such file",
        "remedy": "Name it",
    }
    other = {"code": "RC-102", "severity": "warning", "where": "serve.yaml", "evidence": "odd", "remedy": "Look"}
    made = report(ours("localhost", "Read", "failed", msg="It fails: no such file. Name it", findings=[finding, other]))
    assert len(made["findings"]) == 2
    assert closing_lines(made, "r")[:3] == [
        "warning  serve.yaml: odd  [RC-102]",
        "  to do: Look",
        "FAILED localhost: It fails: no such file. Name it",
    ]


def test_the_last_lines_of_a_good_run() -> None:
    assert closing_lines(report(*GOOD), "build/report/report.html") == [
        "whisper: RUNNING at http://10.0.0.1:8000/whisper",
        '  answer: {"language": "en"}',
        f"  image:  {PINNED}",
        "3 changed (head 3) in 12 s",
        "report: build/report/report.html",
    ]


def test_check_mode_says_that_nothing_was_changed() -> None:
    made = report(*GOOD, check_mode=True)
    assert "3 to change (head 3) in 12 s" in closing_lines(made, "r")
    assert "nothing was changed" in page(made)


def test_a_long_answer_is_shortened_on_the_terminal_only() -> None:
    made = report(
        ours("head", "Deploy", applications=[{"name": "a", "status": "RUNNING", "url": "", "answer": "x\ny" * 500}])
    )
    assert closing_lines(made, "r")[0] == "a: RUNNING"
    assert len(closing_lines(made, "r")[1]) < 200
    assert made["applications"][0]["answer"] == "x\ny" * 500


def test_nothing_breaks_out_of_the_page() -> None:
    evil = "<script>alert('x')</script>"
    made = report(
        ours(evil, evil, "failed", msg=evil, changed=True, steps=[evil], podman={"version": evil}),
        ours("head", "d", applications=[{"name": evil, "status": evil, "url": f'javascript:"{evil}', "answer": evil}]),
        ours("head", "f", findings=[dict.fromkeys(("code", "severity", "where", "evidence", "remedy"), evil)]),
    )
    html = page(made)
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert html.count("&lt;script&gt;") >= 8


def test_a_diagnosis_that_finds_nothing_says_so() -> None:
    finding = {"code": "RC-404", "where": "here", "evidence": "seen"}
    outcomes = [
        Outcome("head", "Find what is wrong", "ok", True, {"findings": [], "past": [finding]}),
        Outcome("worker1", "Find what is wrong", "ok", True, {"findings": [finding], "past": []}),
        Outcome("worker2", "Read the file", "ok", True, {"findings": []}),
    ]
    made = document(outcomes, finished="now", seconds=1.0, check_mode=False)
    assert made["sound"] == ["head"]
    assert "nothing wrong found on head" in closing_lines(made, "r")


def test_hosts_are_told_in_the_order_of_their_names_and_not_of_their_answers() -> None:
    hosts = ["worker10", "head", "worker2"]
    made = report(*(ours(host, "Find", findings=[], past=[]) for host in hosts))
    assert "nothing wrong found on head, worker2, worker10" in closing_lines(made, "r")
    assert [node["host"] for node in made["nodes"]] == sorted(hosts, key=len)


HOME: dict[str, t.Any] = {
    "code": "RC-501",
    "severity": "error",
    "sentence": "The Ray user's home /home/ray belongs to root, so podman cannot read its store",
    "evidence": "/home/ray: owner root, mode 0755",
    "remedy": "chown ray: /home/ray",
    "because": ["raylet.service restarts", "numerals has no replica"],
}


def test_a_finding_reads_like_a_sentence_with_its_consequences_in_one_line() -> None:
    lines = closing_lines(
        report(*(ours(host, "Find", findings=[HOME], past=[]) for host in ("worker2", "worker1"))), ""
    )
    assert lines[:4] == [
        "error  worker1, worker2  The Ray user's home /home/ray belongs to root, so podman cannot read its store  [RC-501]",
        "  seen: /home/ray: owner root, mode 0755",
        "  to do: chown ray: /home/ray",
        "  because of it: raylet.service restarts, numerals has no replica",
    ]


@pytest.mark.parametrize("history", [False, True])
def test_what_is_over_is_told_when_it_is_asked_for(history: bool) -> None:
    past = {**HOME, "time": "2026-11-23T06:52:18"}
    made = report(ours("head", "Find", findings=[], past=[past], history=history))
    told = [
        line for line in closing_lines(made, "") if line.startswith("over  head  2026-11-23T06:52:18  The Ray user's")
    ]
    assert len(told) == history
    assert made["past"][0]["code"] == "RC-501"
    assert "nothing wrong found on head" in closing_lines(made, "")


def test_what_could_not_be_looked_at_is_told() -> None:
    unknown = [{"question": "disks", "why": "no answer within 3 s"}]
    made = report(*(ours(host, "Find", findings=[], past=[], unknown=unknown) for host in ("head", "worker1")))
    assert "not looked at on head, worker1: disks: no answer within 3 s" in closing_lines(made, "")


def test_a_node_without_ray_is_not_called_sound() -> None:
    told: dict[str, t.Any] = {"findings": [], "past": []}
    made = report(ours("head", "Find", **told, ray=True), ours("worker1", "Find", **told, ray=False))
    lines = closing_lines(made, "r")
    assert "nothing wrong found on head" in lines
    assert "no Ray on worker1: there is no raylet.service" in lines


def test_after_a_roll_back_the_image_is_the_one_that_serves() -> None:
    running = [
        {"name": "whisper", "status": "RUNNING", "url": "u", "answer": "", "images": 2 * ["x/whisper@sha256:01"]}
    ]
    failed = ours("head", "Deploy", "failed", msg="It fails", rolled_back=True, applications=running)
    (application,) = report(GOOD[0], failed)["applications"]
    assert (application["image"], application["reference"]) == ("x/whisper@sha256:01", "")


def difference(severity: str) -> dict[str, str]:
    return {"code": "RC-301", "severity": severity, "subject": "x/w:1", "evidence": "Python: 3.11.2 and 3.11.9"}


def test_what_the_gate_lets_through_is_said_loud_and_recorded() -> None:
    parity = {
        "policy": "warn",
        "differences": [difference("error"), difference("warning")],
        "not_compared": ["no image yet"],
    }
    one_more = {**parity, "not_compared": []}
    made = report(*GOOD, ours("worker1", "Parity", parity=parity), ours("worker2", "Parity", parity=one_more))
    assert made["let_through"] == [
        {"host": "worker1", "code": "RC-301", "evidence": "x/w:1: Python: 3.11.2 and 3.11.9"},
        {"host": "worker1", "code": "", "evidence": "no image yet"},
        {"host": "worker2", "code": "RC-301", "evidence": "x/w:1: Python: 3.11.2 and 3.11.9"},
    ]
    lines = closing_lines(made, "r")
    assert lines[-4] == (
        "WARNING worker1, worker2: LET THROUGH by ray_parity=warn: x/w:1: Python: 3.11.2 and 3.11.9 [RC-301]"
    )
    assert lines[-3] == "WARNING worker1: LET THROUGH by ray_parity=warn: no image yet"
    assert "let through by ray_parity=warn" in page(made)
    assert "everything is in place" not in page(made).lower()


def test_a_gate_that_stands_lets_nothing_through() -> None:
    for policy in ("enforce", "report"):
        parity = {"policy": policy, "differences": [difference("error")], "not_compared": []}
        assert report(*GOOD, ours("worker1", "Parity", parity=parity))["let_through"] == []
    unknown = {"policy": "warn", "differences": [], "not_compared": ["no image yet"]}
    assert report(ours("worker1", "Parity", parity=unknown), check_mode=True)["let_through"] == []


def test_an_environment_is_shown_as_its_table_and_kept_as_data() -> None:
    variable = {
        "name": "A<B",
        "value": "1<2",
        "source": "image ENV",
        "overrides": [{"value": "0", "source": "Podman"}],
        "hosts": ["head"],
    }
    environment = {"application": "whisper", "variables": [variable], "table": ["application whisper in i", "  A  1"]}
    made = report(ours("localhost", "Explain", environments=[environment]))
    assert made["environments"] == [environment]
    assert closing_lines(made, "r")[:3] == ["application whisper in i", "  A  1", ""]
    assert "<code>A&lt;B</code><td><code>1&lt;2</code><td>image ENV on head<td><code>0</code> (Podman)" in page(made)
