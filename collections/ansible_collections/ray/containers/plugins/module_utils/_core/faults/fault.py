# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fault: an entry of the catalogue, the words by which programs tell it, and what proves or clears it on a node.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["Fault", "Words", "fault", "listed", "said_by"]


@dataclass(frozen=True)
class Words:
    """What a program says when a fault is there.

    :param tool: the program, as its own project writes it.
    :param versions: those that are known to say it; empty for all that are in use.
    :param patterns: regular expressions, one of which a line matches; compiled where they are first used, since a module
        that finds nothing wrong should not pay for them.
    """

    tool: str
    versions: str
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong at run time. Its whole knowledge: pull, proof, raylet, deploy and diagnosis read it here.

    :param words: by which it is told in logs and error messages.
    :param question: the look at a node (`questions`) that says whether it holds now; empty where none can.
    :param cleared_by: what, when it succeeds after a line was written, shows that the line's fault is over (`questions`).
    :param causes: codes of what follows from it on its node: those are told as its consequences.
    :param elsewhere: codes of what follows from it on other nodes, where it is the head that has it.
    :param healed: what a run of the site does about it by itself, beginning with the module that does it; empty where an
        operator is needed.
    :param certain: whether trying again cannot help: a deploy that meets it need not wait any longer.
    :param generic: it says that something failed, and another line says why; told only where no other fault is.
    """

    entry: Entry
    words: tuple[Words, ...] = ()
    question: str = ""
    cleared_by: str = ""
    causes: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    healed: str = ""
    certain: bool = True
    generic: bool = False

    @property
    def code(self) -> str:
        """The stable code."""
        return self.entry.code

    @property
    def fixed_by(self) -> str:
        """The module that heals it; empty where an operator is needed."""
        return self.healed.partition(" ")[0]

    @property
    def patterns(self) -> tuple[str, ...]:
        """All regular expressions of its words."""
        return tuple(pattern for words in self.words for pattern in words.patterns)


def said_by(tool: str, *patterns: str, versions: str = "") -> Words:
    """What *tool* says, as a row of a fault."""
    return Words(tool, versions, patterns)


def fault(
    code: str,
    title: str,
    *words: Words,
    cause: str,
    remedy: str,
    source: str,
    severity: str = "error",
    question: str = "",
    cleared_by: str = "",
    causes: tuple[str, ...] = (),
    elsewhere: tuple[str, ...] = (),
    healed: str = "",
    certain: bool = True,
    generic: bool = False,
) -> Fault:
    """A fault, written as a table's row."""
    entry = Entry(code, title, severity, cause, remedy, source)
    once = tuple(dict.fromkeys(causes))
    return Fault(entry, words, question, cleared_by, once, elsewhere, healed, certain, generic)


def listed(module: t.Mapping[str, t.Any]) -> tuple[Fault, ...]:
    """The faults of a file, given its `globals`, in the order in which they stand there."""
    return tuple(value for value in list(module.values()) if isinstance(value, Fault))
