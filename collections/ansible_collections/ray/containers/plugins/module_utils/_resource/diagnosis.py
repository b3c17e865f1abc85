# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a node, its containers and, on the head, its applications. Changes nothing.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import (
    Diagnosis,
    Log,
    diagnose,
    told_anyway,
)
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import of_config
from ansible_collections.ray.containers.plugins.module_utils._core.serve.images import images_of
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray import logs as ray_logs
from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_commands import raylet_commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray.serve_api import (
    ApiDenied,
    ApiUnreachable,
    ServeApi,
)
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of
from ansible_collections.ray.containers.plugins.module_utils._resource import (
    diagnosis_of_parity,
    diagnosis_of_powers,
    diagnosis_of_raylet,
)
from ansible_collections.ray.containers.plugins.module_utils._resource.diagnosis_of_raylet import Raylet

__all__ = ["horizon", "read", "status_logs"]

#: A fault that did not come again for this long is past, on a node that cannot see how the applications are: Ray tries
#: again every RAY_worker_register_timeout_seconds (60).
RECENT_SECONDS = 900.0

#: The same while all applications run and nothing of them is starting.
WELL_SECONDS = 120.0


def read(parameters: dict[str, t.Any], commands: Commands) -> dict[str, t.Any]:
    """The results ``findings``, ``past`` and ``ray``; and ``told`` for the controller, where versions can be compared."""
    now = time.time()
    raylet = diagnosis_of_raylet.raylet_here()
    # The node says better than the inventory what its raylet runs in: by which name it was pulled, and in which way now.
    image = raylet.image if raylet else parameters["raylet_image"]
    api = ServeApi(parameters["dashboard_url"], parameters["token_file"], user=parameters["user"])
    status, logs = _serve(api, raylet, now)
    configs = [application.config for application in status.applications] if status else []
    parameters["secrets"].update(api.secrets, of_config(configs))
    if raylet:
        logs += diagnosis_of_raylet.illness(commands, ray_logs.local_time(now))
    of_node, running = _node(parameters, image, commands)
    logs += of_node
    since = ray_logs.local_time(horizon(status, now))
    images = diagnosis_of_parity.used_images(logs, since, [*_deployed(status), *running])
    told = diagnosis_of_parity.told(parameters["user"], parameters["runtime_path"], images, commands, image)
    result = _result(diagnose(logs, since), told, ray_logs.local_time(now))
    if raylet:
        result["findings"] += diagnosis_of_powers.told(
            commands, parameters["user"], raylet.image, ray_logs.local_time(now)
        )
    if result["findings"] or result["past"]:
        # A node that is well need not compile it.
        from ansible_collections.ray.containers.plugins.module_utils._resource.diagnosis_secrets import secrets_of_node

        session = ray_logs.current_session(files_of(parameters["user"]), parameters["temp_dir"])
        engine = raylet_commands(commands, image)
        parameters["secrets"].update(secrets_of_node(engine, parameters["user"], session, logs))
    return {**result, "ray": bool(raylet or status)}


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
        Log(
            f"Serve, application {each.name}",
            told_anyway(each.text.splitlines(), f"application {each.sentence()}"),
            ray_logs.local_time(now),
        )
        for each in status.applications
        if not each.settled
    ]


def _serve(api: ServeApi, raylet: Raylet | None, now: float) -> tuple[ServeStatus | None, list[Log]]:
    """The status, and what is wrong with asking for it; where nobody listens only a head is to have a dashboard."""
    try:
        status = ServeStatus.read(api.details())
    except ApiDenied:
        return None, [Log(api.url, ("Invalid or missing authentication token",), ray_logs.local_time(now))]
    except OperatorError as error:
        if isinstance(error, ApiUnreachable) and not (raylet and raylet.is_head):
            return None, []
        return None, [Log(api.url, (f"{error.what}: {error.why}",), ray_logs.local_time(now))]
    return status, status_logs(status, now)


def _deployed(status: ServeStatus | None) -> list[str]:
    """The images that Serve's applications are to run in."""
    configs = [application.config for application in status.applications] if status else []
    return [image for images in images_of({"applications": configs}).values() for image in images]


def _node(parameters: t.Mapping[str, t.Any], raylet_image: str, commands: Commands) -> tuple[list[Log], list[str]]:
    """What is written on this node, and the images that its application containers run in."""
    logs = ray_logs.journal(commands, diagnosis_of_raylet.UNIT)
    territory = files_of(parameters["user"])
    session = ray_logs.current_session(territory, parameters["temp_dir"])
    if not session:
        return logs, []
    engine, user = raylet_commands(commands, raylet_image), parameters["user"]
    listed = ray_logs.listed_containers(engine, user)
    logs += [*ray_logs.session_logs(territory, session), *ray_logs.ended_containers(engine, user, session, listed)]
    return logs, ray_logs.running_images(listed[0], session)


def _result(told: Diagnosis, parity: t.Mapping[str, t.Any], now: str) -> dict[str, t.Any]:
    """The findings, and what the controller makes findings of."""
    result: dict[str, t.Any] = {
        "findings": [sighting.finding() for sighting in told.current],
        "past": [sighting.finding() for sighting in told.past],
    }
    return {**result, "told": {**parity, "time": now}} if parity else result
