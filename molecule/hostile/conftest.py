# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of every phase of this scenario."""

from __future__ import annotations

import typing as t

import pytest

from tests.cluster.answers import answers
from tests.cluster.attacker import BACK_WITHIN, Attacker
from tests.cluster.fixtures import applications, between_phases, cluster, converged_report, hosts, inventory, site
from tests.cluster.site import Site
from tests.cluster.waiting import eventually

__all__ = [
    "applications",
    "attacker",
    "between_phases",
    "cluster",
    "converged_report",
    "hosts",
    "inventory",
    "nothing_in_the_way_afterwards",
    "site",
]


@pytest.fixture(scope="session")
def attacker(hosts: dict[str, t.Any], applications: t.Any) -> Attacker:
    """Who has the application do its attacks."""
    return Attacker(applications["hostile"]["url"], hosts)


@pytest.fixture
def nothing_in_the_way_afterwards(attacker: Attacker, site: Site, applications: t.Any) -> t.Iterator[None]:
    """What is planted goes, and one site brings everything back."""
    yield
    attacker.stop()
    eventually(lambda: answers(applications), within=BACK_WITHIN, what="the application answers")
    run = site.run()
    assert run.rc == 0, run.output
