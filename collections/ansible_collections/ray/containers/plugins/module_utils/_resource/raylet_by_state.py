# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which capability the state asks for that a raylet is to be in.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._resource.raylet import Raylet, build

__all__ = ["build_by_state"]


def build_by_state(parameters: dict[str, t.Any], commands: Commands) -> Raylet:
    """The capability that these parameters of the module ask for."""
    if parameters["state"] not in ("emptied", "held"):
        return build(parameters, commands)
    # Only a rotation of the token compiles it.
    from ansible_collections.ray.containers.plugins.module_utils._resource.raylet_rotation import RotatedRaylet

    return build(parameters, commands, RotatedRaylet)
