# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes known values out of texts, whole or cut, in whatever form they stand there.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.secrets.forms import forms
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import SHORTEST

__all__ = ["MASK", "Mask"]

MASK = "********"

#: What shortened texts are cut with, ours and those of other programs.
_CUT = re.compile("…|\\.\\.\\.")
#: The least of a cut value that is taken for it.
_PIECE = 4

Span = t.Tuple[int, int]


class Mask:
    """Masks some values. How long that takes goes by the length of the text, and not by how many they are.

    :param values: texts that must not be shown.
    """

    def __init__(self, values: t.Iterable[str] = ()) -> None:
        needles = sorted({form for value in values for form in forms(value)})
        self._longest = max(map(len, needles), default=0)
        #: By what they begin with, and by what they begin and end with where they may be cut.
        self._starting = _grouped(needles, lambda needle: needle[:SHORTEST])
        self._before_cut = _grouped(needles, lambda needle: needle[:_PIECE])
        self._after_cut = _grouped(needles, lambda needle: needle[-_PIECE:])

    def __call__(self, text: str) -> str:
        """The text without the values."""
        if not self._longest:
            return text
        kept, done = [], 0
        for start, end in _joined([*self._whole(text), *self._pieces(text)]):
            kept += [text[done:start], MASK]
            done = end
        return "".join([*kept, text[done:]])

    def _whole(self, text: str) -> t.Iterator[Span]:
        for start in range(len(text) - SHORTEST + 1):
            for needle in self._starting.get(text[start : start + SHORTEST], ()):
                if text.startswith(needle, start):
                    yield start, start + len(needle)

    def _pieces(self, text: str) -> t.Iterator[Span]:
        """What is left of values on both sides of a cut."""
        for cut in _CUT.finditer(text):
            first, last = max(0, cut.start() - self._longest), min(len(text), cut.end() + self._longest)
            for start in range(first, cut.start() - _PIECE + 1):
                piece = text[start : cut.start()]
                if any(needle.startswith(piece) for needle in self._before_cut.get(piece[:_PIECE], ())):
                    yield start, cut.start()
                    break
            for end in range(last, cut.end() + _PIECE - 1, -1):
                piece = text[cut.end() : end]
                if any(needle.endswith(piece) for needle in self._after_cut.get(piece[-_PIECE:], ())):
                    yield cut.end(), end
                    break


def _grouped(needles: t.Iterable[str], key: t.Callable[[str], str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for needle in needles:
        groups.setdefault(key(needle), []).append(needle)
    return groups


def _joined(spans: t.Iterable[Span]) -> list[Span]:
    """The spans in their order, those that touch as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
