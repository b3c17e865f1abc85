# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of every phase of this scenario."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import yaml

from tests.cluster.fixtures import between_phases
from tests.kubic.adhoc import Outcome, podman
from tests.kubic.archive import Archive

__all__ = ["archive", "between_phases", "run"]

INVENTORY = Path(__file__).parent / "inventory"
VARIABLES = yaml.safe_load((INVENTORY / "group_vars" / "all" / "sandbox.yml").read_text())


@pytest.fixture(scope="session")
def archive() -> Archive:
    """The repositories."""
    return Archive.of(INVENTORY, VARIABLES["kubic_address"])


@pytest.fixture(scope="session")
def run(archive: Archive) -> t.Callable[..., Outcome]:
    """Runs the module ad hoc against the repository that is as it should be, unless told otherwise."""
    usual = {"kubic_url": archive.url(), "kubic_fingerprint": archive.fingerprints()["right"]}

    def on_the_node(*options: str, **parameters: t.Any) -> Outcome:
        return podman(INVENTORY, *options, **{**usual, **parameters})

    return on_the_node
