# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of change under load: no request is lost, none waits, and the report says good."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from tests.cluster.rollouts import Case, Cases
from tests.cluster.serve_configs import Json, because, changed, given, own
from tests.cluster.site import Run, Site

#: So much longer than the untouched application may the changed one be without an answer, in seconds.
LONGER = 0.3
#: No request may take longer, in seconds.
SLOWEST = 1.0

Deploy = t.Callable[..., Run]


@pytest.fixture
def deploy(site: Site, tmp_path: Path) -> Deploy:
    """Deploys a config, with further arguments of the playbook."""

    def run(config: Json, *arguments: str) -> Run:
        run = site.of("deploy").run(*given(tmp_path, config), *arguments)
        assert run.rc == 0, run.output
        return run

    return run


@pytest.fixture(autouse=True)
def back(site: Site, cases: Cases) -> t.Iterator[None]:
    """Each case begins and ends with the scenario's own config."""
    yield
    assert site.of("deploy").run().rc == 0


def unharmed(case: Case) -> None:
    """Nothing is lost, nobody waits, and the application that changes answers as steadily as the other."""
    assert case.lost() == 0, case
    numerals, sizes = ([name for name in case.figures if name.startswith(each)] for each in ("numerals", "sizes"))
    # A machine that does the work of all nodes has its own pauses: they hold up both.
    assert case.slowest(*numerals) < max(SLOWEST, case.slowest(*sizes) + LONGER), case
    assert case.gap(*numerals) < case.gap(*sizes) + LONGER, case


CHANGES: dict[str, t.Callable[[Json, dict[str, str]], Json]] = {
    "another image, other code": lambda config, images: changed(
        config, import_path="faulty:app", runtime_env={"image_uri": images["faulty"]}
    ),
    "its environment": lambda config, images: changed(
        config, runtime_env={**config["applications"][0]["runtime_env"], "env_vars": {"ROUND": "two"}}
    ),
    "its config": lambda config, images: changed(config, deployment={"max_ongoing_requests": 7}),
    "scaled up": lambda config, images: changed(config, deployment={"num_replicas": 3}),
    "scaled down": lambda config, images: changed(config, deployment={"num_replicas": 1}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_loses_nothing(
    change: str, deploy: Deploy, cases: Cases, images: dict[str, str], inventory: Path
) -> None:
    config = CHANGES[change](own(inventory), images)
    with cases.case(change) as case:
        deploy(config, "-e", because(change))
    unharmed(case)


def test_going_back_by_number_loses_nothing(deploy: Deploy, cases: Cases, site: Site, inventory: Path) -> None:
    deploy(changed(own(inventory), deployment={"max_ongoing_requests": 7}), "-e", because("a stay"))
    deploys = site.of("status").run().report["deploys"]
    good = [each for each in deploys if each["result"] == "good"]
    with cases.case("rolled back") as case:
        run = site.of("rollback").run("-e", f"to={good[-2]['number']}", "-e", because("too slow"))
        assert run.rc == 0, run.output
    unharmed(case)
    listed = site.of("rollback").run("-e", "list=true")
    last = listed.report["deploys"][-1]
    assert (last["back_to"], last["why"], last["result"]) == (good[-2]["number"], "too slow", "good")
    assert "back to deploy" in listed.output


def test_removing_another_loses_nothing(deploy: Deploy, cases: Cases, inventory: Path) -> None:
    config = own(inventory)
    third = {**config["applications"][1], "name": "third", "route_prefix": "/third"}
    deploy({**config, "applications": [*config["applications"], third]})
    with cases.case("another one removed") as case:
        deploy(config, "-e", "remove=third")
    unharmed(case)
