# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to go back to: the recorded config in the place of the one that a deploy would be given.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import rollback as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.module_utils._core.serve.difference import Record
from ansible_collections.ray.containers.plugins.module_utils._core.serve.history import GOOD, History, PastDeploy
from ansible_collections.ray.containers.plugins.module_utils._core.serve.images import images_of
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_history import history_of

__all__ = ["recorded", "refuse_another_ray"]


def recorded(parameters: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The parameters of a deploy of the recorded config that ``state`` means: ``last_good``, ``earlier`` or ``recorded``.

    With them, as ``back_to`` and ``back_to_ray``, what the history knows of it: its number, and the version of Ray that it is
    for.

    :raises OperatorError: there is none.
    """
    history = history_of(parameters["record"])
    if parameters["state"] == "recorded":
        past: PastDeploy | None = _numbered(history, parameters["number"])
        config = past.config if past else {}
    else:
        config = _in_record(parameters)
        past = history.with_config(config)
    names_there = {application.name for application in ServeConfig.read(config).applications}
    queries = [query for query in parameters["queries"] if query["application"] in names_there]
    known = {"back_to": past.number, "back_to_ray": past.ray} if past else {}
    return {**parameters, "config": config, "queries": queries, **known}


def refuse_another_ray(parameters: t.Mapping[str, t.Any], ray: str) -> None:
    """Only what ran on this Ray is gone back to.

    :param parameters: as `recorded` returns them.
    :param ray: the version that the head runs; empty when it does not tell.
    :raises OperatorError: it ran on another.
    """
    wanted = parameters.get("back_to_ray")
    if not wanted or not ray or wanted == ray:
        return
    images = dict.fromkeys(image for found in images_of(parameters["config"]).values() for image in found)
    entry = catalogue.OTHER_RAY
    raise OperatorError(
        f"Deploy {parameters['back_to']} ran on Ray {wanted}, and the cluster runs Ray {ray}",
        why=f"its images hold Ray {wanted} ({', '.join(images) or 'none'}); nothing was touched",
        remedy=(
            f"Set ray_version: {wanted} in the inventory and run the site with the Serve config of that deploy, which brings Ray "
            f"{wanted} to every node; or build its images with Ray {ray}"
        ),
        code=entry.code,
    )


def _in_record(parameters: t.Mapping[str, t.Any]) -> t.Mapping[str, t.Any]:
    record = Record.read(files.read_text(parameters["record"]))
    if record is None:
        raise _nothing(catalogue.NO_GOOD_CONFIG, f"{parameters['record']} holds none")
    config = record.config if parameters["state"] == "last_good" else record.earlier
    if config is None:
        names = ", ".join(application.name for application in ServeConfig.read(record.config).applications)
        raise _nothing(catalogue.NO_EARLIER_CONFIG, f"the one that is recorded has {names or 'no application'}")
    return config


def _numbered(history: History, number: int) -> PastDeploy:
    past = history.find(number)
    if past is None:
        there = ", ".join(str(each.number) for each in history.good) or "none"
        raise _nothing(catalogue.NO_SUCH_DEPLOY, f"deploy {number} is not recorded; those that were good: {there}")
    if past.result != GOOD:
        why = f"deploy {number} is {past.result}{f': {past.said}' if past.said else ''}"
        raise _nothing(catalogue.NOT_GOOD, why)
    return past


def _nothing(entry: Entry, why: str) -> OperatorError:
    return OperatorError(entry.title, why=why, remedy=entry.remedy, code=entry.code)
