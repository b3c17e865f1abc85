# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of this scenario: a cluster that runs, and proof that it runs on unchanged."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

import pytest

from tests.cluster.answers import answers
from tests.cluster.fixtures import applications, cluster, converged_report, hosts, inventory, site
from tests.cluster.nodes import app_containers, deployed, raylet_process

__all__ = ["applications", "cluster", "converged_report", "hosts", "inventory", "site", "unchanged"]


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
