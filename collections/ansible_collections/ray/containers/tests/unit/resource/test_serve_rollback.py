# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Going back to a recorded Serve config: which one, with which proof, and what is remembered then."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.ray.containers.tests.unit.fakes.serve import DASHBOARD
from ansible_collections.ray.containers.tests.unit.resource.test_serve_config import (
    ALPHA,
    QUERIES,
    TWO,
    Site,
    with_beta,
)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_going_back_undoes_what_somebody_did_by_hand(site: Site) -> None:
    site.run(TWO)
    site.serve.send(
        "PUT",
        f"{DASHBOARD}/api/serve/applications/",
        body=json.dumps({"applications": [ALPHA]}),
        headers={"Authorization": "Bearer secret"},
    )
    plan, applications = site.run(None, state="last_good")
    assert plan.summaries[0] == "Deploy the Serve config: add beta"
    assert [application["name"] for application in applications] == ["alpha", "beta"]
    assert not site.check(None, state="last_good").changed


def test_going_back_further_is_to_what_was_good_before_and_only_once(site: Site) -> None:
    site.run(TWO)
    site.run(with_beta(answer='{"label": "ox", "new": 1}'))
    # A run that changes nothing forgets nothing.
    site.run(with_beta(answer='{"label": "ox", "new": 1}'))
    predicted = site.check(None, state="earlier").summaries
    plan, _applications = site.run(None, state="earlier")
    assert plan.summaries == predicted
    assert plan.summaries[0] == "Deploy the Serve config: change beta (args.answer)"
    assert json.loads(site.record.read_text())["config"] == TWO
    again = site.fails(None, state="earlier")
    assert (again.code, again.why) == ("RC-471", "the one that is recorded has alpha, beta")
    assert not site.check(None, state="last_good").changed
    assert site.check(with_beta(answer="new")).changed


def test_going_back_asks_only_those_that_are_there(site: Site) -> None:
    site.run({"applications": [ALPHA]}, QUERIES[:1])
    site.run(TWO)
    plan, applications = site.run(None, state="earlier")
    assert [step for step in plan.summaries if step.startswith("Ask")] == [
        'Ask application alpha: GET /alpha/x must answer with "alpha"'
    ]
    assert [application["name"] for application in applications] == ["alpha"]


def test_there_is_nothing_to_go_back_to_before_a_first_good_config(site: Site) -> None:
    for state in ("last_good", "earlier"):
        error = site.fails(None, state=state)
        assert (error.code, error.why) == ("RC-470", f"{site.record} holds none")
