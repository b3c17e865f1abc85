# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Serve runs where, as results tell it: deployments with their replicas by node, and proxies.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.images import images_of
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import (
    ApplicationStatus,
    DeploymentStatus,
    ServeStatus,
)

__all__ = ["deployments", "overview", "proxies"]


def overview(status: ServeStatus) -> dict[str, t.Any]:
    """A moment of Serve for the report; nothing while it does not run."""
    if not status.started:
        return {}
    return {
        "applications": [
            {
                "name": application.name,
                "status": application.status,
                "images": images_of({"applications": [application.config]}).get(application.name, []),
                "deployments": deployments(application),
            }
            for application in status.applications
        ],
        "proxies": proxies(status),
    }


def deployments(application: ApplicationStatus) -> list[dict[str, t.Any]]:
    """The deployments of one application; *nodes* has how many replicas run at which address."""
    return [
        {
            "name": deployment.name,
            "status": deployment.status,
            "target": deployment.target,
            "replicas": dict(deployment.replicas),
            "nodes": _by_address(deployment),
        }
        for deployment in application.deployments
    ]


def _by_address(deployment: DeploymentStatus) -> dict[str, int]:
    """Several raylets of one machine are one line."""
    counts: dict[str, int] = {}
    for node, count in deployment.spread.items():
        address = deployment.nodes[node]
        counts[address] = counts.get(address, 0) + count
    return dict(sorted(counts.items()))


def proxies(status: ServeStatus) -> list[dict[str, str]]:
    """What takes the requests of each node."""
    return [{"node": proxy.address, "status": proxy.status} for proxy in status.proxies]
