# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capability `ray_runtime` where raylets run in containers: Ray comes with their image, and is only looked at.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import socket
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import raylet_image as faults
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.firewall.places import UNIT_PATH as FIREWALL
from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import ImageFacts
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._resource.lifecycle import Resource
from ansible_collections.ray.containers.plugins.module_utils._resource.raylet_image import read_facts

__all__ = ["RayInImage"]


class RayInImage(Resource[t.Optional[ImageFacts]]):
    """Ray and Python as the raylet's image has them, held to the versions that are asked for.

    :param python_version: the exact version; empty for whatever the image has.
    """

    def __init__(self, commands: Commands, user: str, image: str, version: str, python_version: str) -> None:
        super().__init__(commands)
        self.user = user
        self.image = image
        self.version = version
        self.python_version = python_version

    def observe(self) -> ImageFacts | None:
        return read_facts(self.commands, self.user, self.image)

    def plan(self, observed: ImageFacts | None) -> Plan:
        """No steps: the image was pulled with the Ray user's engine.

        :raises OperatorError: the image holds another Ray or Python.
        """
        if observed is None:
            return Plan()
        found = {"Ray": observed.ray_version, "Python": observed.python_version}
        wanted = {"Ray": self.version, "Python": self.python_version or observed.python_version}
        wrong = [f"{name} {found[name]} and not {wanted[name]}" for name in found if found[name] != wanted[name]]
        if wrong:
            raise OperatorError(
                f"The raylet's image {self.image} on {socket.gethostname()} holds {', and '.join(wrong)}",
                why=faults.WRONG_RAY.cause,
                remedy=faults.WRONG_RAY.remedy,
                code=faults.WRONG_RAY.code,
            )
        return Plan()

    def result(self, observed: ImageFacts | None, plan: Plan) -> dict[str, t.Any]:
        return {
            "ray_runtime": {
                "path": "",
                "python": "python",
                "ray_version": self.version,
                "ray_commit": observed.ray_commit if observed else "",
                "python_version": observed.python_version if observed else self.python_version,
            },
            "firewall": os.path.exists(FIREWALL),
        }
