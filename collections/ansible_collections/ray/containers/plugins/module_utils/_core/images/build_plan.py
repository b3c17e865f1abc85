# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Building an image: what it is made of, whether the image that is there was made of the same, and the step if not.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import hashlib
import json
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step

__all__ = [
    "BUILD_LABEL",
    "BuildImage",
    "BuildInput",
    "BuildObserved",
    "BuildSpec",
    "InspectedImage",
    "build_argv",
    "build_environment",
    "fingerprint",
    "inspected",
    "last_lines",
    "plan_build",
]

#: Names the `fingerprint` of what an image was built of.
BUILD_LABEL = "ray.containers.build"

#: Variables that podman, or what it is made of, would obey.
_OBEYED = re.compile(
    r"PATH|HOME|USER|LOGNAME|TMPDIR|LANG|(?:LC|LD|XDG|CONTAINERS?|STORAGE|REGISTRY|BUILDAH|DOCKER|SSL|GO|NOTIFY)\w*"
    r"|(?i:https?|ftp|no|all)_(?i:proxy)"
)


@dataclass(frozen=True)
class BuildSpec:
    """What is wanted.

    :param containerfile: its path; *context* is the directory that COPY and ADD take files from.
    :param target: the stage that the image is; the last one when empty.
    :param volumes: as ``podman build --volume`` takes them; lent to the build's steps and no part of the image.
    :param network: of the build's steps.
    :param user: whose store the image goes to; the module's own account when empty.
    :param timeout: seconds.
    """

    reference: ImageReference
    context: str
    containerfile: str
    build_args: t.Mapping[str, str] = field(default_factory=dict)
    labels: t.Mapping[str, str] = field(default_factory=dict)
    target: str = ""
    volumes: tuple[str, ...] = ()
    network: str = "host"
    user: str = ""
    timeout: float = 3600.0


@dataclass(frozen=True)
class BuildInput:
    """The text of the Containerfile, and a digest over the context's files."""

    containerfile: str
    context_digest: str


@dataclass(frozen=True)
class InspectedImage:
    """What ``podman image inspect`` says of an image, as far as a build cares."""

    id: str
    names: tuple[str, ...]
    labels: t.Mapping[str, str]
    layers: tuple[str, ...]


@dataclass(frozen=True)
class BuildObserved:
    """What is there.

    :param base: the image that the wanted stage starts from, if the store has it.
    """

    given: BuildInput
    image: InspectedImage | None
    base: InspectedImage | None


@dataclass(frozen=True)
class BuildImage:
    """Build the image and label it with *fingerprint*."""

    spec: BuildSpec
    fingerprint: str


def fingerprint(spec: BuildSpec, given: BuildInput) -> str:
    """A digest over everything that the image is made of, but for its base, which `plan_build` compares by layers."""
    parts = {
        "containerfile": given.containerfile,
        "context": given.context_digest,
        "build_args": dict(spec.build_args),
        "labels": dict(spec.labels),
        # Only where there is one, so that images from before there were targets are not built again.
        **({"target": spec.target} if spec.target else {}),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def inspected(configurations: t.Iterable[t.Mapping[str, t.Any]]) -> tuple[InspectedImage, ...]:
    """What ``podman image inspect`` printed, as values."""
    return tuple(
        InspectedImage(
            id=str(item["Id"]),
            names=(str(item["Id"]), *(item.get("RepoTags") or ()), *(item.get("RepoDigests") or ())),
            labels=item.get("Labels") or {},
            layers=tuple((item.get("RootFS") or {}).get("Layers") or ()),
        )
        for item in configurations
    )


def plan_build(spec: BuildSpec, observed: BuildObserved) -> Plan:
    """Build unless the image was made of the same, on the base that is there now."""
    wanted = fingerprint(spec, observed.given)
    image = observed.image
    had = image.labels.get(BUILD_LABEL, "") if image else ""
    if image is None:
        why = "it is not in the store"
    elif not had:
        why = "the one in the store was not built by this module"
    elif had != wanted:
        why = "its Containerfile, context, arguments, labels or target have changed"
    elif observed.base and image.layers[: len(observed.base.layers)] != observed.base.layers:
        why = "its base image has changed"
    else:
        return Plan()
    return Plan(
        (
            Step(
                BuildImage(spec, wanted),
                f"Build {spec.reference} from {spec.containerfile}: {why}",
                before=f"{spec.reference} {had[:12] or 'built otherwise'}\n" if image else "",
                after=f"{spec.reference} {wanted[:12]}\n",
            ),
        )
    )


def build_argv(action: BuildImage) -> tuple[str, ...]:
    """The arguments of podman that build the image, its layers cached."""
    spec = action.spec
    options = [f"--network={spec.network}", "--layers", f"--label={BUILD_LABEL}={action.fingerprint}"]
    options += [f"--label={name}={value}" for name, value in sorted(spec.labels.items())]
    by_environment = build_environment(spec)
    options += [
        f"--build-arg={name}" if name in by_environment else f"--build-arg={name}={value}"
        for name, value in sorted(spec.build_args.items())
    ]
    options += [f"--volume={volume}" for volume in spec.volumes]
    if spec.target:
        options.append(f"--target={spec.target}")
    return ("build", *options, f"--tag={spec.reference}", f"--file={spec.containerfile}", spec.context)


def build_environment(spec: BuildSpec) -> dict[str, str]:
    """The arguments whose values podman takes from its own environment, so that no list of processes shows them.

    An argument that is given without a value has the one of the variable of its name (podman-build(1), since 2.2).
    """
    return {name: value for name, value in spec.build_args.items() if not _OBEYED.fullmatch(name)}


def last_lines(output: str, errors: str, count: int = 20) -> str:
    """The end of a build's output, with Podman's own errors after it."""
    lines = [line.rstrip() for line in (*output.splitlines(), *errors.splitlines()) if line.strip()]
    return "\n".join(lines[-count:])
