# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An image's configuration, read from its registry: nothing is pulled.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._host.registry.api import (
    RegistryApi,
    RegistryFailure,
    RegistryFault,
)

__all__ = ["image_variables"]


def image_variables(registry: RegistryApi, reference: ImageReference, architecture: str) -> dict[str, str]:
    """The ENV of an image.

    :param architecture: which of several to take, as OCI names it (``amd64``).
    :raises RegistryFailure: the registry does not tell it, or not in a form of OCI's or Docker's.
    """
    manifest = _read(reference, registry.manifest(reference))
    listed = manifest.get("manifests")
    if isinstance(listed, list):
        chosen = _of_architecture(reference, listed, architecture)
        manifest = _read(reference, registry.manifest(reference.pinned(chosen)))
    try:
        digest = str(manifest["config"]["digest"])
        configuration = _read(reference, registry.blob(reference, digest))
        entries = configuration["config"].get("Env") or []
        return dict(str(entry).partition("=")[::2] for entry in entries)
    except (LookupError, TypeError, AttributeError):
        why = f"{reference.registry} describes it in a form that is none of OCI's or Docker's"
        raise RegistryFailure(RegistryFault.REFUSED, reference, why) from None


def _of_architecture(reference: ImageReference, listed: t.Sequence[t.Any], architecture: str) -> str:
    """The digest of the index's entry for Linux and the architecture."""
    offered: list[str] = []
    for entry in listed:
        platform = entry.get("platform") or {}
        if platform.get("os") == "linux":
            offered.append(str(platform.get("architecture")))
            if offered[-1] == architecture:
                return str(entry["digest"])
    why = f"it is there for {', '.join(offered) or 'no Linux'}, not for {architecture}"
    raise RegistryFailure(RegistryFault.MISSING, reference, why)


def _read(reference: ImageReference, text: bytes) -> dict[str, t.Any]:
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        why = f"{reference.registry} answers with something that is no description of an image"
        raise RegistryFailure(RegistryFault.REFUSED, reference, why)
    return document
