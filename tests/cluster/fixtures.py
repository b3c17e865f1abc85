# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fixtures of every scenario with a cluster; its `conftest.py` imports those that it needs, and adds its own."""

from __future__ import annotations

import json
import os
import typing as t
from pathlib import Path

import pytest
import testinfra

from tests.cluster.nodes import TestCluster, ssh_hosts
from tests.cluster.site import Site

__all__ = ["applications", "between_phases", "cluster", "converged_report", "hosts", "inventory", "site"]


@pytest.fixture(scope="session")
def inventory() -> Path:
    """The inventory of the scenario that runs."""
    return Path(os.environ["MOLECULE_SCENARIO_DIRECTORY"]) / "inventory"


@pytest.fixture(scope="session")
def between_phases() -> Path:
    """A directory that lives as long as the scenario: what one phase saw is compared in a later one."""
    directory = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"]) / "seen"
    directory.mkdir(exist_ok=True)
    return directory


@pytest.fixture
def site(inventory: Path, tmp_path: Path) -> Site:
    """The site of this scenario's nodes."""
    return Site(inventory, tmp_path)


@pytest.fixture(scope="session")
def cluster(inventory: Path) -> TestCluster:
    """The nodes as containers of this machine."""
    return TestCluster.of(inventory)


@pytest.fixture(scope="session")
def hosts(inventory: Path) -> dict[str, t.Any]:
    """All nodes, by name."""
    return {name: testinfra.get_host(spec) for name, spec in ssh_hosts(inventory).items()}


@pytest.fixture(scope="session")
def converged_report() -> Path:
    """Where the last converge left its report."""
    return Path(os.environ["RAY_CONTAINERS_REPORT"]) / "report.json"


@pytest.fixture(scope="session")
def applications(converged_report: Path) -> dict[str, dict[str, t.Any]]:
    """What the last converge reported of each application, by name."""
    report = json.loads(converged_report.read_text())
    return {application["name"]: application for application in report["applications"]}
