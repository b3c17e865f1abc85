# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting until applications run, with an eye on the raylets, since Serve does not tell when their containers die.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.log_text import new_lines
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import Log
from ansible_collections.ray.containers.plugins.module_utils._core.serve import deploy_failure
from ansible_collections.ray.containers.plugins.module_utils._core.serve.images import images_of
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus
from ansible_collections.ray.containers.plugins.module_utils._host.ray.logs import local_time
from ansible_collections.ray.containers.plugins.module_utils._host.ray.serve_api import ApiError, RayNode, ServeApi

__all__ = ["ServeWatch"]

#: How long Ray's control service may be away while something is waited for, in seconds.
AWAY_SECONDS = 90.0

#: Between two looks at the raylets, in seconds: each look is a request for each node.
LOOK_SECONDS = 5.0

RAYLET_ERRORS = ("raylet", "err")
LINES = 300


class ServeWatch:
    """Watches a deploy.

    :param ended: the logs of ended application containers of this node, read when nothing else tells a cause.
    """

    def __init__(
        self,
        api: ServeApi,
        *,
        ended: t.Callable[[], t.Sequence[Log]] = tuple,
        clock: t.Callable[[], float] = time.monotonic,
        pause: t.Callable[[float], None] = time.sleep,
    ) -> None:
        self._api = api
        self._ended = ended
        self._clock = clock
        self._pause = pause
        self._before: dict[RayNode, list[str]] | None = None

    def begin(self) -> None:
        """Remember what the raylets have said until now: it is not about what comes."""
        self._before = self._said()

    def until_running(self, config: t.Mapping[str, t.Any], names: t.Sequence[str], seconds: float) -> ServeStatus:
        """Wait until the applications *names* run and no others are left.

        :raises OperatorError: one failed, or will never start, or the time is up; with the cause.
        """
        if self._before is None:
            self.begin()
        images = images_of(config)
        started = self._clock()
        looked = started
        pause = 0.1
        while True:
            status = self.status()
            waiting = [*status.missing(names), *status.leaving(names)]
            if not waiting:
                return status
            for application in waiting:
                if application.failed and application.name in names:
                    raise deploy_failure.failed(application, images)
            now = self._clock()
            if now - started > seconds:
                raise deploy_failure.too_late(waiting, images, seconds, self._fresh())
            if now - looked > LOOK_SECONDS:
                looked = now
                sighting = deploy_failure.hopeless(self._fresh())
                if sighting:
                    more = self._ended() if sighting.fault.generic else ()
                    raise deploy_failure.stuck(waiting, images, sighting, more)
            self._pause(pause)
            pause = min(2 * pause, 1.0)

    def status(self) -> ServeStatus:
        """Where Serve stands, as soon as it can say it."""
        return ServeStatus.read(self._api.patient(self._api.details, seconds=AWAY_SECONDS, unreachable=True))

    def _fresh(self) -> list[Log]:
        """What each raylet has said since `begin`."""
        now = local_time(time.time())
        before = self._before or {}
        return [
            Log(f"node {node.address}", tuple(new_lines(before.get(node, []), lines)), now, time_follows=True)
            for node, lines in self._said().items()
        ]

    def _said(self) -> dict[RayNode, list[str]]:
        """The last lines of every raylet that can be asked: one that cannot must not stop a deploy."""
        said = {}
        try:
            nodes = self._api.nodes()
        except (ApiError, KeyError, TypeError):
            return {}
        for node in nodes:
            try:
                said[node] = self._api.newest_log(node, *RAYLET_ERRORS, LINES)
            except (ApiError, KeyError, TypeError):
                continue
        return said
