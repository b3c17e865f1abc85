# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serve beside the runs: deploys of others, answers that never arrive, heads that stop, and options kept from its start."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._resource import serve_head
from ansible_collections.ray.containers.tests.unit.resource.test_serve_config import (
    ALPHA,
    QUERIES,
    TWO,
    Site,
    with_beta,
)

OVERTAKEN = "Another deploy has come in between"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_a_run_left_over_does_not_record_its_config_over_a_newer_one(site: Site) -> None:
    site.run(TWO)
    fixed = with_beta(answer='{"label": "ox", "fixed": 1}')
    site.once(lambda: site.run(fixed), at=lambda request: site.serve.time > 1060)
    error = site.fails(with_beta(crash=[]))
    assert error.what == OVERTAKEN
    assert json.loads(site.record.read_text())["config"] == fixed
    assert not site.check(fixed).changed


def test_a_run_left_over_does_not_go_back_over_a_newer_one(site: Site) -> None:
    site.run(TWO)
    fewer = {**TWO, "applications": [ALPHA]}
    site.once(lambda: site.run(fewer, QUERIES[:1], remove=["beta"]), at=lambda request: site.serve.time > 1060)
    started = site.serve.time
    error = site.fails(with_beta(crash=[]))
    assert error.what == OVERTAKEN
    assert "what runs now was not touched" in error.why
    assert site.serve.time - started < 90
    assert site.running() == {"alpha": "RUNNING"}
    assert json.loads(site.record.read_text())["config"] == fewer


@pytest.mark.parametrize("answer", ['{"label": "ox"}', "wrong"])
def test_a_newer_deploy_while_the_applications_are_asked_stays(site: Site, answer: str) -> None:
    site.run(TWO)
    newer = with_beta(answer=answer, newer=1)
    site.once(lambda: site.run(newer, []), at=lambda request: request.startswith("POST"))
    assert site.fails(with_beta(answer='{"label": "ox", "older": 1}')).what == OVERTAKEN
    assert json.loads(site.record.read_text())["config"] == newer
    assert not site.check(newer, []).changed


def test_a_newer_deploy_while_a_run_is_about_to_begin_stays(site: Site) -> None:
    site.run(TWO)
    late = site.capability(with_beta(answer="{}"))
    plan = late.plan(late.observe())
    site.run(with_beta(answer='{"label": "ox"}'))
    with pytest.raises(OperatorError, match=OVERTAKEN):
        late.apply(plan.steps[0])
    assert not site.check(with_beta(answer='{"label": "ox"}')).changed


def test_a_controller_that_is_away_for_a_moment_is_no_other_deploy(site: Site) -> None:
    site.run(TWO)

    def look(request: str) -> None:
        # Without the GCS, the dashboard answers as if Serve had never started.
        site.serve.started = request.startswith("PUT") or not 0.3 < site.serve.time - site.serve.deployed_at < 1.5

    site.serve.before = look
    site.run(with_beta(answer='{"label": "ox"}'))
    assert site.serve.puts == 2


def test_a_config_whose_answer_is_lost_is_sent_again(site: Site) -> None:
    site.run(TWO)
    site.serve.lost = [5.0]
    plan, _applications = site.run(with_beta(answer='{"label": "ox"}'))
    assert plan.changed
    assert site.serve.puts == 3
    assert not site.check(with_beta(answer='{"label": "ox"}')).changed


def test_a_config_whose_answer_never_comes_is_gone_back_from(site: Site) -> None:
    site.run(TWO)
    site.serve.lost = [180.0]
    error = site.fails(with_beta(answer="{}"))
    assert error.what == "Ray's dashboard does not answer at http://127.0.0.1:8265"
    assert error.why == "no answer in time. The last good Serve config is back: alpha and beta run"
    assert not site.check(TWO).changed


IN_A_CONTAINER = {"raylet_image": "registry.example.com/ray:1"}


@pytest.mark.parametrize(
    ("state", "parameters", "comes_back"),
    [
        ("2.60.0-py3.11.2", {}, True),
        ("2.60.0-container", IN_A_CONTAINER, True),
        ("2.59.0-py3.11.2", {}, False),
        ("2.60.0-py3.11.2", IN_A_CONTAINER, False),
        ("2.60.0-container", {}, False),
        ("", {}, False),
    ],
)
def test_check_mode_knows_with_what_a_stopped_head_starts(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str, parameters: t.Any, comes_back: bool
) -> None:
    monkeypatch.setattr(serve_head, "STATES", str(tmp_path))
    (tmp_path / state).mkdir(exist_ok=True)
    site.run(TWO)
    site.serve.listening = False
    predicted = site.check(TWO, **parameters)
    assert site.check(with_beta(answer="{}"), **parameters).changed
    site.serve.begin_again(state=comes_back)
    site.serve.listening = True
    plan = site.run(TWO)[0]
    assert predicted.summaries == plan.summaries
    assert predicted.changed is plan.changed is not comes_back


def test_a_head_that_is_just_starting_brings_back_what_it_ran(site: Site) -> None:
    site.run(TWO)
    site.serve.listening = False
    site.serve.begin_again()

    def listen(request: str) -> None:
        site.serve.listening = site.serve.listening or site.serve.time > 1020

    site.serve.before = listen
    plan = site.run(TWO)[0]
    assert [step.summary.split()[0] for step in plan.steps] == ["Wait", "Ask", "Ask"]
    assert site.serve.puts == 1


LATER: dict[str, dict[str, t.Any]] = {
    "http_options.request_timeout_s (None until now, 5 wanted)": {
        "http_options": {"host": "127.0.0.1", "port": 8000, "request_timeout_s": 5}
    },
    "grpc_options.port (9000 runs, 9001 wanted)": {"grpc_options": {"port": 9001}},
    "controller_options": {"controller_options": {"runtime_env": {"env_vars": {"HF_TOKEN": "hf_very_secret"}}}},
}


@pytest.mark.parametrize("told", LATER)
def test_what_a_running_serve_would_ignore_is_refused_until_serve_is_stopped(site: Site, told: str) -> None:
    site.run(TWO)
    config = {**TWO, **LATER[told]}
    error = site.fails(config)
    assert error.what == f"The Serve config changes {told}"
    assert "hf_very_secret" not in str(error)
    assert site.serve.puts == 1
    site.serve.stop()
    # A run that ends before its record must not stand in the way of the next one.
    site.run(config, killed_before=1)
    site.run(config)
    assert not site.check(config).changed
