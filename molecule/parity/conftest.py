# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of this scenario: a cluster that runs, and proof that it runs on unchanged."""

from __future__ import annotations

import json
import os
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
import testinfra

from tests.cluster.answers import answers
from tests.cluster.nodes import TestCluster, app_containers, deployed, raylet_process, ssh_hosts
from tests.cluster.site import Site

INVENTORY = Path(__file__).parent / "inventory"


@pytest.fixture(scope="session")
def cluster() -> TestCluster:
    """The nodes as containers of this machine."""
    return TestCluster("ray-parity", INVENTORY)


@pytest.fixture(scope="session")
def hosts() -> dict[str, t.Any]:
    """Both nodes, by name."""
    return {name: testinfra.get_host(spec) for name, spec in ssh_hosts(INVENTORY).items()}


@pytest.fixture(scope="session")
def applications() -> dict[str, dict[str, t.Any]]:
    """What the converge reported of each application, by name."""
    report = json.loads((Path(os.environ["RAY_CONTAINERS_REPORT"]) / "report.json").read_text())
    return {application["name"]: application for application in report["applications"]}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The site of this scenario's nodes."""
    return Site(INVENTORY, tmp_path)


@pytest.fixture(scope="module", autouse=True)
def unchanged(hosts: dict[str, t.Any], applications: t.Any) -> Iterator[None]:
    """Whatever the tests of a file try: the same processes run, the same Serve config is deployed, both answer."""
    before = state(hosts)
    assert answers(applications)
    yield
    assert state(hosts) == before
    assert answers(applications)


def state(hosts: dict[str, t.Any]) -> dict[str, t.Any]:
    """Every raylet, every application container, and what Serve was told and when."""
    return {
        "deployed": deployed(hosts["head"]),
        **{name: (raylet_process(host), app_containers(host)) for name, host in hosts.items()},
    }
