# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps applications from becoming root: which hosts and images are refused, and the steps that look at them.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.plan import Step
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.temp_directory import TEMP_DIR
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.state import (
    RootlessDesired,
    RootlessObserved,
)

__all__ = [
    "LookThroughImage",
    "NotePowers",
    "SetTempDirAside",
    "check_image",
    "image_steps",
    "power_steps",
    "warnings",
]


@dataclass(frozen=True)
class NotePowers:
    """Look whether the account can become root where nobody has since it was made, and remember it."""

    fresh: bool


@dataclass(frozen=True)
class LookThroughImage:
    """Look whether the account can become root in the raylet's image, and remember it."""

    image: str


@dataclass(frozen=True)
class SetTempDirAside:
    """Move Ray's own directory away, which somebody else has made."""


def check_image(user: str, policy: str, image: str, weak: t.Sequence[tuple[str, str]]) -> None:
    """Refuse a raylet's image in which the account can become root, unless that is allowed.

    :param policy: ``refuse`` or ``allow``.
    :param weak: (evidence, line of a Containerfile) of each way.
    :raises OperatorError: with every way, and the lines that take them away.
    """
    if not weak or policy == "allow":
        return
    # Only a node that is refused compiles it.
    from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import privileges
    from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error

    lines = "; ".join(dict.fromkeys(line for _evidence, line in weak))
    raise error(
        privileges.IMAGE_GIVES_ROOT,
        f"In the raylet's image {image} the account {user} can become root, which is root of the host",
        why="; ".join(evidence for evidence, _line in weak),
        remedy=f"Add to its Containerfile, after USER root: {lines}. Or build it with the playbook raylet_image",
    )


def power_steps(desired: RootlessDesired, observed: RootlessObserved) -> t.Iterator[Step]:
    """That is looked at as soon as there is an account: of one that is yet to make, sudo cannot be asked."""
    if observed.temp_dir_owner:
        yield Step(
            SetTempDirAside(),
            f"Put {TEMP_DIR} aside, which {observed.temp_dir_owner} has made: Ray's logs and sockets will lie there",
            before=f"owner={observed.temp_dir_owner}\n",
        )
    if not observed.powers_noted:
        yield Step(
            NotePowers(fresh=observed.account_uid is None),
            f"See how {desired.user} could become root of this host",
            changes=False,
        )


def image_steps(desired: RootlessDesired, observed: RootlessObserved) -> t.Iterator[Step]:
    """The gate before anything is started from the raylet's image; once for each image."""
    if desired.raylet_image and observed.image_weak is None:
        yield Step(
            LookThroughImage(desired.raylet_image),
            f"See how {desired.user} could become root in {desired.raylet_image}",
            changes=False,
        )


def warnings(desired: RootlessDesired, observed: RootlessObserved) -> list[str]:
    """What is told of a host that goes on all the same."""
    told = [f"{desired.user}: {evidence} [{code}]" for code, evidence in observed.powers]
    image = [f"{desired.raylet_image}: {evidence} [RC-258]" for evidence, _line in observed.image_weak or ()]
    return [*told, *image]
