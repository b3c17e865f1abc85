# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How large images are, from their manifests in the registries: what a node has to fetch, without fetching it.

Only for the controller. OCI image specification 1.1, image manifest and image index.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import concurrent.futures
import json
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference

__all__ = ["Manifests", "sizes"]


class Manifests(t.Protocol):
    """Who fetches manifests: `RegistryApi`."""

    def manifest(self, reference: ImageReference) -> bytes: ...


def sizes(registries: Manifests, references: t.Iterable[ImageReference]) -> dict[ImageReference, int]:
    """The bytes of each image's layers and configuration as the registry holds them, side by side.

    Of an image for several platforms, those of the first one for Linux. Left out where the registry does not tell: this
    is for a warning, and what is really wrong with a registry the digests tell.
    """
    asked = list(dict.fromkeys(references))
    if not asked:
        return {}
    with concurrent.futures.ThreadPoolExecutor(max_workers=min(8, len(asked))) as pool:
        told = pool.map(lambda reference: _size(registries, reference), asked)
        return {reference: size for reference, size in zip(asked, told, strict=True) if size is not None}


def _size(registries: Manifests, reference: ImageReference) -> int | None:
    try:
        manifest = json.loads(registries.manifest(reference))
        for entry in manifest.get("manifests", []):
            if entry.get("platform", {}).get("os") == "linux":
                manifest = json.loads(registries.manifest(reference.pinned(entry["digest"])))
                break
        return sum(int(part["size"]) for part in [manifest["config"], *manifest["layers"]])
    except (OperatorError, ValueError, LookupError, TypeError, AttributeError):
        return None
