# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rehearsal of an application: its new version beside the one that users have, where no user goes.

Names of deployments are an application's own in Ray, and so are their replicas: the same code runs twice under two names of
applications, at two routes.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import copy
import re
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, mapping
from ansible_collections.ray.containers.plugins.module_utils._core.serve.deployments import Deployed
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import DELETING, ServeStatus

__all__ = ["HEALTH_SECONDS", "Rehearsal", "is_rehearsal", "rehearsal", "standing"]

_NAME = re.compile(r"--rehearsal-[0-9a-f]{32}$")

#: In a rehearsal a replica is asked for its health so often, in seconds, and given up after three failures (Ray 2.60.0
#: serve/_private/constants.py REPLICA_HEALTH_CHECK_UNHEALTHY_THRESHOLD): whoever is not well is known after so many seconds.
HEALTH_CHECK_PERIOD = 1
HEALTH_SECONDS = 6.0

Fields = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Rehearsal:
    """A rehearsal of *application*.

    :param name: that Serve runs it under.
    :param route: where it answers; empty for an application without one.
    :param fields: its part of a Serve config.
    :param checks: whether it checks its own health.
    """

    application: str
    name: str
    route: str
    fields: Fields
    checks: bool = False


def is_rehearsal(name: str) -> bool:
    """Whether an application of this name is one: what is there when no run is under way, a killed one has left."""
    return bool(_NAME.search(name))


def rehearsal(fields: Fields, expected: t.Sequence[Deployed] | None, token: str) -> Rehearsal:
    """The rehearsal of the application with these *fields*, with one replica of each of its deployments.

    :param expected: its deployments; where they are not known, as many replicas start as its config and its code say.
    :param token: 32 hexadecimal digits that nobody can guess: they are its route.
    """
    application = str(fields.get("name", "default"))
    own = {**copy.deepcopy(dict(fields)), "name": f"{application}--rehearsal-{token}"}
    has_route = fields.get("route_prefix", "/") is not None
    own["route_prefix"] = f"/{token}" if has_route else None
    # Nothing beside Serve may scale it.
    own.pop("external_scaler_enabled", None)
    deployments = [each for each in own.get("deployments") or [] if isinstance(each, dict)]
    listed = {str(each.get("name")): each for each in deployments}
    for each in expected or ():
        if each.gang:
            continue  # a gang has its size
        if each.name not in listed:
            if each.replicas == 1 and not each.scales and not each.checks:
                continue
            listed[each.name] = {"name": each.name}
            deployments.append(listed[each.name])
        _reduce_to_one_replica(listed[each.name], each.scales)
        if each.checks:
            listed[each.name]["health_check_period_s"] = HEALTH_CHECK_PERIOD
    if deployments:
        own["deployments"] = deployments
    checks = any(each.checks for each in expected or ())
    return Rehearsal(application, own["name"], own["route_prefix"] or "", own, checks)


def standing(status: ServeStatus) -> dict[str, t.Any]:
    """A Serve config that leaves everything as it is, but for rehearsals and for what no config came to an end for."""
    applications = [
        dict(each.config)
        for each in status.applications
        if each.config and each.status != DELETING and not is_rehearsal(each.name)
    ]
    capacity = status.options.get("target_capacity")
    return {"applications": applications, **({} if capacity is None else {"target_capacity": capacity})}


def _reduce_to_one_replica(deployment: dict[str, t.Any], scales: bool) -> None:
    deployment["num_replicas"] = 1
    if scales or deployment.get("autoscaling_config"):
        deployment["autoscaling_config"] = None


def names_in(config: Fields) -> list[str]:
    """The applications of a config."""
    return [application.name for application in ServeConfig.read(mapping(config)).applications]
