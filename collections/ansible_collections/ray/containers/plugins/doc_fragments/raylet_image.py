# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option of every module that works where the raylet does, once."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation shared by the modules that reach a raylet in a container."""

    DOCUMENTATION = r"""
options:
  raylet_image:
    description:
      - The image of the container that the raylet of this node runs in, with its registry, best pinned by its digest.
      - The Ray user's Podman, Ray and Python are then those of that container, and the user's images lie below
        C(/var/lib/containers/ray-user).
      - When empty, the raylet is a service of the host, with the host's Podman.
    type: str
    default: ""
"""
