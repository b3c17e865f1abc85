# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The faults that are made on nodes: which there are, which are made together, and what their table says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.faults.table import BY_CODE
from tests.faults.made import EITHER, HOST, Made
from tests.faults.table import FAULTS, PAIRS, TURNS, Row, batches, chosen, in_order, page, printed, read, write


def test_every_fault_is_one_that_a_diagnosis_can_name() -> None:
    assert len(FAULTS) >= 45
    names = [fault.name for fault in FAULTS]
    assert sorted(set(names)) == sorted(names)
    for fault in FAULTS:
        assert {fault.code, *fault.others} <= set(BY_CODE), fault.name
        assert fault.healed in ("remedy", "site", "undo"), fault.name
        # Whatever happens, the next fault is made on a cluster that is well.
        assert fault.undo, fault.name


def test_the_turns_leave_no_fault_out() -> None:
    turns = [chosen(str(turn)) for turn in range(TURNS)]
    assert sorted(fault.name for faults, _pairs in turns for fault in faults) == sorted(fault.name for fault in FAULTS)
    assert sum(len(pairs) for _faults, pairs in turns) == len(PAIRS) >= 8
    assert chosen("all")[0] == list(FAULTS)
    assert [fault.name for fault in chosen("the home belongs to root")[0]] == ["the home belongs to root"]
    faults, pairs = chosen("the home belongs to root; the home belongs to root + /var/tmp is full")
    assert [[fault.name for fault in pair] for pair in (faults, *pairs)] == [
        ["the home belongs to root"],
        ["the home belongs to root", "/var/tmp is full"],
    ]
    with pytest.raises(KeyError):
        chosen("nobody knows it")


def test_only_quiet_faults_are_made_together_and_each_on_a_node_of_its_own() -> None:
    together = batches(FAULTS)
    assert sum(map(len, together)) == len(FAULTS)
    for batch in together:
        assert len({fault.node for fault in batch}) == len(batch)
        assert all(fault.node != EITHER or fault.loud for fault in batch)
        assert len(batch) == 1 or not any(fault.loud or fault.node == HOST for fault in batch)


def test_a_pair_is_quiet_and_may_be_made_anywhere() -> None:
    by_name = {fault.name: fault for fault in FAULTS}
    for one, other in PAIRS:
        pair = (by_name[one], by_name[other])
        assert all(fault.node == EITHER and not fault.loud for fault in pair), pair
        assert pair[0].code != pair[1].code


def test_the_table_says_what_was_wrong() -> None:
    fault = Made("the home belongs to root", "true", "RC-501", "true")
    right = Row(fault.name, "head", "RC-501", "RC-501", "It is root's", True, "remedy", 3.2, 7.0, True)
    wrong = Row("another", "worker1", "RC-440", "", "", False, "undo", 4.0, 9.0, False, left="head RC-440")
    lines = printed([right, wrong])
    assert lines[0].startswith("right    3.2 s  RC-501 RC-501")
    assert lines[1].startswith("WRONG")
    assert "FOUND head RC-440" in lines[1]
    told = page([right, wrong])
    assert (
        " faults were made, those of pairs among them: 1 were named by the first finding, and after 1 of them" in told
    )
    assert "| the home belongs to root | head | RC-501 It is root's | yes | 3 | remedy | yes |" in told


def test_runs_of_some_faults_add_up_to_a_run_of_all(tmp_path: Path) -> None:
    row = Row("", "head", "RC-501", "RC-501", "", True, "undo", 1.0, 2.0, True)
    rows = [replace(row, name=fault.name) for fault in FAULTS]
    pairs = [replace(row, name=one, beside=other) for pair in PAIRS for one, other in (pair, pair[::-1])]
    write([*rows, *pairs], tmp_path / "build" / "faults.json")
    kept = read(tmp_path / "build" / "faults.json")
    again = [replace(rows[3], found="RC-440"), replace(row, name="was renamed since")]
    assert in_order([*kept[::-1], *again]) == [*rows[:3], again[0], *rows[4:], *pairs]
    assert read(tmp_path / "none.json") == []
    assert f"| {pairs[0].name}, and beside it {pairs[0].beside} | head |" in page(pairs)
