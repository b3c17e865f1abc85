# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Serve runs, as a small result, at once or as soon as applications run again.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import functools
import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.log_text import masked, shortened
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import of_config
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import mapping
from ansible_collections.ray.containers.plugins.module_utils._core.serve.images import images_of
from ansible_collections.ray.containers.plugins.module_utils._core.serve.metrics import Requests, requests_of
from ansible_collections.ray.containers.plugins.module_utils._core.serve.overview import deployments, proxies
from ansible_collections.ray.containers.plugins.module_utils._core.serve.proxy import proxy_address
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import (
    ApplicationStatus,
    ServeStatus,
    joined,
)
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray.serve_api import ServeApi

__all__ = ["read"]

#: A dashboard that is just starting answers after a moment.
READY_SECONDS = 30.0

#: Between two looks while applications are waited for, in seconds.
LOOK_EVERY = 0.5


def read(parameters: dict[str, t.Any], commands: Commands) -> dict[str, t.Any]:
    """What runs, as the result ``serve``; in check mode nothing is waited for.

    :raises OperatorError: the time to wait is up, and an application is not whole.
    """
    api = ServeApi(parameters["dashboard_url"], parameters["token_file"], user=parameters["user"])
    seconds = 0 if parameters["check_mode"] else parameters["wait_timeout"]
    look = functools.partial(_status, api, parameters["secrets"])
    not_on = frozenset(parameters["not_on"])
    status = _whole(look, parameters["applications"], seconds, not_on) if seconds else look()
    counted = requests_of(api.metrics()) if parameters["requests"] else None
    return {"serve": summary(status, parameters["address"], counted)}


def _status(api: ServeApi, secrets: set[str]) -> ServeStatus:
    status = ServeStatus.read(api.patient(api.details, seconds=READY_SECONDS))
    secrets.update(api.secrets, of_config([application.config for application in status.applications]))
    return status


def _whole(
    look: t.Callable[[], ServeStatus], names: t.Sequence[str], seconds: float, not_on: frozenset[str] = frozenset()
) -> ServeStatus:
    """Where Serve stands as soon as every replica of the applications *names* runs, and none of them on these nodes."""
    deadline = time.monotonic() + seconds
    while True:
        status = look()
        waiting = [*status.unsettled(names), *_on(status, names, not_on)]
        if not waiting:
            return status
        if time.monotonic() > deadline:
            raise OperatorError(
                f"Serve does not have all replicas of {joined(sorted(one.name for one in waiting))} running",
                why=f"after {seconds:.0f} s {'; '.join(one.sentence() for one in waiting)}",
                remedy="Run the playbook ray.containers.diagnose, which tells the cause, and then the site again",
            )
        time.sleep(LOOK_EVERY)


def _on(status: ServeStatus, names: t.Sequence[str], nodes: frozenset[str]) -> list[ApplicationStatus]:
    """Those of *names* that are whole, and have replicas on these nodes."""
    return [
        application
        for application in status.applications
        if application.name in names
        and application.settled
        and any(nodes.intersection(deployment.nodes.values()) for deployment in application.deployments)
    ]


def summary(status: ServeStatus, address: str, requests: t.Mapping[str, Requests] | None = None) -> dict[str, t.Any]:
    """The result from a status.

    :param address: stands in URLs instead of the head's own address.
    :param requests: by application, what its metrics tell; None when they were not asked.
    """
    proxy = proxy_address({}, mapping(status.options.get("http_options")))
    return {
        "started": status.started,
        "http": {"host": proxy.host, "port": proxy.port} if status.started else {},
        "applications": [
            {
                "name": application.name,
                "status": application.status,
                "settled": application.settled,
                "message": shortened(masked(application.text), 500),
                "url": proxy.url(application.route, host=address or status.head) if application.route else "",
                "images": images_of({"applications": [application.config]}).get(application.name, []),
                "nodes": sorted({node for each in application.deployments for node in each.nodes.values()}),
                "since": min((each.since for each in application.deployments if each.since), default=0.0),
                "deployments": deployments(application),
                **_requests(application.name, requests),
            }
            for application in status.applications
        ],
        "proxies": proxies(status),
    }


def _requests(name: str, requests: t.Mapping[str, Requests] | None) -> dict[str, t.Any]:
    if requests is None:
        return {}
    counted = requests.get(name)
    return {"requests": {"answered": counted.answered, "failed": counted.failed} if counted else {}}
