# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deploys that users do not notice, against a Serve that remembers: surge, rehearsals, removals, refused configs."""

from __future__ import annotations

import copy
import json
import re
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.http_request import Answer
from ansible_collections.ray.containers.tests.unit.resource.test_serve_config import (
    ALPHA,
    QUERIES,
    TWO,
    Site,
)

Json = t.Dict[str, t.Any]


def config(**beta: t.Any) -> Json:
    """Two applications, of which beta has two deployments that the config does not list."""
    made = copy.deepcopy(TWO)
    made["applications"][1]["args"].update({"deployments": ["A", "B"], **beta})
    return made


BEFORE, AFTER = config(), config(answer='{"label": "ox", "newer": 1}')
KNOWN = {"images": {"r": {"deployments": {"beta": {"A": {"needs": [{"CPU": 1}]}, "B": {"needs": [{"CPU": 1}]}}}}}}
SURGE = [{"name": "A", "max_surge_percent": 100}, {"name": "B", "max_surge_percent": 100}]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    made.run(BEFORE)
    del made.serve.configs[:]
    return made


def names(put: Json) -> list[str]:
    return [re.sub("[0-9a-f]{32}", "TOKEN", each["name"]) for each in put["applications"]]


def beta(put: Json) -> Json:
    found: Json = next(each for each in put["applications"] if each["name"] == "beta")
    return found


def test_a_new_version_is_rehearsed_asked_and_rolled(site: Site) -> None:
    plan, applications = site.run(AFTER, contents=KNOWN)
    assert plan.summaries[:3] == [
        "Rehearse beta: run the new version beside the old one, where no user goes, ask it, and stop it",
        "Deploy the Serve config: change beta (args.answer)",
        "Wait until alpha and beta are RUNNING",
    ]
    rehearsed, rolled = site.serve.configs
    assert names(rehearsed) == ["alpha", "beta", "beta--rehearsal-TOKEN"]
    assert beta(rehearsed) == beta(BEFORE)
    assert rehearsed["applications"][2]["args"] == beta(AFTER)["args"]
    route = rehearsed["applications"][2]["route_prefix"]
    assert re.fullmatch("/[0-9a-f]{32}", route)
    assert f"POST http://127.0.0.1:8000{route}" in site.serve.requests
    assert names(rolled) == ["alpha", "beta"]
    assert beta(rolled) == {**beta(AFTER), "deployments": SURGE}
    assert site.running() == {"alpha": "RUNNING", "beta": "RUNNING"}
    assert json.loads(site.record.read_text())["config"] == AFTER
    assert [each["name"] for each in applications] == ["alpha", "beta"]


def test_what_was_added_for_a_roll_out_is_no_change_the_next_time(site: Site) -> None:
    site.run(AFTER, contents=KNOWN)
    assert not site.check(AFTER, contents=KNOWN).changed
    assert not site.check(AFTER, surge=False, rehearse="false").changed
    site.record.unlink()
    # Without a record the fields are compared, and the config is recorded; nothing is deployed.
    assert [step.summary.split()[0] for step in site.check(AFTER, surge=False).steps] == ["Ask", "Ask", "Record"]


def test_deployments_that_no_image_told_are_seen_in_the_rehearsal(site: Site) -> None:
    other = config(deployments=["A", "New"], answer='{"label": "ox"}')
    site.run(other)
    assert [each["name"] for each in beta(site.serve.configs[-1])["deployments"]] == ["A", "New"]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"answer": "a cow"}, "Application beta answers wrong at POST http://127.0.0.1:8000/"),
        ({"fail": "RuntimeError: no model"}, "Application beta (image registry.example.com/beta:1) failed to start"),
        (
            {"crash": ["Error: keep-id is only supported in rootless mode"]},
            "Application beta (image registry.example.com/beta:1) does not start on node 192.0.2.11",
        ),
    ],
)
def test_no_user_meets_a_version_that_fails_its_rehearsal(site: Site, arguments: Json, what: str) -> None:
    error = site.fails(config(**arguments), contents=KNOWN)
    assert error.what.startswith(what)
    assert "no user has met it: what runs was not touched" in error.why
    assert "--rehearsal-" not in str(error)
    assert [each["name"] for each in error.details["applications"]] == ["alpha", "beta"]
    assert [names(put) for put in site.serve.configs] == [
        ["alpha", "beta", "beta--rehearsal-TOKEN"],
        ["alpha", "beta"],
    ]
    assert all(beta(put) == beta(BEFORE) for put in site.serve.configs)
    assert site.running() == {"alpha": "RUNNING", "beta": "RUNNING"}
    assert json.loads(site.record.read_text())["config"] == BEFORE
    assert not site.check(BEFORE).changed


