# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault, which of them are made together, and the table of what became of them."""

from __future__ import annotations

import datetime
import json
import os
import typing as t
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tests.faults import of_accounts, of_podman, of_raylets, of_serve
from tests.faults.made import EITHER, Made

__all__ = ["FAULTS", "PAIRS", "Row", "batches", "chosen", "in_order", "page", "printed", "read", "write"]

FAULTS: tuple[Made, ...] = (*of_accounts.FAULTS, *of_podman.FAULTS, *of_raylets.FAULTS, *of_serve.FAULTS)

#: Two at once on one node that have nothing to do with each other: two findings.
PAIRS = (
    ("the home belongs to root", "/var/tmp is full"),
    ("the token can be read by everybody", "newuidmap lost its setuid bit"),
    ("podman was removed", "the service is disabled"),
    ("the subordinate ids of groups were taken away", "/home is closed to others"),
    ("containers.conf cannot be read", "/var/tmp has no inode left"),
    ("ray may not be executed", "the Ray user does not linger"),
    ("Podman's locks belong to root", "a drop-in takes HOME and XDG_RUNTIME_DIR away"),
    ("the session belongs to root", "conmon was removed"),
)

NODES = ("head", "worker1")
#: A third of the faults is made in each run of all tests, by turns.
TURNS = 3


@dataclass(frozen=True)
class Row:
    """What became of one fault.

    :param found: the code of the first finding on its node, and *sentence* that finding.
    :param seconds: from the question to the finding; *back* from the healing to a diagnosis that is empty.
    :param empty: whether the first diagnosis after it was healed had no finding.
    :param left: what that found.
    :param beside: what was made on the same node at the same time.
    """

    name: str
    node: str
    expected: str
    found: str
    sentence: str
    right: bool
    healed: str
    seconds: float
    back: float
    empty: bool
    beside: str = ""
    left: str = ""

    @property
    def made(self) -> tuple[str, str]:
        """What the row is about."""
        return self.name, self.beside


def chosen(which: str) -> tuple[list[Made], list[tuple[Made, Made]]]:
    """The faults and pairs of a run.

    :param which: ``all``; a number for one of the turns; names of faults, divided by semicolons, and of pairs with a plus between
        the two; empty for today's turn.
    """
    by_name = {fault.name: fault for fault in FAULTS}
    pairs = [(by_name[one], by_name[other]) for one, other in PAIRS]
    if which == "all":
        return list(FAULTS), pairs
    if which and not which.isdigit():
        named = [tuple(by_name[name.strip()] for name in words.split(" + ")) for words in which.split(";")]
        return [each[0] for each in named if len(each) == 1], [(each[0], each[1]) for each in named if len(each) == 2]
    turn = int(which) if which else datetime.datetime.now(tz=datetime.UTC).toordinal()
    return list(FAULTS[turn % TURNS :: TURNS]), pairs[turn % TURNS :: TURNS]


def batches(faults: t.Sequence[Made]) -> list[list[Made]]:
    """What is made at the same time: quiet faults on both nodes, one on each; every other one alone."""
    quiet = [fault for fault in faults if fault.node == EITHER and not fault.loud]
    alone = [[fault] for fault in faults if fault.node != EITHER or fault.loud]
    together = [
        [replace(fault, node=node) for fault, node in zip(quiet[first : first + len(NODES)], NODES, strict=False)]
        for first in range(0, len(quiet), len(NODES))
    ]
    return [*together, *alone]


def page(rows: t.Sequence[Row]) -> str:
    """The table as a page of documentation."""
    right, empty = sum(row.right for row in rows), sum(row.empty for row in rows)
    seconds = sum(row.seconds + row.back for row in rows)
    lines = [
        "# Faults that were made",
        "",
        "Each of these faults was made on a node of a cluster that ran, diagnosed, and taken back; `make faults` makes"
        " them again and writes this page.",
        "",
        f"{len(rows)} of {len(_listed())} faults were made, those of pairs among them: {right} were named by the first finding,"
        f" and after {empty} of them the next diagnosis, without waiting, found nothing. To find and to heal them took"
        f" {seconds / 60:.0f} minutes.",
        "",
        "| what was done | node | first finding | right | seconds | healed by | then nothing found |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {_shown(row)} | {row.node} | {row.found or '-'} {row.sentence} | {_yes(row.right)} | {row.seconds:.0f} |"
        f" {row.healed} | {_yes(row.empty)} |".replace("\n", " ")
        for row in rows
    ]
    return "\n".join([*lines, ""])


def _shown(row: Row) -> str:
    return f"{row.name}, and beside it {row.beside}" if row.beside else row.name


def _yes(what: bool) -> str:
    return "yes" if what else "no"


def printed(rows: t.Sequence[Row]) -> list[str]:
    """The table as a terminal shows it."""
    return [
        f"{'right' if row.right else 'WRONG'}  {row.seconds:5.1f} s  {row.expected} {row.found or '-':6}  {row.node:8}"
        f"{row.name}; healed by {row.healed}, {'nothing found' if row.empty else f'FOUND {row.left}'} after {row.back:.0f} s"
        for row in rows
    ]


def in_order(rows: t.Iterable[Row]) -> list[Row]:
    """The last row of each fault, and of each of a pair, in the order of the tables; of those that are still in these."""
    known = {row.made: row for row in rows}
    return [known[each] for each in _listed() if each in known]


def _listed() -> list[tuple[str, str]]:
    """What there is to make, alone and in pairs."""
    return [(fault.name, "") for fault in FAULTS] + [
        each for one, other in PAIRS for each in ((one, other), (other, one))
    ]


def read(path: Path) -> list[Row]:
    """The rows of earlier runs."""
    return [Row(**fields) for fields in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []


def write(rows: t.Sequence[Row], path: Path) -> None:
    """Keep rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(row) for row in rows], indent=1) + os.linesep, encoding="utf-8")
