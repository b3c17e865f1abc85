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
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import Log, sightings
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.serve import deploy_failure
from ansible_collections.ray.containers.plugins.module_utils._core.serve.images import images_of
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ApplicationStatus, ServeStatus
from ansible_collections.ray.containers.plugins.module_utils._host.ray.logs import local_time
from ansible_collections.ray.containers.plugins.module_utils._host.ray.serve_api import RayNode, ServeApi
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_head import Head
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_proxies import ProxyWatch

__all__ = ["Overtaken", "ServeWatch"]

#: How long Ray's control service may be away while something is waited for, in seconds.
AWAY_SECONDS = 90.0

#: Between two looks at the raylets, in seconds: each look is a request for each node.
LOOK_SECONDS = 5.0

#: A raylet tells that a worker died only when its time to register is over (RAY_worker_register_timeout_seconds, which
#: `_core.raylet.command` sets to this). What it tells earlier is about workers of before.
UNREGISTERED_SECONDS = 120.0

RAYLET_ERRORS = ("raylet", "err")
LINES = 300

#: The end of each raylet's log.
Lines = t.Dict[RayNode, t.List[str]]


class Overtaken(OperatorError):
    """Serve has got another config than this run's: a run whose controller was killed may live on beside a newer one."""

    def __init__(self) -> None:
        super().__init__(
            "Another deploy has come in between",
            why="while this run was under way, another run or somebody by hand has changed what is deployed; what runs now "
            "was not touched, and nothing was recorded",
            remedy="See to it that one run at a time deploys, and run again",
        )


class ServeWatch:
    """Watches a deploy.

    :param head: this node, asked when Serve does not tell a cause.
    :param wall: seconds since the epoch.
    """

    def __init__(
        self,
        api: ServeApi,
        head: Head,
        *,
        clock: t.Callable[[], float] = time.monotonic,
        pause: t.Callable[[float], None] = time.sleep,
        wall: t.Callable[[], float] = time.time,
    ) -> None:
        self._api = api
        self._head = head
        self._clock = clock
        self._pause = pause
        self._wall = wall
        self._began = 0.0
        self._before: Lines | None = None
        self._later: Lines | None = None
        self._looking_since = 0.0
        self._deploys: t.Mapping[str, float] | None = None
        self._proxies = ProxyWatch(api, clock)

    def begin(self) -> None:
        """A deploy comes. What the raylets have said until now is not about it, and what is deployed may change."""
        self._look_from_now_on()
        self._deploys = None
        self._proxies.begin()

    def keep(self, status: ServeStatus) -> None:
        """Until the next deploy of this run, what is deployed must stay what *status* shows."""
        self._deploys = status.deploys if status.started else None

    def until_running(
        self,
        config: t.Mapping[str, t.Any],
        names: t.Sequence[str],
        seconds: float,
        *,
        others_may_stay: bool = False,
    ) -> ServeStatus:
        """Wait until the applications *names* run with all their replicas, no others are left, and every proxy is HEALTHY.

        :param others_may_stay: do not wait until no others are left.
        :raises OperatorError: one failed, or will never start, or the time is up; with the cause. Or `Overtaken`.
        """
        if self._before is None:
            self._look_from_now_on()
        images = images_of(config)
        started = self._clock()
        looked = started
        pause = 0.1
        while True:
            status = self.status()
            leaving = [] if others_may_stay else status.leaving(names)
            waiting = [*status.incomplete(names), *leaving]
            unready = status.unready_proxies()
            if not waiting and not unready:
                return status
            self._proxies.look(unready, alone=not waiting)
            for application in waiting:
                if application.failed and application.name in names:
                    raise deploy_failure.failed(application, images)
            now = self._clock()
            if waiting and now - started > seconds:
                raise deploy_failure.too_late(waiting, images, seconds, _added(self._before, self._raylet_logs()))
            if now - looked > LOOK_SECONDS:
                looked = now
                error = self._hopeless(waiting, images) if waiting else None
                if error:
                    raise error
            self._pause(pause)
            pause = min(2 * pause, 1.0)

    def stay_well(self, config: t.Mapping[str, t.Any], names: t.Sequence[str], seconds: float) -> None:
        """See the applications *names*, which run, be well for so long.

        :raises OperatorError: a health check of one fails, or it loses a replica.
        """
        ends = self._clock() + seconds
        while names and self._clock() < ends:
            unwell = self.status().incomplete(names)
            if unwell:
                raise deploy_failure.unwell(unwell[0], images_of(config), self._head.controller_log())
            self._pause(0.5)

    def _hopeless(
        self, waiting: t.Sequence[ApplicationStatus], images: t.Mapping[str, t.Sequence[str]]
    ) -> OperatorError | None:
        """Why waiting longer cannot help; None while it may."""
        logs = self._raylet_logs()
        certain = deploy_failure.certain(_added(self._before, logs))
        if certain:
            return deploy_failure.stuck(waiting, images, certain)
        of_these = {image for application in waiting for image in images.get(application.name, ())}
        dead = [found for log in self._head.dead_workers(of_these, self._began) for found in sightings(log)]
        if dead:
            return deploy_failure.stuck(waiting, images, dead[-1], "the head")
        if self._clock() - self._looking_since < UNREGISTERED_SECONDS:
            return None
        if self._later is None:
            self._later = logs
        deaths = deploy_failure.deaths(_added(self._later, logs))
        return deploy_failure.stuck(waiting, images, deaths) if deaths else None

    def _raylet_logs(self) -> Lines:
        return self._api.newest_logs(*RAYLET_ERRORS, LINES)

    def _look_from_now_on(self) -> None:
        self._before, self._later = self._raylet_logs(), None
        self._began, self._looking_since = self._wall(), self._clock()

    def status(self, seconds: float = AWAY_SECONDS) -> ServeStatus:
        """Where Serve stands, as soon as it can say it.

        :raises Overtaken: something else is deployed than what was to stay.
        """
        status = ServeStatus.read(self._api.patient(self._api.details, seconds=seconds, unreachable=True))
        # A dashboard that cannot ask the GCS finds no controller, and answers as if Serve had never started.
        if status.started and self._deploys not in (None, status.deploys):
            raise Overtaken
        return status


def _added(before: Lines | None, after: Lines) -> list[Log]:
    """What each raylet has said between two looks."""
    now = local_time(time.time())
    return [
        Log(f"node {node.address}", tuple(new_lines((before or {}).get(node, []), lines)), now, time_follows=True)
        for node, lines in after.items()
    ]
