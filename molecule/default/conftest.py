# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of every phase of this scenario."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import testinfra

from tests.cluster.fixtures import applications, between_phases, cluster, converged_report, hosts, inventory, site
from tests.cluster.nodes import ssh_hosts

__all__ = ["applications", "between_phases", "cluster", "converged_report", "head", "hosts", "inventory", "site"]


@pytest.fixture(scope="session")
def head(inventory: Path) -> t.Any:
    """The head, for tests that look at it whatever node they run for."""
    return testinfra.get_host(ssh_hosts(inventory, "head")["head"])
