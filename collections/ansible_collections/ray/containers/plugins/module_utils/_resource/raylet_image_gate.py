# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate before a raylet starts from an image: what was found in it (see `raylet_image_look`) is kept by its id.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import RAYLET_IMAGES_SEEN
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import account
from ansible_collections.ray.containers.plugins.module_utils._host.podman.image_store import root_image_id
from ansible_collections.ray.containers.plugins.module_utils._host.records import Records

__all__ = ["Weak", "keep", "known", "require_known"]

#: Goes up when images are looked at otherwise.
VERSION = 1

#: (evidence, line of a Containerfile) of each way to become root.
Weak = t.Tuple[t.Tuple[str, str], ...]  # evaluated, also on Python 3.8


def known(image_id: str, uid: int) -> Weak | None:
    """What was found in the image for a Ray user of this id; None when nobody has looked yet."""
    kept = Records(RAYLET_IMAGES_SEEN).get(image_id)
    if not isinstance(kept, dict) or kept.get("seen_as") != [VERSION, uid]:
        return None
    return tuple((str(evidence), str(line)) for evidence, line in kept["found"])


def keep(image_id: str, uid: int, weak: Weak) -> None:
    """Remember it."""
    Records(RAYLET_IMAGES_SEEN).put(image_id, {"seen_as": [VERSION, uid], "found": [list(each) for each in weak]})


def require_known(user: str, image: str) -> None:
    """Refuse an image that nobody has looked through; one that was has passed, or it was allowed.

    :raises OperatorError: nobody has.
    """
    owner = account(user)
    if owner and known(root_image_id(image), owner.uid) is None:
        raise OperatorError(
            f"No raylet is started from {image}",
            why=f"nobody has looked yet whether {user} can become root in it, which would be root of the host",
            remedy="Run ray.containers.rootless_podman with this raylet_image, which looks through it",
            code="RC-258",
        )
