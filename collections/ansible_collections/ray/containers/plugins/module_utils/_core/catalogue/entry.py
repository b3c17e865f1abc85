# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the catalogue holds: one entry for everything that can be wrong, under one stable code.

The families: ``RC-1nn`` the Serve config, ``RC-2nn`` the inventory, ``RC-3nn`` nodes, images and version parity, ``RC-4nn``
faults seen at run time. What is found on the controller alone stands beside its rule (`plugin_utils._serve_config.rules`,
`plugin_utils._inventory`); the rest is here.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

__all__ = ["Entry", "Finding"]


@dataclass(frozen=True)
class Entry:
    """One rule or fault.

    :param code: stable for ever, for instance ``RC-101``; never used again for something else.
    :param title: what is wrong, in a few words.
    :param severity: ``error`` stops a site or a deploy; ``warning`` is told and recorded.
    :param cause: why it goes wrong.
    :param remedy: what to do, as an imperative sentence.
    :param source: where the fact comes from: the guide, a file of Ray or Podman with its version, or an issue.
    """

    code: str
    title: str
    severity: str
    cause: str
    remedy: str
    source: str


@dataclass(frozen=True)
class Finding:
    """An entry of the catalogue met in one place.

    :param where: the place: a path into the Serve config (``applications[1].runtime_env``), a host, an image.
    :param evidence: what was seen there, in one line.
    :param remedy: the entry's remedy made concrete for this place; the entry's own when empty.
    """

    entry: Entry
    where: str
    evidence: str
    remedy: str = ""

    def as_result(self) -> dict[str, t.Any]:
        """The finding as a module returns it."""
        return {
            "code": self.entry.code,
            "title": self.entry.title,
            "severity": self.entry.severity,
            "where": self.where,
            "evidence": self.evidence,
            "cause": self.entry.cause,
            "remedy": self.remedy or self.entry.remedy,
        }

    def sentence(self) -> str:
        """The finding as an operator reads it."""
        return f"{self.where}: {self.evidence}. {self.remedy or self.entry.remedy} [{self.entry.code}]"
