# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deployments that an application will have, whether or not its config lists them.

A Serve config need not name them: they are in the code. They are known from an image that built the application to be asked
(`parity.program`), or from what runs, where the same code runs already.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import math
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import Application, mapping
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ApplicationStatus

__all__ = ["Deployed", "deployments_of", "known_from_images"]

#: What makes a code of an application: with these the same, it has the same deployments (Ray 2.60.0 serve/_private/
#: application_state.py get_app_code_version).
CODE = ("import_path", "runtime_env", "args")

Fields = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Deployed:
    """A deployment as it will be.

    :param needs: what a replica asks of the cluster: a mapping of resources for each thing that must be on one node.
    :param replicas: how many there are, or at the least where load decides.
    :param says_surge: whether its code says how it surges.
    :param checks: whether its code checks the health of a replica itself.
    """

    name: str
    needs: tuple[t.Mapping[str, float], ...] = ()
    replicas: int = 1
    scales: bool = False
    gang: bool = False
    says_surge: bool = False
    checks: bool = False


def known_from_images(contents: Fields) -> dict[str, dict[str, Fields]]:
    """By application, the deployments that images told (`parity.facts.ImageFacts.deployments`).

    :param contents: what app_images tells of a node.
    """
    found: dict[str, dict[str, Fields]] = {}
    for facts in mapping(contents.get("images")).values():
        for application, told in mapping(mapping(facts).get("deployments")).items():
            found[str(application)] = {str(name): mapping(each) for name, each in mapping(told).items()}
    return found


def deployments_of(
    application: Application, told: t.Mapping[str, Fields] | None, running: ApplicationStatus | None
) -> tuple[Deployed, ...] | None:
    """The deployments of *application* as its config and its code make them; None when they are not known.

    :param told: by name, as its image has them; None when no image told.
    :param running: what runs under its name.
    """
    if told:
        known = [_from_code(name, each) for name, each in sorted(told.items())]
    elif running and running.deployments and _same_code(application.fields, running.config):
        known = [
            Deployed(each.name, each.needs, each.target, bool(each.options.get("autoscaling_config")))
            for each in running.deployments
        ]
    else:
        return None
    written = {deployment.name: deployment.fields for deployment in application.deployments}
    return tuple(_as_configured(each, written.get(each.name, {})) for each in known)


def _same_code(wanted: Fields, running: Fields) -> bool:
    return all((wanted.get(key) or None) == (running.get(key) or None) for key in CODE)


def _from_code(name: str, told: Fields) -> Deployed:
    needs = told.get("needs")
    return Deployed(
        name,
        tuple(_amounts(each) for each in needs) if isinstance(needs, list) else (),
        _count(told.get("replicas")),
        bool(told.get("scales")),
        bool(told.get("gang")),
        bool(told.get("surges")),
        bool(told.get("checks")),
    )


def _as_configured(deployment: Deployed, written: Fields) -> Deployed:
    """With what the config says of it: ray_actor_options in a config replace those of the code as a whole."""
    needs = deployment.needs
    if isinstance(written.get("placement_group_bundles"), list):
        needs = tuple(_amounts(each) for each in written["placement_group_bundles"])
    elif isinstance(written.get("ray_actor_options"), dict):
        needs = (_requested_by(written["ray_actor_options"]),)
    replicas, scales = deployment.replicas, deployment.scales
    if isinstance(written.get("num_replicas"), int):
        replicas, scales = written["num_replicas"], False
    elif written.get("num_replicas") == "auto" or isinstance(written.get("autoscaling_config"), dict):
        replicas, scales = _count(mapping(written.get("autoscaling_config")).get("min_replicas", 1)), True
    gang = bool(written.get("gang_scheduling_config", deployment.gang))
    return Deployed(deployment.name, needs, replicas, scales, gang, deployment.says_surge, deployment.checks)


def _requested_by(options: Fields) -> dict[str, float]:
    """The resources of ray_actor_options (Ray 2.60.0 _common/utils.py resources_from_ray_options; a replica takes a CPU)."""
    asked: dict[str, t.Any] = {**mapping(options.get("resources")), "CPU": options.get("num_cpus", 1)}
    asked.update({name: options[key] for key, name in (("num_gpus", "GPU"), ("memory", "memory")) if key in options})
    return _amounts(asked)


def _amounts(resources: t.Any) -> dict[str, float]:
    amounts = {str(name): amount for name, amount in mapping(resources).items()}
    return {
        name: float(amount)
        for name, amount in amounts.items()
        if isinstance(amount, (int, float)) and math.isfinite(amount) and amount > 0
    }


def _count(value: t.Any) -> int:
    return value if isinstance(value, int) and value >= 0 else 1
