# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a deploy does to each application and each of its deployments.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import Application, ServeConfig
from ansible_collections.ray.containers.plugins.module_utils._core.serve.deployments import Deployed
from ansible_collections.ray.containers.plugins.module_utils._core.serve.difference import Differences
from ansible_collections.ray.containers.plugins.module_utils._core.serve.images import images_of
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import (
    ApplicationStatus,
    ServeStatus,
    joined,
)

__all__ = ["ApplicationChange", "DeploymentChange", "changes"]

#: A difference here gives an application new code, and all of its deployments new replicas.
CODE = ("import_path", "runtime_env", "args", "what is deployed is not known")

#: A difference here gives a deployment new replicas (Ray 2.60.0 serve/_private/version.py requires_actor_restart).
RESTARTING = (
    *("ray_actor_options", "placement_group_bundles", "placement_group_strategy", "max_replicas_per_node"),
    *("placement_group_bundle_label_selector", "gang_scheduling_config", "deployment_actors"),
)
SCALING = ("num_replicas", "autoscaling_config")


@dataclass(frozen=True)
class DeploymentChange:
    """What becomes of a deployment.

    :param how: ``new``, ``replaced`` (by new replicas), ``reconfigured``, ``scaled``, ``removed`` or ``untouched``.
    :param fields: what differs.
    """

    name: str
    how: str
    fields: tuple[str, ...] = ()

    def sentence(self) -> str:
        return f"{self.name} {self.how}" + (f" ({', '.join(self.fields)})" if self.fields else "")


@dataclass(frozen=True)
class ApplicationChange:
    """What becomes of an application.

    :param how: ``new``, ``changed``, ``started again``, ``removed`` or ``untouched``.
    :param images: before and after, where they differ.
    :param fields: what differs.
    :param known: whether all of its deployments are known.
    """

    name: str
    how: str
    images: tuple[str, str] = ("", "")
    fields: tuple[str, ...] = ()
    deployments: tuple[DeploymentChange, ...] = ()
    known: bool = True

    @property
    def replaced(self) -> tuple[str, ...]:
        """The deployments whose replicas give way to new ones."""
        return tuple(each.name for each in self.deployments if each.how == "replaced")

    @property
    def restarts(self) -> bool:
        """Whether an application that users have gets new replicas."""
        return self.how == "changed" and (_new_code(self.fields) or bool(self.replaced))

    def sentence(self) -> str:
        """The change in a few words."""
        said = f"{self.name} is {self.how}"
        if any(self.images):
            said += f", image {self.images[0] or 'none'} -> {self.images[1] or 'none'}"
        elif self.fields and _new_code(self.fields):
            said += f" ({', '.join(self.fields)})"
        touched = [each.sentence() for each in self.deployments if each.how != "untouched"]
        return f"{said}: {joined(touched)}" if touched and self.how == "changed" else said


def changes(
    config: t.Mapping[str, t.Any],
    status: ServeStatus,
    found: Differences,
    expected: t.Mapping[str, t.Sequence[Deployed] | None],
) -> tuple[ApplicationChange, ...]:
    """What becomes of every application, those of *config* first.

    :param expected: by application, the deployments that it will have; None when they are not known.
    """
    rows = [
        _change(application, status.application(application.name), found, expected.get(application.name))
        for application in ServeConfig.read(config).applications
    ]
    return (*rows, *(ApplicationChange(name, "removed") for name in found.removed))


def _change(
    application: Application,
    running: ApplicationStatus | None,
    found: Differences,
    expected: t.Sequence[Deployed] | None,
) -> ApplicationChange:
    name = application.name
    if name in found.added or running is None:
        return ApplicationChange(
            name, "new", deployments=tuple(DeploymentChange(each.name, "new") for each in expected or ())
        )
    if name in found.failed:
        return ApplicationChange(name, "started again")
    if name not in found.changed:
        return ApplicationChange(name, "untouched")
    fields = tuple(found.changed[name])
    before, after = (
        ", ".join(images_of({"applications": [each]}).get(name, [])) for each in (running.config, application.fields)
    )
    images = (before, after) if before != after else ("", "")
    here = {each.name for each in running.deployments}
    there = {each.name for each in expected} if expected is not None else here
    rows = [_deployment(each, fields, each in here) for each in sorted(there)]
    rows += [DeploymentChange(each, "removed") for each in sorted(here - there)]
    return ApplicationChange(name, "changed", images, fields, tuple(rows), expected is not None)


def _deployment(name: str, fields: t.Sequence[str], is_there: bool) -> DeploymentChange:
    if not is_there:
        return DeploymentChange(name, "new")
    prefix = f"deployments.{name}."
    own = tuple(field[len(prefix) :] for field in fields if field.startswith(prefix))
    heads = {field.split(".")[0] for field in own}
    if _new_code(fields) or heads & set(RESTARTING):
        return DeploymentChange(name, "replaced", own)
    if heads and heads <= set(SCALING):
        return DeploymentChange(name, "scaled", own)
    return DeploymentChange(name, "reconfigured", own) if own else DeploymentChange(name, "untouched")


def _new_code(fields: t.Iterable[str]) -> bool:
    return any(field.split(".")[0] in CODE for field in fields)
