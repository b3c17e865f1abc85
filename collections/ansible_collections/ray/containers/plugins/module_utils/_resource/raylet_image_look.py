# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking through the image that raylets run in, once for each image, for how the Ray user could become root there.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.privileges.image import weaknesses
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import account
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.podman.image_files import mounted, seen_in
from ansible_collections.ray.containers.plugins.module_utils._resource.raylet_image_gate import Weak, keep

__all__ = ["look_through"]


def look_through(commands: Commands, user: str, image: str, image_id: str) -> Weak:
    """Look through the image, and keep what was found.

    :raises OperatorError: it cannot be looked at.
    """
    owner = account(user)
    uid, gid = (owner.uid, owner.gid) if owner else (0, 0)
    with mounted(commands, image) as root:
        found = weaknesses(seen_in(root, uid, gid), user, uid)
    weak = tuple((each.evidence, each.line) for each in found)
    keep(image_id, uid, weak)
    return weak
