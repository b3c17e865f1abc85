# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capability `ray_runtime`: Ray at an exact version for an exact Python, on a node.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.firewall.places import UNIT_PATH as FIREWALL
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.plan import (
    AddPackages,
    FetchUv,
    InstallPython,
    InstallRay,
    RuntimeFound,
    RuntimeSpec,
    defect,
    plan_runtime,
    reject,
    runtime_path,
)
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.python.environment import (
    find_interpreter,
    own_interpreter,
    read_environment,
)
from ansible_collections.ray.containers.plugins.module_utils._resource.lifecycle import Resource

__all__ = ["ARGUMENT_SPEC", "RayRuntime", "build"]

ARGUMENT_SPEC: dict[str, t.Any] = {
    "version": {"type": "str", "required": True},
    "python_version": {"type": "str", "default": ""},
    "path": {"type": "path", "default": "/opt/ray"},
    "extras": {"type": "list", "elements": "str", "default": ["serve"]},
    "packages": {"type": "list", "elements": "str", "default": []},
    "state": {"type": "str", "default": "present", "choices": ["present", "absent"]},
    "raylet_image": {"type": "str", "default": ""},
    "user": {"type": "str", "default": "ray"},
}


class RayRuntime(Resource[RuntimeFound]):
    """Ray in a virtual environment that root owns and everybody may read."""

    def __init__(self, spec: RuntimeSpec, commands: Commands) -> None:
        super().__init__(commands)
        reject(spec)
        self.spec = spec
        self.root = spec.path.rstrip("/")

    def observe(self) -> RuntimeFound:
        files.require_roots(self.root)
        own = own_interpreter(self.commands) if not self.spec.python_version else None
        version = self.spec.python_version or (own.version if own else "")
        environment = read_environment(runtime_path(self.spec, version), self.commands)
        if own is None and defect(self.spec, version, environment):
            own = find_interpreter(version, f"{self.root}/python", self.commands)
        return RuntimeFound(version, own, os.path.isfile(f"{self.root}/uv/uv"), environment)

    def plan(self, observed: RuntimeFound) -> Plan:
        return plan_runtime(self.spec, observed)

    def apply(self, step: Step) -> None:
        if isinstance(step.action, (FetchUv, InstallPython, InstallRay, AddPackages)):
            # Here and not above: a node where Ray is there need not compile how it comes there.
            from ansible_collections.ray.containers.plugins.module_utils._resource.ray_installation import Installation

            Installation(self.spec, self.commands).carry_out(step.action)
        else:
            super().apply(step)

    def result(self, observed: RuntimeFound, plan: Plan) -> dict[str, t.Any]:
        path = runtime_path(self.spec, observed.python_version)
        environment = read_environment(path, self.commands) if plan.steps else observed.environment
        return {
            "ray_runtime": {
                "path": path,
                "python": f"{path}/bin/python",
                "ray_version": self.spec.version,
                "ray_commit": environment.ray_commit if environment else "",
                "python_version": observed.python_version,
            },
            "firewall": os.path.exists(FIREWALL),
        }


def build(parameters: dict[str, t.Any], commands: Commands) -> Resource[t.Any]:
    """The capability that these parameters of the module ask for."""
    if parameters["raylet_image"] and parameters["state"] == "present":
        # Only nodes whose raylets run in containers compile it.
        from ansible_collections.ray.containers.plugins.module_utils._resource.ray_runtime_in_image import RayInImage

        return RayInImage(
            commands,
            parameters["user"],
            parameters["raylet_image"],
            parameters["version"].strip(),
            parameters["python_version"].strip(),
        )
    extras = tuple(sorted({extra.strip().lower() for extra in parameters["extras"] if extra.strip()}))
    spec = RuntimeSpec(
        version=parameters["version"].strip(),
        python_version=parameters["python_version"].strip(),
        path=parameters["path"],
        extras=extras,
        state=parameters["state"],
        packages=tuple(sorted(parameters["packages"])),
    )
    return RayRuntime(spec, commands)
