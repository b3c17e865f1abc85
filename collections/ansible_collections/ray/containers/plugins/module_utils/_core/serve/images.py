# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which images a Serve config runs its applications in.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig

__all__ = ["images_of"]


def images_of(config: t.Mapping[str, t.Any]) -> dict[str, list[str]]:
    """The images of each application that has any."""
    images: dict[str, list[str]] = {}
    for image in ServeConfig.read(config).images:
        images.setdefault(image.application, []).append(str(image.reference))
    return images
