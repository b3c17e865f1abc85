# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one table of faults: every recorded text has one code, from whichever side it comes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.images import PULL_FAILED
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.node import PROOF_FAILED
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import Log, newest_first
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.faults import questions
from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import Fault
from ansible_collections.ray.containers.plugins.module_utils._core.faults.recognition import (
    fault_error,
    fault_of,
    recognised,
    roots,
)
from ansible_collections.ray.containers.plugins.module_utils._core.faults.table import BY_CODE, FAULTS, RETIRED
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.failure import cause_of
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.serve import deploy_failure
from ansible_collections.ray.containers.tests.unit.core.fault_words import images, namespaces, podman, ray, store

DATA = Path(__file__).parents[1] / "data"

#: What Podman 4.3.1 wrote to its standard error when an image could not be pulled, retries and all.
PULLS = json.loads((DATA / "podman-4.3.1" / "pull-errors.json").read_text(encoding="utf-8"))
CODES = {
    "manifest unknown": "RC-420",
    "connection refused": "RC-424",
    "no route": "RC-424",
    "unknown authority": "RC-373",
    "unauthorized": "RC-421",
    "name does not resolve": "RC-375",
    "short name": "RC-423",
    "plain http": "RC-422",
    "no policy": "RC-380",
}

WORDS = [
    *podman.WORDS,
    *namespaces.WORDS,
    *store.WORDS,
    *images.WORDS,
    *ray.WORDS,
    *((CODES[name], "Podman 4.3.1", text) for name, text in PULLS.items()),
]
PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
WORKER = RayletSpec("worker", "ray", "/opt/ray/2.60.0", "2.60.0", "192.0.2.1")
LATER = "2026-11-23T07:00:00"
MODULES = {path.stem for path in (PLUGINS / "modules").glob("*.py")}


def from_pull(text: str) -> str:
    return fault_error(text, "The image a cannot be pulled", PULL_FAILED).code


def from_proof(text: str) -> str:
    return fault_error(text, "ray cannot run a container", PROOF_FAILED).code


def from_deploy(text: str) -> str:
    return deploy_failure.refused(OperatorError("Ray refuses the Serve config", why=text)).code


def from_diagnosis(text: str) -> str:
    told = newest_first([Log("raylet.err", tuple(text.splitlines()), LATER)])
    (root,) = {fault.code for fault in roots([sighting.fault for sighting in told])}
    return root


ENTRANCES = (from_pull, from_proof, from_deploy, from_diagnosis)


@pytest.mark.parametrize("code", sorted({code for code, _who, _text in WORDS}))
def test_a_text_has_one_code_from_every_entrance(code: str) -> None:
    texts = [text for of, _who, text in WORDS if of == code]
    told = {(text, entrance.__name__): entrance(text) for text in texts for entrance in ENTRANCES}
    assert told == dict.fromkeys(told, code)


def test_what_stops_a_raylet_has_that_code_when_one_does_not_come_up() -> None:
    stopping = [(code, text) for code, _who, text in WORDS if "RC-413" in BY_CODE[code].causes]
    assert len(stopping) > 40
    causes = [(code, cause_of(WORKER, f"Starting\n{text}\nRay runtime started.")) for code, text in stopping]
    assert [(code, cause and cause.code) for code, cause in causes] == [(code, code) for code, _text in stopping]
    assert all(cause and cause.why and cause.remedy for _code, cause in causes)


def test_what_does_not_stop_a_raylet_is_not_its_cause() -> None:
    assert cause_of(WORKER, "Error: cannot re-exec process\nError: keep-id is only supported in rootless mode") is None


HARMLESS = [
    "2026-11-23 06:51:03,014 INFO image_uri.py:40 -- Pulling image 10.0.0.9:5000/alpha:1",
    "[2026-11-23 06:52:18,981 I 28915 28915] (raylet) worker_pool.cc:500: Starting worker process with pid 30577",
    "2026-11-23 06:53:53,613 INFO runtime_env_agent.py:446 -- Runtime env {} removed from env-level cache.",
    "[conmon:d]: failed to write to /proc/self/oom_score_adj: Permission denied",
    "Local node IP: 192.0.2.1",
    "Ray runtime started.",
    "",
]


@pytest.mark.parametrize("line", HARMLESS)
def test_a_harmless_line_tells_none(line: str) -> None:
    assert recognised(line) is None
    assert fault_of(line) is None


