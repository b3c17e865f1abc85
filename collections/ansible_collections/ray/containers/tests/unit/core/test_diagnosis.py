# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a diagnosis makes of whole logs."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import (
    Log,
    newest_first,
    sightings,
)
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.verdict import NodeReport, Verdict, judged
from ansible_collections.ray.containers.plugins.module_utils._core.faults.recognition import recognised

DATA = Path(__file__).parents[1] / "data" / "ray-2.60.0"
LATER = "2026-11-23T07:00:00"


def diagnose(logs: list[Log], since: str) -> Verdict:
    """What a node's logs tell where nothing else could be looked at."""
    return judged([NodeReport("head", (), tuple(newest_first(logs)), since)])


DEAD = (
    "[2026-11-23 06:52:18,981 E 28915 28915] (raylet) worker_pool.cc:660: Some workers of the worker process(30577) have not"
    " registered within the timeout. The process is dead, probably it crashed during start."
)


def test_the_words_around_a_namespace_are_told_by_their_cause() -> None:
    logs = {
        "RC-403": "cannot clone: Operation not permitted",
        "RC-454": "cannot clone: No space left on device",
    }
    for code, line in logs.items():
        (told,) = diagnose([Log("podman ps", (line, "Error: cannot re-exec process"), LATER)], "2026").findings
        assert (told.entry.code, told.evidence) == (code, line)
        assert told.because == ("Podman cannot enter a namespace of its own",)
    remedy = recognised(logs["RC-403"])
    assert remedy
    assert "--privileged" in remedy.entry.remedy
    assert "user.max_user_namespaces" in remedy.entry.remedy
    assert "kernel.apparmor_restrict_unprivileged_userns" in remedy.entry.remedy


def recorded(name: str, *, time_follows: bool = False) -> Log:
    return Log(f"logs/{name}", tuple((DATA / name).read_text().splitlines()), "2026-11-23T06:53:10", time_follows)


def test_a_recorded_session_tells_what_happened_in_it() -> None:
    logs = [
        recorded("raylet.err", time_follows=True),
        recorded("runtime_env_agent.log"),
        recorded("runtime_env_setup-01000000.log"),
    ]
    told = diagnose(logs, since="2026-11-23T06:51:00")
    assert [(each.entry.code, each.time, each.where) for each in told.findings] == [
        ("RC-441", "2026-11-23T06:53:10", "logs/raylet.err"),
        # Podman's words stand in raylet.err without a time; the agent's log has them with theirs.
        ("RC-420", "2026-11-23T06:52:00", "logs/runtime_env_agent.log"),
    ]
    assert told.findings[0].evidence == "Error: keep-id is only supported in rootless mode"
    assert told.history == ()


def test_what_is_older_is_past() -> None:
    told = diagnose([recorded("runtime_env_agent.log")], since=LATER)
    assert told.findings == ()
    assert "RC-420" in {each.entry.code for each in told.history}


def test_podmans_word_before_rays_is_the_evidence_of_an_unknown_death() -> None:
    lines = ("Segmentation fault", DEAD)
    seen = sightings(Log("raylet.err", lines, LATER, time_follows=True))
    assert [each.fault.entry.code for each in seen] == ["RC-405"]
    assert seen[0].evidence.startswith("Segmentation fault | [2026")
    assert seen[0].time == "2026-11-23T06:52:18"


def test_the_general_is_told_only_where_the_particular_is_not_known() -> None:
    general = Log("a", (DEAD,), LATER)
    assert [each.entry.code for each in diagnose([general], "2026").findings] == ["RC-405"]
    particular = Log("b", ("Error: keep-id is only supported in rootless mode",), LATER)
    assert [each.entry.code for each in diagnose([general, particular], "2026").findings] == ["RC-441"]


def test_evidence_shows_no_secret() -> None:
    line = "RuntimeError: Podman command failed: cmd=['podman'] --env HF_TOKEN='hf_very_secret' --env RAY_NODE_ID='ab' rc=1"
    seen = sightings(Log("a", (line,), LATER))
    assert "hf_very_secret" not in seen[0].evidence
    assert "RAY_NODE_ID='ab'" in seen[0].evidence


def test_one_fault_is_not_told_over_and_over() -> None:
    lines = tuple(f'Error: short-name "image{letter}" did not resolve to an alias' for letter in "abcdefgh") * 2
    assert len(diagnose([Log("a", lines, LATER)], "2026").findings) == 4
