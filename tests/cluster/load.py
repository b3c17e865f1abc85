# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The load that runs while tests change a cluster or harm it, and what became of its requests."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import typing as t
from pathlib import Path

from tests.load.figures import Figures, TimedRequest, figures

__all__ = ["Load"]

PROJECT = Path(__file__).resolve().parents[2]

#: Requests without an answer for so many seconds have failed (`python -m tests.load --patience`).
PATIENCE = 30


class Load:
    """Asks the same of every node, `rate` times a second over all targets, for as long as the block lasts.

    :param targets: by name, the URL and the text that its answers must hold.
    """

    def __init__(self, targets: t.Mapping[str, tuple[str, str]], log: Path, rate: float = 50) -> None:
        self._targets, self._log, self._rate = targets, log, rate

    def __enter__(self) -> Load:
        named = [f"{name}={url} {text}" for name, (url, text) in self._targets.items()]
        argv = [sys.executable, "-m", "tests.load", "--rate", str(self._rate), "--patience", str(PATIENCE)]
        self._process = subprocess.Popen(
            [*argv, "--log", str(self._log), *named], cwd=PROJECT, stdout=subprocess.DEVNULL
        )
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(2 * PATIENCE)

    def figures(self, since: float, until: float) -> dict[str, Figures]:
        """By target, of what was sent between two moments: waits until all of that is answered, or has failed."""
        due = int((until - since) * self._rate / len(self._targets)) - 1
        while True:
            assert self._process.poll() is None, "the load has ended"
            found = figures(self._requests(), since, until)
            complete = len(found) == len(self._targets) and all(each.sent >= due for each in found.values())
            if complete or time.time() > until + PATIENCE + 1:
                return found
            time.sleep(0.5)

    def _requests(self) -> t.Iterator[TimedRequest]:
        for line in self._log.read_text().splitlines(keepends=True):
            if line.endswith("\n"):
                yield TimedRequest(*json.loads(line))