def test_what_is_in_no_row_has_the_code_of_what_failed() -> None:
    assert from_pull("Error: something that nobody has seen") == "RC-382"
    assert from_proof("") == "RC-369"


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.words], ids=lambda fault: fault.code)
def test_every_pattern_is_there_for_a_recorded_text(fault: Fault) -> None:
    texts = [text for code, _who, text in WORDS if code == fault.code]
    unheard = [each for each in fault.patterns if not any(re.search(each, text, re.MULTILINE) for text in texts)]
    assert unheard == []
    assert all(words.tool for words in fault.words)


def test_a_fault_says_how_it_is_proven_and_what_follows() -> None:
    for fault in FAULTS:
        assert fault.words or fault.question, fault.code
        assert {fault.question, fault.cleared_by} <= {"", *questions.KNOWN}, fault.code
        assert set(fault.causes) <= set(BY_CODE), fault.code
        assert fault.code not in fault.causes
        cause = fault.entry.cause
        assert (cause[0].isupper() or cause[0] in "/`") and cause.endswith("."), fault.code
        # It is said of a module of ours, by its name.
        assert not fault.healed or fault.healed.split()[0] in MODULES or fault.healed.startswith("Podman"), fault.code
        assert not fault.entry.remedy.endswith("."), fault.code


def test_what_a_line_can_only_be_over_by_is_said() -> None:
    """A line without a look that proves it, and without a success that ends it, would be told for ever."""
    forever = [fault.code for fault in FAULTS if fault.words and not (fault.question or fault.cleared_by)]
    assert forever == ["RC-415"], "what is told of the look itself is told when it was just done"


def test_no_fault_causes_itself_by_a_detour() -> None:
    for fault in FAULTS:
        reached: set[str] = set()
        ahead = list(fault.causes)
        while ahead:
            code = ahead.pop()
            if code not in reached:
                reached.add(code)
                ahead += BY_CODE[code].causes
        assert fault.code not in reached, fault.code


def test_a_retired_code_is_told_no_more() -> None:
    assert set(RETIRED.values()) <= set(BY_CODE)
    assert not set(RETIRED) & set(BY_CODE)
    sources = {path: path.read_text(encoding="utf-8") for path in PLUGINS.rglob("*.py") if path.name != "table.py"}
    used = {
        code: str(path) for path, text in sources.items() for code in re.findall(r"RC-\d+", text) if code in RETIRED
    }
    assert used == {}


@pytest.mark.parametrize(
    "said",
    [
        "/session_a",
        "'/tmp/ray/session_a/events/sockets/",
        "Failed opening file logs/events/",
        "stat /run/user/1",
        "Unhandled exception: spdlog_ex",
        "writing cgroup.procs",
        "lookup x",
        "pinging container registry ",
        "reading manifest ",
        "Agent process ",
        "database run root ",
    ],
)
def test_a_long_line_takes_no_longer_than_its_length(said: str) -> None:
    # 4 kB of the first took half a minute, when the pattern was tried at every letter and gave back every part of it.
    assert recognised(said * (120_000 // len(said))) is None
    assert recognised(said[:1] + said[1:].replace(" ", "") * 400) is None


def test_a_long_line_is_known_by_its_beginning_and_its_end() -> None:
    beginning = recognised(f"Runtime env already failed. Env: {'x' * 10_000}")
    end = recognised(f"cmd={'x' * 10_000}, stderr=Error: keep-id is only supported in rootless mode")
    assert [fault.code for fault in (beginning, end) if fault] == ["RC-407", "RC-441"]


def test_the_sentence_has_what_failed_why_what_podman_said_and_what_to_do() -> None:
    text = next(
        text for code, who, text in images.WORDS if (code, who) == ("RC-424", "Podman 4.3") and "refused" in text
    )
    assert str(fault_error(text, "The image a cannot be pulled on node1", PULL_FAILED)) == (
        "The image a cannot be pulled on node1: Podman says: dial tcp 10.0.0.9:5000: connect: connection refused. Nothing listens"
        " there, or a firewall, a proxy or a missing route is in between. Start the registry, or open the way to it"
        " from this node;"
        " `curl -v` shows where it ends. [RC-424]"
    )


def test_the_evidence_is_the_error_and_not_a_warning() -> None:
    text = "time=x level=warning msg=first\nError: crun: setrlimit `RLIMIT_NPROC`: Operation not permitted.\n"
    assert "Podman says: crun: setrlimit `RLIMIT_NPROC`: Operation not permitted. " in str(
        fault_error(text, "x", PULL_FAILED)
    )
