# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a node, its containers and, on the head, its applications. Changes nothing.

A line of a log is evidence of a moment. What holds now is looked at: `diagnosis_looks` asks, and `_core.diagnosis.verdict`
judges.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import socket
import time
import typing as t
from dataclasses import replace

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_serve import (
    ServeFacts,
    proxies_of,
    serve_look,
)
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import Log, newest_first
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.verdict import NodeReport, Verdict, judged
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import of_config
from ansible_collections.ray.containers.plugins.module_utils._core.serve.difference import Record
from ansible_collections.ray.containers.plugins.module_utils._core.serve.images import images_of
from ansible_collections.ray.containers.plugins.module_utils._core.serve.overview import overview
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account, account
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text
from ansible_collections.ray.containers.plugins.module_utils._host.podman.image_store import read_store
from ansible_collections.ray.containers.plugins.module_utils._host.ray import logs as ray_logs
from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_commands import raylet_commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray.serve_api import (
    ApiDenied,
    ApiError,
    ApiUnreachable,
    ServeApi,
)
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of
from ansible_collections.ray.containers.plugins.module_utils._resource import (
    diagnosis_of_parity,
    diagnosis_of_powers,
    diagnosis_of_raylet,
)
from ansible_collections.ray.containers.plugins.module_utils._resource.diagnosis_looks import (
    Around,
    looks_at,
    raylet_age,
)
from ansible_collections.ray.containers.plugins.module_utils._resource.diagnosis_of_raylet import Raylet

__all__ = ["horizon", "read"]

#: A fault that did not come again for this long is past, where nothing tells whether it holds: Ray tries again every
#: RAY_worker_register_timeout_seconds (60).
RECENT_SECONDS = 900.0

#: The same while all applications run and nothing of them is starting.
WELL_SECONDS = 120.0


def read(parameters: dict[str, t.Any], commands: Commands) -> dict[str, t.Any]:
    """The results ``findings``, ``past``, ``unknown`` and ``ray``; and ``told`` for the controller, where versions can be
    compared.
    """
    now = time.time()
    raylet = diagnosis_of_raylet.raylet_here()
    # The node says better than the inventory what its raylet runs in: by which name it was pulled, and in which way now.
    image = raylet.image if raylet else parameters["raylet_image"]
    api = ServeApi(parameters["dashboard_url"], parameters["token_file"], user=parameters["user"])
    serve = _serve(api, raylet, parameters["record"], now)
    configs = [application.config for application in serve.status.applications] if serve.status else []
    parameters["secrets"].update(api.secrets, of_config(configs))
    logs, listed, session = _logs(parameters, image, commands)
    looks = looks_at(
        Around(
            user=parameters["user"],
            raylet=raylet,
            image=image,
            temp_dir=parameters["temp_dir"],
            token_file=parameters["token_file"],
            proxy=_proxy_port(serve.status),
            images=_deployed(serve.status),
            running=ray_logs.running_images(listed, session),
            nodes=parameters["nodes"],
        ),
        commands,
    )
    # Serve comes back some time after its head.
    looks = (*looks, serve_look(replace(serve, age=raylet_age(parameters["user"])) if looks else serve))
    since = ray_logs.local_time(horizon(serve.status, now))
    node = NodeReport(
        socket.gethostname(),
        looks,
        tuple(newest_first(logs)),
        since,
        ray_logs.local_time(ray_logs.last_started(listed, session)),
        is_head=bool(raylet and raylet.is_head),
    )
    images = diagnosis_of_parity.used_images(
        logs, since, [*_deployed(serve.status), *ray_logs.running_images(listed, session)]
    )
    told = diagnosis_of_parity.contents(parameters["user"], parameters["runtime_path"], images, commands, image)
    told_now = _result(judged([node]))
    if raylet:
        told_now["findings"] += diagnosis_of_powers.power_findings(
            commands, parameters["user"], raylet.image, ray_logs.local_time(now)
        )
    if told_now["findings"] or told_now["past"]:
        # A node that is well need not compile it.
        from ansible_collections.ray.containers.plugins.module_utils._resource.diagnosis_secrets import secrets_of_node

        engine = raylet_commands(commands, image)
        parameters["secrets"].update(secrets_of_node(engine, parameters["user"], session, logs))
    result = {
        **told_now,
        "ray": bool(raylet or serve.status),
        **({"looks": {look.question: look.answer for look in looks}} if raylet or serve.status else {}),
        **({"serve": overview(serve.status)} if serve.status else {}),
        **_for_all_nodes(parameters["user"], raylet, serve),
        "history": parameters["history"],
        "nodes": api.addresses() if serve.status else [],
        "clock": time.time(),
    }
    return {**result, "told": {**told, "time": ray_logs.local_time(now)}} if told else result


