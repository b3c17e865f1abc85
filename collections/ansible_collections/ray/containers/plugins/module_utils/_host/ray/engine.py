# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the Ray user's commands run: on the host, or in the container that the raylet runs in.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands

__all__ = ["engine_commands"]


def engine_commands(commands: Commands, raylet_image: str) -> Commands:
    """The command line on which the Ray user's Podman, Ray and Python are found.

    :param raylet_image: of the container that the raylet runs in; empty for a raylet of the host.
    """
    if not raylet_image:
        return commands
    # Only nodes whose raylets run in containers compile it.
    from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_container import ContainerCommands

    return ContainerCommands(commands, raylet_image)
