# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of every phase of this scenario."""

from __future__ import annotations

import typing as t

import pytest

from tests.cluster.attacker import Attacker
from tests.cluster.fixtures import applications, between_phases, cluster, converged_report, hosts, inventory, site

__all__ = [
    "applications",
    "attacker",
    "between_phases",
    "cluster",
    "converged_report",
    "hosts",
    "inventory",
    "site",
]


@pytest.fixture(scope="session")
def attacker(hosts: dict[str, t.Any], applications: t.Any) -> Attacker:
    """Who has the application do its attacks."""
    return Attacker(applications["hostile"]["url"], hosts)