def test_a_version_that_checks_its_health_is_watched_for_a_while(site: Site, tmp_path: Path) -> None:
    checking: Json = copy.deepcopy(KNOWN)
    checking["images"]["r"]["deployments"]["beta"]["B"]["checks"] = True
    began = site.serve.time
    site.run(AFTER, contents=KNOWN)
    unwatched = site.serve.time - began
    logs = tmp_path / "ray" / "session_1" / "logs" / "serve"
    logs.mkdir(parents=True)
    (tmp_path / "ray" / "session_latest").symlink_to(tmp_path / "ray" / "session_1")

    def logged() -> None:
        (logs / "controller_1756.log").write_text(
            "WARNING 2026-11-30 09:49:05,387 controller 1756 -- Health check for Replica(id='e', deployment='B', "
            f"app='{site.serve.configs[-1]['applications'][2]['name']}') failed: \x1b[36mray::check_health()\x1b[39m (pid=1)\n"
            '  File "/home/ray/beta.py", line 42, in check_health\nRuntimeError: the model\'s device is gone\n'
            "INFO 2026-11-30 09:49:05,388 controller 1756 -- Stopping Replica(id='e').\n"
        )

    site.once(logged, at=lambda request: len(site.serve.configs[-1]["applications"]) == 3)
    error = site.fails(config(sick=6), contents=checking)
    assert (error.code, error.what) == (
        "RC-495",
        "Application beta (image registry.example.com/beta:1) starts, and is not well soon after",
    )
    assert "the model's device is gone" in error.why and "no user has met it" in error.why
    assert beta(site.serve.configs[-1]) == {**beta(AFTER), "deployments": SURGE}
    rehearsed = site.serve.configs[-2]["applications"][2]["deployments"]
    assert rehearsed == [{"name": "B", "num_replicas": 1, "health_check_period_s": 1}]
    began = site.serve.time
    site.run(config(answer='{"label": "ox", "newest": 1}'), contents=checking)
    assert 5 < site.serve.time - began - unwatched < 8


def test_a_run_that_is_killed_in_its_rehearsal_leaves_nothing_for_long(site: Site) -> None:
    capability = site.capability(AFTER, contents=KNOWN)
    plan = capability.plan(capability.observe())

    def killed(request: str) -> None:
        if site.serve.puts == 2 and "GET" in request:
            raise KeyboardInterrupt

    site.serve.before = killed
    with pytest.raises(KeyboardInterrupt):
        capability.apply(plan.steps[0])
    site.serve.before = lambda request: None
    assert len(site.running()) == 3
    assert (
        site.check(BEFORE)
        .summaries[0]
        .startswith("Deploy the Serve config: clear away what an earlier run left beta--")
    )
    site.run(BEFORE)
    assert site.running() == {"alpha": "RUNNING", "beta": "RUNNING"}
    assert not site.check(BEFORE).changed


@pytest.mark.parametrize(
    ("after", "what"),
    [(0.0, "Serve has accepted the Serve config, and does not have it"), (0.5, "Another deploy has come in between")],
)
def test_a_deploy_of_somebody_else_in_a_rehearsal_stays(site: Site, after: float, what: str) -> None:
    newer = config(answer='{"label": "ox", "theirs": 1}')
    site.once(
        lambda: site.run(newer, rehearse="false"),
        at=lambda request: (
            site.serve.puts == 2 and request.startswith("GET") and site.serve.time >= site.serve.deployed_at + after
        ),
    )
    assert site.fails(AFTER, contents=KNOWN).what == what
    assert json.loads(site.record.read_text())["config"] == newer
    assert site.running() == {"alpha": "RUNNING", "beta": "RUNNING"}


