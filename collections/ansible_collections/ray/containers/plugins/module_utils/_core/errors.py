# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one way this collection says that something failed.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

__all__ = ["OperatorError"]


class OperatorError(Exception):
    """A failure in an operator's words: what failed, why, and what to do about it.

    :param what: what failed, on which application, image or file; no final full stop.
    :param why: the cause as far as it is known, for instance the engine's own last line.
    :param remedy: what the operator can do, as an imperative sentence.
    :param code: the stable ``RC-nnn`` code of the catalogue entry, where there is one.
    """

    def __init__(self, what: str, *, why: str = "", remedy: str = "", code: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.remedy = remedy
        self.code = code

    def __str__(self) -> str:
        sentence = f"{self.what}: {self.why}" if self.why else self.what
        parts = [f"{sentence.rstrip('.')}."]
        if self.remedy:
            parts.append(f"{self.remedy.rstrip('.')}.")
        if self.code:
            parts.append(f"[{self.code}]")
        return " ".join(parts)
