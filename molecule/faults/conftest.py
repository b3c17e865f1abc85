# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of this scenario, and the table at its end."""

from __future__ import annotations

import os
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.fixtures import applications, cluster, converged_report, hosts, inventory
from tests.cluster.nodes import TestCluster
from tests.cluster.site import Site
from tests.faults.cluster import Faults
from tests.faults.table import Row, page, printed, read, whole, write

__all__ = ["applications", "cluster", "converged_report", "hosts", "inventory"]

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "collections" / "ansible_collections" / "ray" / "containers" / "docs" / "faults.md"

KEPT = PROJECT / "build" / "faults.json"
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


@pytest.fixture(scope="session")
def rows() -> Iterator[list[Row]]:
    """What became of the faults so far; kept at the end, and once all were made as a page of the documentation.

    A run of some of the faults, after one of all that broke off, say, adds to what is kept.
    """
    yield ROWS
    earlier = [] if os.environ.get("FAULTS") == "all" else read(KEPT)
    made = list({row.made: row for row in [*earlier, *ROWS]}.values())
    write(made, KEPT)
    if whole(made):
        DOCS.write_text(page(whole(made)), encoding="utf-8")


def pytest_terminal_summary(terminalreporter: t.Any) -> None:
    """The table, whether tests failed or not."""
    for line in printed(ROWS):
        terminalreporter.write_line(line)
