# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one table of version parity: nodes and images against checks, what differs first.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import ImageFacts, NodeFacts
from ansible_collections.ray.containers.plugins.plugin_utils._parity.comparison import CHECKS, Check

__all__ = ["Compared", "rows", "short", "table"]

_DIGEST = re.compile(r"(@sha256:[0-9a-f]{12})[0-9a-f]{52}")

_Row = tuple[str, ...]


@dataclass(frozen=True)
class Compared:
    """One node and what it was compared with.

    :param images: facts by reference.
    :param wrong: (subject, column) of every difference; the subject is a reference, or ``node`` and the node's name.
    """

    name: str
    node: NodeFacts
    images: t.Mapping[str, ImageFacts] = field(default_factory=dict)
    wrong: t.Collection[tuple[str, str]] = ()


def table(nodes: t.Sequence[Compared]) -> list[str]:
    """The comparison in aligned lines."""
    told = rows(nodes)
    widths = [max(len(row[column]) for row in told) for column in range(len(told[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in told]


def rows(nodes: t.Sequence[Compared]) -> list[_Row]:
    """The comparison, its heading first: the columns that differ first, then the rows that differ, ``!=`` at each.

    Nodes that are alike share a row, and so do images that all nodes find alike. Columns in which nothing differs are
    left out when they would only say yes.
    """
    differing = {what for compared in nodes for _subject, what in compared.wrong}
    checks = [check for check in CHECKS if check.what in differing]
    checks += [check for check in CHECKS if check.what not in differing and check.shown]
    of_nodes = _merged([(compared.name, _node_row(compared, checks)) for compared in nodes])
    told: list[_Row] = [("", *(check.what for check in checks))]
    told += [
        (f"node{'s' if len(names) > 1 else ''} {', '.join(names)}", *cells) for cells, names in _wrong_first(of_nodes)
    ]
    of_images = []
    for reference in dict.fromkeys(reference for compared in nodes for reference in compared.images):
        found = _merged(
            [
                (compared.name, _image_row(compared, reference, checks))
                for compared in nodes
                if reference in compared.images
            ]
        )
        for cells, names in found.items():
            where = f" on {', '.join(names)}" if len(found) > 1 else ""
            of_images.append(((f"{short(reference)}{where}", *cells), names))
    return told + [row for row, _names in sorted(of_images, key=lambda item: not _differs(item[0]))]


def _merged(rows: t.Iterable[tuple[str, _Row]]) -> dict[_Row, list[str]]:
    """Who has which row."""
    merged: dict[_Row, list[str]] = {}
    for name, cells in rows:
        merged.setdefault(cells, []).append(name)
    return merged


def _wrong_first(rows: t.Mapping[_Row, list[str]]) -> list[tuple[_Row, list[str]]]:
    return sorted(rows.items(), key=lambda item: not _differs(item[0]))


def _differs(row: _Row) -> bool:
    return any(cell.startswith("!= ") for cell in row)


def _node_row(compared: Compared, checks: t.Iterable[Check]) -> _Row:
    subject = f"node {compared.name}"
    return tuple(_marked(compared, subject, check, check.node(compared.node)) for check in checks)


def _image_row(compared: Compared, reference: str, checks: t.Iterable[Check]) -> _Row:
    facts = compared.images[reference]
    return tuple(_marked(compared, reference, check, _cell(check, facts)) for check in checks)


def _marked(compared: Compared, subject: str, check: Check, cell: str) -> str:
    return f"!= {cell}" if (subject, check.what) in compared.wrong else cell


def _cell(check: Check, facts: ImageFacts) -> str:
    if not facts.python_version and check.what != "architecture":
        return "no answer" if facts.failure and check.what == "Python" else "?"
    # A path or a message is too wide for a cell: the sentence below the table has it.
    cell = check.image(facts)
    return "other" if cell.startswith("/") else cell or "?"


def short(text: str) -> str:
    """A text with its digests cut: a line that holds whole ones is too wide to read."""
    return _DIGEST.sub(r"\1", text)
