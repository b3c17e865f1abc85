# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rolling a deployment so that none of its requests waits: a new replica runs before an old one stops.

Ray stops the old replica first unless ``max_surge_percent`` of a deployment says otherwise, and what comes in meanwhile piles up.
Where neither the config nor the code says it, this collection adds it to what it sends, and leaves it out where it compares.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import copy
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, mapping
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus

__all__ = ["FIELD", "carried", "with_surge", "without_surge"]

FIELD = "max_surge_percent"
PERCENT = 100

Fields = t.Mapping[str, t.Any]


def with_surge(config: Fields, names: t.Mapping[str, t.Iterable[str]]) -> dict[str, t.Any]:
    """A copy of *config* in which these deployments, by application, surge, as far as it says nothing about that."""
    sent: dict[str, t.Any] = copy.deepcopy(dict(config))
    for application in sent.get("applications") or []:
        deployments = list(application.get("deployments") or [])
        for name in names.get(str(application.get("name", "default")), ()):
            listed = next((each for each in deployments if mapping(each).get("name") == name), None)
            if listed is None:
                deployments.append({"name": name, FIELD: PERCENT})
            else:
                listed.setdefault(FIELD, PERCENT)
        if deployments:
            application["deployments"] = deployments
    return sent


def carried(config: Fields, status: ServeStatus) -> dict[str, tuple[str, ...]]:
    """The deployments that surge since this collection sent it so: what is not to be touched is sent as it was."""
    found = {}
    for application in ServeConfig.read(config).applications:
        running = status.application(application.name)
        added = _added(application.fields, running.config) if running else ()
        if added:
            found[application.name] = added
    return found


def without_surge(desired: Fields, deployed: Fields) -> Fields:
    """What Serve has of an application, without what this collection added to it."""
    added = _added(desired, deployed)
    if not added:
        return deployed
    wanted = _named(desired)
    kept = []
    for each in deployed["deployments"]:
        fields = {key: value for key, value in each.items() if key != FIELD} if each.get("name") in added else each
        if set(fields) != {"name"} or each.get("name") in wanted:
            kept.append(fields)
    return {
        **{key: value for key, value in deployed.items() if key != "deployments"},
        **({"deployments": kept} if kept else {}),
    }


def _added(desired: Fields, deployed: Fields) -> tuple[str, ...]:
    wanted = _named(desired)
    return tuple(
        name
        for name, fields in _named(deployed).items()
        if fields.get(FIELD) == PERCENT and FIELD not in wanted.get(name, {})
    )


def _named(application: Fields) -> dict[str, Fields]:
    listed = application.get("deployments")
    return (
        {str(each.get("name")): each for each in listed if isinstance(each, dict)} if isinstance(listed, list) else {}
    )
