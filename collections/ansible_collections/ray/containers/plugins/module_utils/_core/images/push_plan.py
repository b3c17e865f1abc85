# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pushing an image: whether a registry holds it already, and the step if not.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step

__all__ = [
    "UNKNOWN_COMPRESSION",
    "RegistryImage",
    "PushImage",
    "PushObserved",
    "PushSpec",
    "config_digest",
    "is_converted",
    "plan_push",
    "push_argv",
]

#: What Podman before 4.0 says, which knows gzip alone (containers/podman#12450).
UNKNOWN_COMPRESSION = "unknown flag: --compression-format"


@dataclass(frozen=True)
class PushSpec:
    """What is wanted.

    :param reference: the image in the local store; *destination* its name in the registry.
    :param compression: of layers that the registry does not have yet: ``zstd`` or ``gzip``; empty for Podman's own.
    :param timeout: seconds.
    """

    reference: ImageReference
    destination: ImageReference
    tls_verify: bool = True
    auth_file: str = ""
    compression: str = "zstd"
    user: str = ""
    timeout: float = 3600.0


@dataclass(frozen=True)
class RegistryImage:
    """What a registry holds under a name: its digest, and the id of the image (the digest of its configuration).

    :param image_id: the local image's, where the registry holds that one converted.
    """

    digest: str
    image_id: str


@dataclass(frozen=True)
class PushObserved:
    """The id of the local image, empty when there is none; and what the registry holds, None when nothing is known."""

    image_id: str
    pushed: RegistryImage | None


@dataclass(frozen=True)
class PushImage:
    """Push the image."""

    spec: PushSpec


def config_digest(manifest: bytes) -> str:
    """The id of the image that a manifest describes; empty for an index or something else.

    A registry's digest of a pushed image differs from the local one, since layers are compressed on the way; the
    configuration, with the digests of the layers as they unpack, stays the same (OCI image specification, config.md).
    """
    try:
        config = json.loads(manifest).get("config") or {}
        return str(config.get("digest") or "").partition(":")[2]
    except (ValueError, AttributeError):
        return ""


def is_converted(configuration: bytes, image: t.Mapping[str, t.Any]) -> bool:
    """Whether a configuration is that of a local image, written again for the other form of manifests.

    Docker's form has no zstd, so Podman pushes such an image in OCI's, whose configuration has another digest
    (Podman 4.3.1: containers/image copy.go, docker_schema2.go).

    :param image: as ``podman image inspect`` shows it: in OCI's terms whatever its form (libimage inspect.go).
    """
    try:
        pushed = json.loads(configuration)
        return (
            pushed.get("created") == image["Created"]
            and pushed["rootfs"]["diff_ids"] == image["RootFS"]["Layers"]
            and _set(pushed["config"]) == _set(image["Config"])
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        return False


def _set(config: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Docker's form lists what is not set, too."""
    return {key: value for key, value in config.items() if value}


def plan_push(spec: PushSpec, observed: PushObserved) -> Plan:
    """Push unless the registry holds the very image."""
    pushed = observed.pushed
    if pushed and observed.image_id and pushed.image_id == observed.image_id:
        return Plan()
    why = "the registry holds another image under this name" if pushed else "the registry is not known to hold it"
    return Plan(
        (
            Step(
                PushImage(spec),
                f"Push {spec.reference} to {spec.destination}: {why}"
                if spec.reference != spec.destination
                else f"Push {spec.reference}: {why}",
                before=f"{spec.destination} {pushed.image_id[:12] or pushed.digest}\n" if pushed else "",
                after=f"{spec.destination} {observed.image_id[:12] or 'as it will be built'}\n",
            ),
        )
    )


def push_argv(spec: PushSpec, digest_file: str) -> tuple[str, ...]:
    """The arguments of podman. Credentials come from a file: a command line is for everybody to see."""
    options: list[str] = [f"--tls-verify={'true' if spec.tls_verify else 'false'}", f"--digestfile={digest_file}"]
    if spec.compression:
        options.append(f"--compression-format={spec.compression}")
    if spec.auth_file:
        options.append(f"--authfile={spec.auth_file}")
    return ("push", "--quiet", *options, str(spec.reference), f"docker://{spec.destination}")
