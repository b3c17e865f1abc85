# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a condition with a deadline, for tests that break things and watch them mend."""

from __future__ import annotations

import threading
import time
import typing as t

__all__ = ["eventually"]

Value = t.TypeVar("Value")

POLL_SECONDS = 0.5


def eventually(ask: t.Callable[[], Value | None], *, within: float, what: str) -> Value:
    """The first answer of *ask* that is true; AssertionError when there is none *within* so many seconds."""
    deadline = time.monotonic() + within
    never = threading.Event()
    while True:
        answer = ask()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {within:.0f} seconds: {what}"
        never.wait(POLL_SECONDS)
