# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a node, its containers and, on the head, its applications. Changes nothing.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import Diagnosis, Log, diagnose
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray import logs as ray_logs
from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_commands import raylet_commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray.serve_api import (
    ApiDenied,
    ApiError,
    ApiUnreachable,
    ServeApi,
)
from ansible_collections.ray.containers.plugins.module_utils._resource import diagnosis_of_parity

__all__ = ["horizon", "read", "status_logs"]

#: A fault that did not come again for this long is past, on a node that cannot see how the applications are: Ray tries
#: again every RAY_worker_register_timeout_seconds (60).
RECENT_SECONDS = 900.0

#: The same while all applications run and nothing of them is starting.
WELL_SECONDS = 120.0

UNIT = "raylet.service"


def read(parameters: dict[str, t.Any], commands: Commands) -> dict[str, t.Any]:
    """The results ``findings`` and ``past``; and ``told`` for the controller, where versions can be compared."""
    now = time.time()
    status, logs = _serve(ServeApi(parameters["dashboard_url"], parameters["token_file"]), now)
    logs += _node(parameters, commands)
    told = diagnose(logs, ray_logs.local_time(horizon(status, now)))
    return _result(told, _parity(parameters, logs, commands), ray_logs.local_time(now))


def horizon(status: ServeStatus | None, now: float) -> float:
    """What is older than this, in seconds since the epoch, is past.

    :param status: None where no dashboard answers, as on a worker.
    """
    if status is None or not status.applications:
        return now - RECENT_SECONDS
    unsettled = [application.deployed_at for application in status.applications if not application.settled]
    if not unsettled:
        return now - WELL_SECONDS
    return min([now - WELL_SECONDS, *unsettled])


def status_logs(status: ServeStatus, now: float) -> list[Log]:
    """What Serve itself says about applications that are not well: true now, whenever it was first said."""
    return [
        Log(f"Serve, application {each.name}", tuple(each.text.splitlines()), ray_logs.local_time(now))
        for each in status.applications
        if not each.settled and each.text
    ]


def _serve(api: ServeApi, now: float) -> tuple[ServeStatus | None, list[Log]]:
    """The status, and what is wrong with asking for it; a node where nobody listens is a worker."""
    try:
        status = ServeStatus.read(api.details())
    except ApiUnreachable:
        return None, []
    except ApiDenied:
        return None, [Log(api.url, ("Invalid or missing authentication token",), ray_logs.local_time(now))]
    except ApiError as error:
        return None, [Log(api.url, (str(error),), ray_logs.local_time(now))]
    return status, status_logs(status, now)


def _node(parameters: t.Mapping[str, t.Any], commands: Commands) -> list[Log]:
    logs = ray_logs.journal(commands, UNIT)
    session = ray_logs.current_session(parameters["temp_dir"])
    if not session:
        return logs
    engine = raylet_commands(commands, parameters["raylet_image"])
    return [*logs, *ray_logs.session_logs(session), *ray_logs.ended_containers(engine, parameters["user"], session)]


def _parity(parameters: t.Mapping[str, t.Any], logs: t.Sequence[Log], commands: Commands) -> dict[str, t.Any]:
    images = diagnosis_of_parity.used_images(logs)
    return diagnosis_of_parity.told(
        parameters["user"], parameters["runtime_path"], images, commands, parameters["raylet_image"]
    )


def _result(told: Diagnosis, parity: t.Mapping[str, t.Any], now: str) -> dict[str, t.Any]:
    """The findings, and what the controller makes findings of."""
    result: dict[str, t.Any] = {
        "findings": [sighting.finding() for sighting in told.current],
        "past": [sighting.finding() for sighting in told.past],
    }
    return {**result, "told": {**parity, "time": now}} if parity else result
