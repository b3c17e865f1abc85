# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept of deploys, the ways back by number, and one deploy at a time."""

from __future__ import annotations

import json
import stat
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.serve.history import PastDeploy
from ansible_collections.ray.containers.plugins.module_utils._resource.deploy_history import read
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_history import history_of
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands
from ansible_collections.ray.containers.tests.unit.host.test_lock import Other
from ansible_collections.ray.containers.tests.unit.resource.test_serve_config import (
    ALPHA,
    QUERIES,
    TWO,
    Site,
    with_beta,
)

NEW = with_beta(answer='{"label": "ox", "new": 1}')


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def kept(site: Site) -> tuple[PastDeploy, ...]:
    return history_of(str(site.record)).deploys


def told(site: Site, **parameters: t.Any) -> dict[str, t.Any]:
    given = {"state": "", "number": None, "listed": False, "record": str(site.record), **parameters}
    return read(given, FakeCommands())


def test_each_deploy_is_kept_with_who_and_why_and_how_it_ended(site: Site) -> None:
    site.run(TWO, why="the first")
    site.run(TWO, why="nothing to do")
    site.fails(with_beta(fail="RuntimeError: hf_very_secret"), why="a bad one", rehearse="false")
    first, bad = kept(site)
    assert (first.number, first.config, first.ray, first.result) == (1, TWO, "2.60.0", "good")
    assert (first.who, first.why, first.said) == ("alice@controller", "the first", "")
    assert first.ended >= first.began > 1e9
    assert (bad.number, bad.why, bad.result) == (2, "a bad one", "failed")
    assert (
        "RuntimeError" in bad.said
        and "hf_very_secret" not in bad.said
        and "hf_very_secret" not in json.dumps(told(site))
    )
    path = site.record.with_name("history.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_failed_rehearsal_is_kept_too(site: Site) -> None:
    site.run(with_beta(deployments=["A"]))
    site.fails(with_beta(answer="wrong", deployments=["A"]), rehearse="true")
    assert [each.result for each in kept(site)] == ["good", "failed"]
    assert "no user has met it" in kept(site)[1].said


def test_a_run_that_was_killed_was_cut_off(site: Site) -> None:
    site.run(TWO, killed_before=1)
    assert [each["result"] for each in told(site)["deploys"]] == ["cut off"]
    site.run(TWO)
    assert [each.result for each in kept(site)] == ["cut off", "good"]


def test_any_good_deploy_is_a_way_back(site: Site) -> None:
    site.run({"applications": [ALPHA]}, QUERIES[:1])
    site.run(TWO)
    site.run(NEW)
    assert told(site, state="recorded", number=2)["target"] == {
        "number": 2,
        "ray": "2.60.0",
        "images": ["registry.example.com/beta:1"],
    }
    predicted = site.check(None, state="recorded", number=1).summaries
    plan, applications = site.run(None, state="recorded", number=1, why="too slow")
    assert plan.summaries == predicted
    assert [application["name"] for application in applications] == ["alpha"]
    assert (kept(site)[-1].number, kept(site)[-1].back_to, kept(site)[-1].why) == (4, 1, "too slow")
    assert not site.check(None, state="recorded", number=1).changed
    # What was gone back from is not what `earlier` leads to.
    assert site.fails(None, state="earlier").code == "RC-471"
    site.run(None, state="recorded", number=3)
    assert json.loads(site.record.read_text())["config"] == NEW


def test_only_what_was_good_is_a_way_back(site: Site) -> None:
    site.run(TWO)
    site.fails(with_beta(fail="RuntimeError: no"), rehearse="false")
    none, bad = site.fails(None, state="recorded", number=7), site.fails(None, state="recorded", number=2)
    assert (none.code, none.why) == ("RC-472", "deploy 7 is not recorded; those that were good: 1")
    assert bad.code == "RC-473" and bad.why.startswith("deploy 2 is failed: ")
    with pytest.raises(OperatorError):
        told(site, state="recorded", number=2)


@pytest.mark.parametrize("how", [{"state": "recorded", "number": 1}, {"state": "last_good"}])
def test_a_deploy_of_another_ray_is_refused_with_what_it_needs(site: Site, how: dict[str, t.Any]) -> None:
    site.run(TWO)
    site.serve.ray = "2.61.0"
    puts = site.serve.puts
    error = site.fails(None, **how)
    assert error.code == "RC-474"
    assert error.what == "Deploy 1 ran on Ray 2.60.0, and the cluster runs Ray 2.61.0"
    assert error.why == "its images hold Ray 2.60.0 (registry.example.com/beta:1); nothing was touched"
    assert "Set ray_version: 2.60.0" in error.remedy
    assert site.serve.puts == puts and len(kept(site)) == 1


def test_another_run_is_told_who_deploys(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.run(TWO)
    other = Other(site.record.with_name("deploy.lock"))
    assert told(site)["deploying"] == {"who": "alice"}
    error = site.fails(NEW, lock_timeout=0)
    assert error.code == "RC-478" and error.what.startswith("alice deploys on this head since ")
    assert site.serve.puts == 1
    # Who only looks needs no turn.
    assert site.check(NEW).changed

    def pause(seconds: float) -> None:
        other.kill()
        site.serve.time += seconds

    monkeypatch.setattr(site.serve, "pause", pause)
    site.run(NEW, lock_timeout=30)
    assert kept(site)[-1].config == NEW


def test_a_run_that_waits_in_vain_says_how_long(site: Site) -> None:
    other = Other(site.record.with_name("deploy.lock"))
    began = site.serve.time
    error = site.fails(TWO, lock_timeout=30)
    assert 30 < site.serve.time - began < 31
    assert "waited for 30 s" in error.why
    other.kill()


def test_a_run_whose_time_is_up_loses_its_turn(site: Site) -> None:
    lock = site.record.with_name("deploy.lock")
    other = Other(lock)
    lock.write_text(json.dumps({"who": "alice", "until": 1000.0}))
    capability = site.capability(TWO)
    assert not other.has_it()
    plan = capability.plan(capability.observe())
    # And so does this one.
    lock.unlink()
    with pytest.raises(OperatorError) as lost:
        capability.apply(plan.steps[0])
    assert lost.value.code == "RC-479" and site.serve.puts == 0
    other.kill()
