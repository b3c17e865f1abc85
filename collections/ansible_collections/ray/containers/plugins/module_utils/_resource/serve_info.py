# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Serve runs, as a small result.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.log_text import masked, shortened
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import mapping
from ansible_collections.ray.containers.plugins.module_utils._core.serve.images import images_of
from ansible_collections.ray.containers.plugins.module_utils._core.serve.query import proxy_address
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ApplicationStatus, ServeStatus
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.serve_api import ServeApi

__all__ = ["read"]

#: A dashboard that is just starting answers after a moment.
READY_SECONDS = 30.0


def read(parameters: dict[str, t.Any], commands: Commands) -> dict[str, t.Any]:
    """What runs, as the result ``serve``."""
    api = ServeApi(parameters["dashboard_url"], parameters["token_file"])
    return {"serve": summary(ServeStatus.read(api.patient(api.details, seconds=READY_SECONDS)), parameters["address"])}


def summary(status: ServeStatus, address: str) -> dict[str, t.Any]:
    """The result from a status.

    :param address: stands in URLs instead of the head's own address.
    """
    proxy = proxy_address({}, mapping(status.options.get("http_options")))
    return {
        "started": status.started,
        "http": {"host": proxy.host, "port": proxy.port} if status.started else {},
        "applications": [
            {
                "name": application.name,
                "status": application.status,
                "message": shortened(masked(application.text), 500),
                "url": proxy.url(application.route, host=address or status.head) if application.route else "",
                "images": images_of({"applications": [application.config]}).get(application.name, []),
                "deployments": _deployments(application),
            }
            for application in status.applications
        ],
    }


def _deployments(application: ApplicationStatus) -> list[dict[str, t.Any]]:
    return [
        {
            "name": deployment.name,
            "status": deployment.status,
            "target": deployment.target,
            "replicas": dict(deployment.replicas),
        }
        for deployment in application.deployments
    ]