def test_without_a_rehearsal_a_wrong_answer_is_gone_back_from_with_surge(site: Site) -> None:
    error = site.fails(config(answer="a cow"), contents=KNOWN, rehearse="false")
    assert "The last good Serve config is back" in error.why
    assert [beta(put).get("deployments") for put in site.serve.configs] == [SURGE, SURGE]
    assert not site.check(BEFORE).changed


def test_no_room_is_believed_only_of_what_is_new(site: Site) -> None:
    taken, free = {"n": {"CPU": [4.0, 4.0]}}, {"n": {"CPU": [1.0, 4.0]}}
    site.serve.usage = taken
    error = site.fails(AFTER, contents=KNOWN)
    assert (error.code, site.serve.puts) == ("RC-476", 1)
    assert "nothing was touched" in error.why

    def frees(request: str) -> None:
        site.serve.usage = free if site.serve.time > began + 4 else taken

    began, site.serve.before = site.serve.time, frees
    site.run(AFTER, contents=KNOWN)
    assert site.serve.time - began > 4


def test_an_application_is_removed_when_that_is_asked_for(site: Site) -> None:
    alone = {**BEFORE, "applications": [ALPHA]}
    error = site.fails(alone, QUERIES[:1])
    assert (error.code, site.serve.puts) == ("RC-475", 1)
    site.run(alone, QUERIES[:1], remove=["beta"])
    assert site.running() == {"alpha": "RUNNING"}


REFUSED = Answer(
    400, "", "ray.exceptions.RayTaskError(ValueError): ray::apply_config()\nValueError: The 'image_uri' field\n"
)


def test_what_a_refused_config_leaves_is_cleared_away(tmp_path: Path) -> None:
    site = Site(tmp_path)

    def half_taken(request: str) -> None:
        if request.startswith("PUT"):
            site.serve.before = lambda request: None
            # Ray has begun with the application, and refuses the rest.
            site.serve._put({"applications": [{**ALPHA, "args": {"crash": []}}]})
            site.serve.instead = [REFUSED]

    site.serve.started = True
    site.serve.before = half_taken
    error = site.fails(TWO)
    assert error.why.endswith("What ran before was not touched, and what the refused config left is cleared away")
    assert site.running() == {}


def test_a_serve_that_runs_nothing_is_stopped_for_other_options(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.run(BEFORE)
    site.run({**BEFORE, "applications": []}, [], remove=["alpha", "beta"])
    other = {**BEFORE, "http_options": {"host": "127.0.0.1", "port": 8001}}
    plan, _applications = site.run(other, [])
    assert plan.summaries[0] == (
        "Stop Serve, which runs no application, so that it starts with http_options.port (8000 runs, 8001 wanted)"
    )
    assert site.running() == {"alpha": "RUNNING", "beta": "RUNNING"}
    assert any(request.startswith("DELETE") for request in site.serve.requests)


def test_a_serve_with_what_a_program_deployed_is_not_stopped(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.serve.started = True
    other = {**BEFORE, "http_options": {"host": "127.0.0.1", "port": 8001}}
    plain = site.serve.details

    def details(everything: bool = False) -> Json:
        told = plain()
        return {**told, "applications": {"theirs": {}}} if everything else told

    real = site.serve._tell
    site.serve._tell = lambda url, path: (  # type: ignore[method-assign]
        real(url, path) if "api_type" in url or "v0" in url else Answer(200, "OK", json.dumps(details(True)))
    )
    with pytest.raises(OperatorError, match=r"changes http_options\.port"):
        site.run(other, [])
    assert not any(request.startswith(("DELETE", "PUT")) for request in site.serve.requests)


def test_check_mode_tells_what_becomes_of_every_application(site: Site) -> None:
    capability = site.capability(AFTER, check_mode=True, contents=KNOWN)
    observed = capability.observe()
    plan = capability.plan(observed)
    assert capability.result(observed, plan)["plan"] == [
        "alpha is untouched",
        "beta is changed (args.answer): A replaced and B replaced; rehearsed first and new replicas start before old ones stop",
    ]
