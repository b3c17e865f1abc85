# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was deployed on a head, who deploys now, and where a roll-back would lead.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.history import CUT_OFF, UNDER_WAY, PastDeploy
from ansible_collections.ray.containers.plugins.module_utils._core.serve.images import images_of
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.lock import holder_of
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_history import history_of
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_lock import lock_path
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_rollback import recorded

__all__ = ["read"]


def read(parameters: dict[str, t.Any], _commands: Commands) -> dict[str, t.Any]:
    """The results ``deploys``, ``deploying`` and ``target``.

    :raises OperatorError: there is nothing to go back to where ``state`` says.
    """
    holder = holder_of(lock_path(parameters["record"]))
    deploys = [_row(each, bool(holder)) for each in history_of(parameters["record"]).deploys]
    told = {"deploys": deploys, "deploying": holder, "listed": parameters["listed"]}
    return {**told, "target": _target(parameters)} if parameters["state"] else told


def _row(deploy: PastDeploy, deploying: bool) -> dict[str, t.Any]:
    return {
        "number": deploy.number,
        "began": deploy.began,
        "seconds": round(max(0.0, deploy.ended - deploy.began), 1),
        "who": deploy.who,
        "why": deploy.why,
        "result": CUT_OFF if deploy.result == UNDER_WAY and not deploying else deploy.result,
        "said": deploy.said,
        "back_to": deploy.back_to,
        "ray": deploy.ray,
        "digest": deploy.digest,
        "images": deploy.images,
    }


def _target(parameters: dict[str, t.Any]) -> dict[str, t.Any]:
    found = recorded({**parameters, "queries": []})
    images = dict.fromkeys(image for each in images_of(found["config"]).values() for image in each)
    return {"number": found.get("back_to", 0), "ray": found.get("back_to_ray", ""), "images": list(images)}
