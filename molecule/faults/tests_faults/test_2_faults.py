# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that are made: the first finding names each, and once it is healed nothing is found, without waiting."""

from __future__ import annotations

import os

import pytest

from tests.faults.cluster import Faults
from tests.faults.made import Made
from tests.faults.table import Row, batches, chosen

SINGLE, PAIRS = chosen(os.environ.get("FAULTS", ""))


@pytest.mark.parametrize("batch", batches(SINGLE), ids=lambda batch: "; ".join(fault.name for fault in batch))
def test_a_fault_is_named_first_and_gone_at_once(batch: list[Made], faults: Faults, rows: list[Row]) -> None:
    made = faults.play(batch)
    rows += made
    assert [(row.name, row.found) for row in made] == [(row.name, row.expected) for row in made]
    assert all(row.empty for row in made)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "; ".join(fault.name for fault in pair))
def test_two_independent_faults_are_two_findings(pair: tuple[Made, Made], faults: Faults, rows: list[Row]) -> None:
    made = faults.play_on("worker1", pair)
    rows += made
    assert [(row.name, row.found) for row in made] == [(row.name, row.expected) for row in made]
    assert all(row.empty for row in made)
