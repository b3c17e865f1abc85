# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proof of `rootless_podman`, and why it fails. Only a host that is not proven compiles it.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.state import Prove
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.podman import proof

__all__ = ["prove"]


def prove(commands: Commands, action: Prove, image_uid: int, state_directory: str, raylet_image: str) -> None:
    """Run Ray's own podman commands, with an image for the user *image_uid*.

    :raises OperatorError: they do not work; with the cause that a look at the node finds, if it finds one.
    """
    try:
        proof.run_proof(
            commands,
            user=action.user,
            group=action.group,
            uid=action.uid,
            image_uid=image_uid,
            state_directory=state_directory,
            raylet_image=raylet_image,
        )
    except OperatorError as failed:
        # Only a host that fails compiles it.
        from ansible_collections.ray.containers.plugins.module_utils._resource.diagnosis_of_failure import with_cause

        raise with_cause(failed, commands, action.user, raylet_image) from failed
