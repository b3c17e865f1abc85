# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of this scenario, and the table at its end."""

from __future__ import annotations

import os
import sys
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.fixtures import applications, cluster, converged_report, hosts, inventory
from tests.cluster.nodes import TestCluster
from tests.cluster.site import Site
from tests.faults.cluster import Faults
from tests.faults.table import Row, in_order, page, printed, read, write

__all__ = ["applications", "cluster", "converged_report", "hosts", "inventory"]

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "collections" / "ansible_collections" / "ray" / "containers" / "docs" / "faults.md"

KEPT = PROJECT / "build" / "faults.json"
WHICH = os.environ.get("FAULTS", "")
EARLIER = [] if WHICH == "all" else read(KEPT)
ROWS: list[Row] = []


@pytest.fixture(scope="session")
def faults(
    cluster: TestCluster,
    hosts: dict[str, t.Any],
    applications: t.Any,
    inventory: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Faults:
    """The cluster on which faults are made."""
    return Faults(cluster, hosts, Site(inventory, tmp_path_factory.mktemp("reports")), applications)


@pytest.fixture
def rows() -> Iterator[list[Row]]:
    """What became of the faults so far; kept after each, and by a run of all written as a page of the documentation.

    A run of some of the faults adds to a run of all, one that broke off, say.
    """
    yield ROWS
    made = in_order([*EARLIER, *ROWS])
    write(made, KEPT)
    if WHICH == "all" or EARLIER:
        DOCS.write_text(page(made), encoding="utf-8")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Say at once why a fault was not named: the run goes on for an hour."""
    if report.failed:
        sys.stdout.write(f"\n{report.longreprtext}\n")


def pytest_terminal_summary(terminalreporter: t.Any) -> None:
    """The table, whether tests failed or not."""
    for line in printed(ROWS):
        terminalreporter.write_line(line)
