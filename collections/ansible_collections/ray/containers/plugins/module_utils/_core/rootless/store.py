# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Places on a node: of the Ray user's images, on the border of its territory, which root makes, or beyond it; and root's own.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.plan import MakeDirectory, Step
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import STATE_DIRECTORY, VOLUME
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.state import (
    RootlessDesired,
    RootlessObserved,
    graph_root_of,
)

__all__ = ["shown_directory", "store_steps"]


def store_steps(desired: RootlessDesired, observed: RootlessObserved, home: str) -> t.Iterator[Step]:
    """The steps that make it, where it is another than Podman's own in the home, which Podman makes."""
    if observed.state_mode is not None and observed.state_mode & 0o077:
        yield Step(
            MakeDirectory(STATE_DIRECTORY, mode=0o700),
            f"Close {STATE_DIRECTORY} to others, where what is known of images and configs is kept",
            before=shown_directory(observed.state_mode, "root"),
            after=shown_directory(0o700, "root"),
        )
    yield from _volume(desired, observed)
    if observed.store_exists or not (desired.graph_root or desired.raylet_image):
        return
    graph_root, user = graph_root_of(desired, home), desired.user
    action = MakeDirectory(graph_root, mode=0o711, owner=user, group=observed.group or user)
    if observed.store_exposed or graph_root.startswith(f"{home}/"):
        action = MakeDirectory(graph_root, mode=0o711, as_user=user)
    summary = f"Make {graph_root} for the images of {user}"
    yield Step(action, summary, after=shown_directory(0o711, user))


def _volume(desired: RootlessDesired, observed: RootlessObserved) -> t.Iterator[Step]:
    """Root's, and open to the user: root's store, which Podman keeps closed (0700), lies in it beside the user's.

    As the user's own it would let the user put another store in the place of root's. What somebody else set up stays.
    """
    mode, owner = observed.volume_mode, observed.volume_owner
    stays = mode is not None and owner != desired.user and (owner != "root" or mode & 0o001)
    if stays or not desired.raylet_image:
        return
    yield Step(
        MakeDirectory(VOLUME, mode=0o711, owner="root"),
        f"Make {VOLUME} root's, and let others pass through it (mode 0711): images of root and of {desired.user} lie below it",
        before=shown_directory(mode, owner),
        after=shown_directory(0o711, "root"),
    )


def shown_directory(mode: int | None, owner: str) -> str:
    """A directory as diff mode shows it; nothing for none."""
    return "" if mode is None else f"mode={mode:04o} owner={owner}\n"
