# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a build leaves out of its context: the patterns of .containerignore and .dockerignore.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

__all__ = ["IgnoreRules", "WrongPattern", "parse_ignore_file"]


class WrongPattern(ValueError):
    """A line of an ignore file that Podman refuses, too, as soon as it has to match something; says which and why."""


@dataclass(frozen=True)
class IgnoreRules:
    """Patterns in the file's order; the last one that matches decides.

    :param rules: a compiled pattern, and whether it brings back (``!``) what an earlier one left out.
    """

    rules: tuple[tuple[t.Pattern[str], bool], ...] = ()

    def leaves_out(self, path: str) -> bool:
        """Whether the file or directory *path*, relative to the context, is not part of it.

        As moby's patternmatcher does it, which Buildah uses: a pattern that matches a directory holds for all below.
        """
        left_out = False
        for pattern, brings_back in self.rules:
            if brings_back == left_out and any(pattern.fullmatch(part) for part in _with_parents(path)):
                left_out = not brings_back
        return left_out

    @property
    def brings_back_any(self) -> bool:
        """Whether something below a directory that is left out may be part of the context all the same."""
        return any(brings_back for _pattern, brings_back in self.rules)


def parse_ignore_file(text: str) -> IgnoreRules:
    """The rules of an ignore file; lines with ``#`` at the beginning are comments.

    :raises WrongPattern: one of them is none.
    """
    rules = []
    for number, line in enumerate(text.splitlines(), 1):
        pattern = line.strip()
        if not pattern or line.startswith("#"):
            continue
        brings_back = pattern.startswith("!")
        cleaned = _clean(pattern[1:].strip() if brings_back else pattern)
        try:
            expression = _expression(cleaned)
        except ValueError as error:
            raise WrongPattern(f"line {number}: {cleaned} is no pattern: {error}") from None
        if cleaned:
            rules.append((re.compile(expression, re.DOTALL), brings_back))
    return IgnoreRules(tuple(rules))


def _with_parents(path: str) -> t.Iterator[str]:
    parts = path.split("/")
    return ("/".join(parts[:length]) for length in range(1, len(parts) + 1))


def _clean(pattern: str) -> str:
    parts = [part for part in pattern.split("/") if part not in ("", ".")]
    return "/".join(parts)


def _expression(pattern: str) -> str:
    """The pattern of Go's filepath.Match, with ``**`` for any number of directories, as a regular expression."""
    expression, rest = "", pattern
    while rest:
        if rest.startswith("**/"):
            expression, rest = expression + "(?:.*/)?", rest[3:]
        elif rest.startswith("**"):
            expression, rest = expression + ".*", rest[2:]
        elif rest[0] == "*":
            expression, rest = expression + "[^/]*", rest[1:]
        elif rest[0] == "?":
            expression, rest = expression + "[^/]", rest[1:]
        elif rest[0] == "[":
            characters, rest = _characters(rest[1:])
            expression += characters
        else:
            character, rest = _character(rest)
            expression += re.escape(character)
    return expression


def _characters(rest: str) -> tuple[str, str]:
    """A class of characters as a regular expression, of the pattern after its ``[``; and the pattern after its ``]``.

    :raises ValueError: it is none; says why.
    """
    inverted, rest = ("^", rest[1:]) if rest.startswith("^") else ("", rest)
    inside = ""
    while rest and not (rest[0] == "]" and inside):
        if rest[0] in "-]":
            raise ValueError("there is nothing before -" if rest[0] == "-" else "[ is never closed")
        low, rest = _character(rest)
        inside += re.escape(low)
        if rest.startswith("-"):
            if rest[1:2] in ("", "]"):
                raise ValueError("there is nothing after -")
            high, rest = _character(rest[1:])
            if high < low:
                raise ValueError(f"{low} comes after {high}")
            inside += f"-{re.escape(high)}"
    if not rest:
        raise ValueError("[ is never closed")
    return f"[{inverted}{inside}]", rest[1:]


def _character(rest: str) -> tuple[str, str]:
    """The next character, which a backslash may stand before; and what is left."""
    if rest[0] != "\\":
        return rest[0], rest[1:]
    if len(rest) == 1:
        raise ValueError("there is nothing after \\")
    return rest[1], rest[2:]
