# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One line for each long step: when it starts, and how long it took."""

from __future__ import annotations

import sys
import threading
import time
import typing as t
from contextlib import contextmanager

__all__ = ["Progress"]


class Progress:
    """Prints what is being done. Steps may run side by side, so every line is whole and names its step."""

    def __init__(self, stream: t.TextIO = sys.stdout) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self.changes = 0

    def say(self, line: str) -> None:
        """Print one line at once."""
        with self._lock:
            print(line, file=self._stream, flush=True)

    @contextmanager
    def step(self, sentence: str) -> t.Iterator[None]:
        """Announce a change, and say how long it took (in seconds) when it is done."""
        self.changes += 1
        self.say(f"- {sentence} ...")
        started = time.monotonic()
        yield
        self.say(f"  {sentence}: {time.monotonic() - started:.1f} s")
