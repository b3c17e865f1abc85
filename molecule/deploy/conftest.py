# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of this scenario: a load, a faulty version of an application, and the table of all cases at the end."""

from __future__ import annotations

import os
import subprocess
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cluster.fixtures import applications, between_phases, cluster, converged_report, hosts, inventory, site
from tests.cluster.load import Load
from tests.cluster.nodes import TestCluster
from tests.cluster.rollouts import Cases, rows, turn
from tests.nodes.inventory import read_cluster

__all__ = [
    "applications",
    "between_phases",
    "cluster",
    "converged_report",
    "hosts",
    "inventory",
    "site",
]

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
FIGURES = PROJECT / "build" / "deploys.json"

#: Text that only a right answer holds. The query of the version before holds, too, and of a faulty one that answers wrong not.
ANSWERS = {"numerals": '"answer":"MMXXVI"', "sizes": '"answer":"123.5 MB"'}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """All cases with DEPLOYS=all; else a third of them, another third for another commit."""
    if os.environ.get("DEPLOYS") == "all":
        return
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=PROJECT, capture_output=True, text=True, check=False
    ).stdout
    number = turn(commit.strip())
    taken = [item for place, item in enumerate(items) if place % 3 == number]
    config.hook.pytest_deselected(items=[item for item in items if item not in taken])
    items[:] = taken


def pytest_sessionstart(session: pytest.Session) -> None:
    FIGURES.unlink(missing_ok=True)


def pytest_terminal_summary(terminalreporter: t.Any) -> None:
    """The table of all cases: what was lost, and how long until the verdict."""
    for line in rows(FIGURES):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def targets(inventory: Path) -> dict[str, tuple[str, str]]:
    """Both applications through the proxy of each node."""
    asked = {"numerals": "numerals?number=2026", "sizes": "sizes?bytes=123456789"}
    return {
        f"{name}@{host.name}": (f"http://{host.address}:8000/{path}", ANSWERS[name])
        for host in read_cluster(inventory, {}).hosts
        for name, path in asked.items()
    }


@pytest.fixture(scope="session")
def cases(targets: dict[str, tuple[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cases]:
    """Fifty requests a second, from the first case to the last."""
    with Load(targets, tmp_path_factory.mktemp("load") / "load.jsonl") as load:
        yield Cases(load, FIGURES)


@pytest.fixture(scope="session")
def images(cluster: TestCluster, inventory: Path) -> dict[str, str]:
    """Another version of numerals, and one whose workers die."""
    registry = yaml.safe_load((inventory / "serve.yaml").read_text())["applications"][0]["runtime_env"]["image_uri"]
    registry = registry.partition("/")[0]
    return {
        target: cluster.build(HERE / "faulty", f"{registry}/{target}:1", target, NUMERALS=f"{registry}/numerals:1")
        for target in ("faulty", "dying")
    }


@pytest.fixture
def head(hosts: dict[str, t.Any]) -> t.Any:
    """The head, by SSH."""
    return hosts["head"]