def _for_all_nodes(user: str, raylet: Raylet | None, serve: ServeFacts) -> dict[str, t.Any]:
    """What the controller needs to judge all nodes together (`_core.diagnosis.cluster`)."""
    owner = account(user) if raylet else None
    if raylet is None or owner is None:
        return {}
    return {
        "head": raylet.is_head,
        "raylet_image": raylet.image,
        "user": user,
        "images": _deployed(serve.status),
        "stored": _stored(owner, in_container=bool(raylet.image)),
    }


def _stored(owner: Account, *, in_container: bool) -> list[str] | None:
    """The names of the images in the account's store; None where it cannot be read."""
    try:
        images = read_store(owner, in_container=in_container)
    except (OperatorError, OSError):
        return None
    return None if images is None else sorted({name for each in images for name in (*each.names, *each.digests)})


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


def _serve(api: ServeApi, raylet: Raylet | None, record: str, now: float) -> ServeFacts:
    """What the dashboard tells; where nobody listens only a head is to have one."""
    try:
        document = api.details()
    except ApiDenied as error:
        return ServeFacts(problem=f"{error.what}: {error.why}", denied=True)
    except OperatorError as error:
        # What only a head can be without; that this node's own token cannot be read is another look's matter.
        silent = isinstance(error, ApiUnreachable) or not isinstance(error, ApiError)
        absent = silent and not (raylet and raylet.is_head)
        return ServeFacts(problem=f"{error.what}: {error.why}", absent=absent)
    recorded = Record.read(read_text(record)) if record else None
    return ServeFacts(
        ServeStatus.read(document),
        proxies_of(document),
        recorded=_names(recorded),
        now=now,
    )


def _proxy_port(status: ServeStatus | None) -> int:
    """Where Serve's proxies listen; 0 where it does not run."""
    options = (status.options.get("http_options") or {}) if status and status.started else {}
    return int(options.get("port") or 0)


def _names(record: Record | None) -> tuple[str, ...]:
    """The applications of the last good Serve config."""
    applications = (record.config.get("applications") or ()) if record else ()
    return tuple(str(each.get("name") or "default") for each in applications if isinstance(each, dict))


def _deployed(status: ServeStatus | None) -> list[str]:
    """The images that Serve's applications are to run in."""
    configs = [application.config for application in status.applications] if status else []
    return list(dict.fromkeys(image for images in images_of({"applications": configs}).values() for image in images))


def _logs(
    parameters: t.Mapping[str, t.Any], raylet_image: str, commands: Commands
) -> tuple[list[Log], list[ray_logs.Row], str]:
    """What is written on this node, the Ray user's containers, and the session that they belong to."""
    logs = ray_logs.journal(commands, diagnosis_of_raylet.UNIT)
    engine, user = raylet_commands(commands, raylet_image), parameters["user"]
    try:
        territory = files_of(user)
        session = ray_logs.current_session(territory, parameters["temp_dir"])
        if not session:
            return logs, [], ""
        listed = ray_logs.listed_containers(engine, user)
        logs += [*ray_logs.session_logs(territory, session), *ray_logs.ended_containers(engine, user, session, listed)]
    except OperatorError as error:
        unread = Log(parameters["temp_dir"], (f"cannot be read: {error.why}",), ray_logs.local_time(time.time()))
        return [*logs, unread], [], ""
    return logs, listed[0], session


def _result(verdict: Verdict) -> dict[str, t.Any]:
    return {
        "findings": [finding.as_result() for finding in verdict.findings],
        "past": [finding.as_result() for finding in verdict.history],
        "unknown": [{"question": question, "why": why} for _host, question, why in verdict.unknown],
    }
