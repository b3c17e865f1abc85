# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One deploy at a time on a head, with the name of who deploys.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import locks as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.lock import Lock

__all__ = ["DeployLock", "LockLost", "Locked", "lock_path"]

#: Of a run: a rehearsal, a deploy and the way back are waited for, `wait_timeout` each, and there are queries to answer.
WAITS = 3
QUERY_SECONDS = 900

#: Somebody who only looks who holds the lock holds it for a moment (`holder_of`).
MOMENT = 1.0


class LockLost(OperatorError):
    """Another run has taken the lock away, since this one's time was up."""

    def __init__(self) -> None:
        entry = catalogue.LOCK_LOST
        super().__init__(
            entry.title,
            why="this run had not ended when its time was up; nothing more is touched",
            remedy=entry.remedy,
            code=entry.code,
        )


def lock_path(record: str) -> str:
    """The file beside the record of the last good config."""
    return os.path.join(os.path.dirname(record), "deploy.lock")


class DeployLock:
    """The lock, taken; it lasts until it is released, or this process ends.

    :param parameters: of the module serve_config.
    :raises OperatorError: another run has it, and keeps it longer than this one waits.
    """

    def __init__(
        self,
        parameters: t.Mapping[str, t.Any],
        *,
        clock: t.Callable[[], float] = time.monotonic,
        pause: t.Callable[[float], None] = time.sleep,
        wall: t.Callable[[], float] = time.time,
    ) -> None:
        self._lock = Lock(lock_path(parameters["record"]))
        now = wall()
        holder = {
            "who": parameters["who"],
            "why": parameters["why"],
            "since": now,
            "until": now + WAITS * parameters["wait_timeout"] + QUERY_SECONDS,
        }
        seconds = parameters["lock_timeout"]
        deadline = clock() + max(MOMENT, seconds)
        while not self._lock.taken(holder):
            other = self._lock.holder()
            # Whoever has just taken it has not said yet until when.
            if 0 < float(other.get("until") or 0.0) < wall():
                self._lock.take_away()
                continue
            if clock() > deadline:
                self._lock.release()
                raise Locked(other, seconds)
            pause(0.2)

    def release(self) -> None:
        self._lock.release()

    def confirm(self) -> None:
        """Go on only as long as the lock is ours.

        :raises LockLost: it is not.
        """
        if not self._lock.is_ours:
            raise LockLost


class Locked(OperatorError):
    """Another run deploys.

    :param details: more for the module's result: whom it is waited for.
    """

    def __init__(self, holder: t.Mapping[str, t.Any], waited: float) -> None:
        who = holder.get("who") or "somebody"
        since = time.strftime("%H:%M:%S", time.localtime(float(holder.get("since") or 0.0)))
        why = f" ({holder['why']})" if holder.get("why") else ""
        entry = catalogue.LOCKED
        super().__init__(
            f"{who} deploys on this head since {since}{why}",
            why=f"one run at a time deploys, and nothing was touched{f'; waited for {waited:.0f} s' if waited else ''}",
            remedy=entry.remedy,
            code=entry.code,
        )
        self.details = {"waits_for": self.what}
