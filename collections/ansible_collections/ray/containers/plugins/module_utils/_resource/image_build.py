# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capability `image_build`: an image from its Containerfile, built again when what it is made of changes.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import socket
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import images as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.faults.recognition import fault_of
from ansible_collections.ray.containers.plugins.module_utils._core.images.build_plan import (
    BUILD_LABEL,
    BuildImage,
    BuildObserved,
    BuildSpec,
    InspectedImage,
    build_argv,
    build_environment,
    fingerprint,
    inspected,
    last_lines,
    plan_build,
)
from ansible_collections.ray.containers.plugins.module_utils._core.images.containerfile import base_image
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import of_fields
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.podman.build_input import (
    find_containerfile,
    read_as,
)
from ansible_collections.ray.containers.plugins.module_utils._host.podman.client import (
    IN_VAIN,
    Podman,
    PodmanFailed,
    passed_on,
)
from ansible_collections.ray.containers.plugins.module_utils._resource.lifecycle import Resource

__all__ = ["ARGUMENT_SPEC", "ImageBuild", "build"]

ARGUMENT_SPEC: dict[str, t.Any] = {
    "reference": {"type": "str", "required": True},
    "context": {"type": "path", "required": True},
    "containerfile": {"type": "str", "default": ""},
    "build_args": {"type": "dict", "default": {}, "no_log": True},
    "labels": {"type": "dict", "default": {}},
    "target": {"type": "str", "default": ""},
    "volumes": {"type": "list", "elements": "str", "default": []},
    "network": {"type": "str", "default": "host"},
    "user": {"type": "str", "default": ""},
    "timeout": {"type": "int", "default": 3600},
}


#: What begins a line of Podman's own; what the build's steps say stands between them, and is about the image's content.
PODMANS_OWN = ("Error", "error", "time=", "ERRO[", "WARN[", IN_VAIN)


class ImageBuild(Resource[BuildObserved]):
    """An image in one account's store that was made of what its Containerfile and context are now."""

    def __init__(self, spec: BuildSpec, commands: Commands) -> None:
        super().__init__(commands)
        self.spec = spec
        self.podman = Podman(commands, spec.user, {**build_environment(spec), **passed_on(os.environ)})

    @property
    def secrets(self) -> frozenset[str]:
        return of_fields(self.spec.build_args)

    def observe(self) -> BuildObserved:
        spec = self.spec
        given = read_as(spec.user, spec.context, spec.containerfile, spec.timeout)
        if given is None:
            entry = catalogue.BUILD_INPUT
            raise OperatorError(
                f"{self.spec.reference} cannot be built on {socket.gethostname()}",
                why=f"there is no {self.spec.containerfile}, or no directory {self.spec.context}",
                remedy=entry.remedy,
                code=entry.code,
            )
        base = base_image(given.containerfile, self.spec.build_args, self.spec.target)
        found = self._inspect(str(self.spec.reference), *([base] if base else []))
        return BuildObserved(given, _named(found, str(self.spec.reference)), _named(found, base))

    def plan(self, observed: BuildObserved) -> Plan:
        return plan_build(self.spec, observed)

    def apply(self, step: Step) -> None:
        action = step.action
        if not isinstance(action, BuildImage):
            super().apply(step)
            return
        try:
            done = self.podman.with_image(*build_argv(action), timeout=self.spec.timeout, check=False)
            failed = done.rc != 0
        except PodmanFailed as late:
            done, failed = late.completed, True
        if failed:
            fault = fault_of("\n".join(line for line in done.stderr.splitlines() if line.startswith(PODMANS_OWN)))
            entry = fault.entry if fault else catalogue.BUILD_FAILED
            raise OperatorError(
                f"{self.spec.reference} does not build on {socket.gethostname()}",
                why=f"{entry.cause} The build's last lines:\n{last_lines(done.stdout, done.stderr)}\n",
                remedy=entry.remedy,
                code=entry.code,
            )

    def result(self, observed: BuildObserved, plan: Plan) -> dict[str, t.Any]:
        image = observed.image
        if plan.steps:
            image = _named(self._inspect(str(self.spec.reference)), str(self.spec.reference))
        current = fingerprint(self.spec, observed.given)
        # In check mode the image that is there is not the one that there would be.
        whole = image is not None and image.labels.get(BUILD_LABEL) == current
        return {
            "image": {
                "reference": str(self.spec.reference),
                "id": image.id if image and whole else "",
                "build": current,
            }
        }

    def _inspect(self, *names: str) -> tuple[InspectedImage, ...]:
        """Those of the images that are there; none where there is no Podman yet, which a build then says."""
        try:
            return inspected(self.podman.inspect(*names))
        except PodmanFailed:
            return ()


def _named(images: t.Iterable[InspectedImage], name: str) -> InspectedImage | None:
    try:
        wanted = ImageReference.parse(name).stored_name
    except OperatorError:
        # No base, or one of another kind, such as oci-archive:file.tar.
        return None
    # A short name is resolved by Podman's own configuration; its tag and repository are what can be compared.
    return next((image for image in images if any(f"/{known}".endswith(f"/{wanted}") for known in image.names)), None)


def build(parameters: dict[str, t.Any], commands: Commands) -> ImageBuild:
    """The capability that these parameters of the module ask for."""
    context = parameters["context"].rstrip("/") or "/"
    spec = BuildSpec(
        reference=ImageReference.parse(parameters["reference"]),
        context=context,
        containerfile=find_containerfile(context, parameters["containerfile"]),
        build_args={str(name): str(value) for name, value in parameters["build_args"].items()},
        labels={str(name): str(value) for name, value in parameters["labels"].items()},
        target=parameters["target"],
        volumes=tuple(parameters["volumes"]),
        network=parameters["network"],
        user=parameters["user"],
        timeout=float(parameters["timeout"]),
    )
    return ImageBuild(spec, commands)
