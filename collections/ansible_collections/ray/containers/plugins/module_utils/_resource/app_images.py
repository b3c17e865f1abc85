# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capability `app_images`: the images of applications in the Ray user's store, ready for Ray's containers.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import typing as t
from dataclasses import replace

from ansible_collections.ray.containers.plugins.module_utils._core.images.plan import (
    AppImagesSpec,
    plan_images,
    read_references,
)
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.stored_image import StoredImage, find_stored
from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import applications_of
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import account
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.podman.client import Podman, PodmanFailed, passed_on
from ansible_collections.ray.containers.plugins.module_utils._host.podman.image_store import read_store
from ansible_collections.ray.containers.plugins.module_utils._host.podman.keep_id_maps import keep_id_maps
from ansible_collections.ray.containers.plugins.module_utils._host.ray.engine import engine_commands
from ansible_collections.ray.containers.plugins.module_utils._host.records import Records
from ansible_collections.ray.containers.plugins.module_utils._resource.lifecycle import Resource
from ansible_collections.ray.containers.plugins.module_utils._resource.version_parity import TIMEOUT, read, secrets_of

__all__ = ["ARGUMENT_SPEC", "AppImages", "build"]

ARGUMENT_SPEC: dict[str, t.Any] = {
    "user": {"type": "str", "default": "ray"},
    "images": {"type": "list", "elements": "str", "required": True},
    "applications": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "application": {"type": "str", "required": True},
            "deployment": {"type": "str", "default": ""},
            "reference": {"type": "str", "required": True},
            "pinned": {"type": "str", "default": ""},
        },
    },
    "parallel": {"type": "int", "default": 3},
    "timeout": {"type": "int", "default": 1800},
    "raylet_image": {"type": "str", "default": ""},
    "runtime_path": {"type": "path", "default": ""},
    # Its variables may hold secrets.
    "config": {"type": "raw", "no_log": True},
}


class AppImages(Resource[t.Tuple[StoredImage, ...]]):
    """A list of images in one account's store, each pulled and under the id map of ``--userns=keep-id``."""

    def __init__(self, spec: AppImagesSpec, commands: Commands) -> None:
        super().__init__(commands)
        self.spec = spec
        self.podman = Podman(engine_commands(commands, spec.raylet_image), spec.user, passed_on(os.environ))
        self.records = Records(f"mapped-{spec.user}{'-container' if spec.raylet_image else ''}")
        self._planned: tuple[Step, ...] = ()
        self._done = False

    @property
    def secrets(self) -> frozenset[str]:
        return secrets_of(applications_of(self.spec.config)) if self.spec.config else frozenset()

    def observe(self) -> tuple[StoredImage, ...]:
        """What is in the store; nothing where Podman, the account or its store is not there yet.

        The store's own files answer, and Podman where they are not understood. A Podman that fails here fails again at
        the first pull, and then says why.
        """
        found = account(self.spec.user)
        if found is None:
            return ()
        stored = read_store(found, keep_id_maps(found), in_container=bool(self.spec.raylet_image))
        if stored is None:
            try:
                stored = tuple(replace(image, mapped=False) for image in self.podman.images())
            except (PodmanFailed, ValueError):
                return ()
        # By our record where the store does without copies or is not understood.
        return tuple(replace(image, mapped=image.mapped or bool(self.records.get(image.id))) for image in stored)

    def plan(self, observed: tuple[StoredImage, ...]) -> Plan:
        plan = plan_images(self.spec.references, observed, self.spec.user)
        self._planned = plan.steps
        return plan

    def apply(self, step: Step) -> None:
        # The steps are independent, so the first one carries all of them out, side by side.
        if not self._done:
            self._done = True
            # Here and not above: a node that has its images need not compile how they are brought.
            from ansible_collections.ray.containers.plugins.module_utils._resource.image_pulls import ImagePulls

            ImagePulls(self.spec, self.podman, self.records).carry_out([planned.action for planned in self._planned])

    def result(self, observed: tuple[StoredImage, ...], plan: Plan) -> dict[str, t.Any]:
        stored = self.observe() if self._done else observed
        result = {
            "images": [_as_result(reference, find_stored(reference, stored)) for reference in self.spec.references]
        }
        return {**result, **read_contents(self.spec, self.commands, stored)} if self.spec.config else result


def _as_result(reference: ImageReference, image: StoredImage | None) -> dict[str, t.Any]:
    return {
        "reference": str(reference),
        "digest": image.digest if image else reference.digest,
        "id": image.id if image else "",
        "size": image.size if image else 0,
    }


def read_contents(spec: AppImagesSpec, commands: Commands, stored: t.Sequence[StoredImage]) -> dict[str, t.Any]:
    """What `version_parity_info` compares, told on the way, so that it need not come to the node for it."""
    asked = {
        "user": spec.user,
        "runtime_path": spec.runtime_path,
        "raylet_image": spec.raylet_image,
        "images": [str(reference) for reference in spec.references],
        "config": spec.config,
        "timeout": TIMEOUT,
        "secrets": set(),
    }
    return read(asked, commands, stored)


def build(parameters: dict[str, t.Any], commands: Commands) -> AppImages:
    """The capability that these parameters of the module ask for."""
    return AppImages(
        AppImagesSpec(
            user=parameters["user"],
            references=read_references(parameters["images"]),
            applications=tuple(parameters["applications"]),
            parallel=parameters["parallel"],
            timeout=float(parameters["timeout"]),
            raylet_image=parameters["raylet_image"],
            runtime_path=parameters["runtime_path"],
            config=parameters["config"] or "",
        ),
        commands,
    )
