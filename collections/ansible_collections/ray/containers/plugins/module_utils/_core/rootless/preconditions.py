# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host must not be, before the Ray user's rootless containers are set up: sentences instead of later failures.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import node
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mounts import NETWORK_FILESYSTEMS
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import VOLUME
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.state import (
    RootlessDesired,
    RootlessObserved,
)

__all__ = ["check_host"]


def check_host(desired: RootlessDesired, observed: RootlessObserved, home: str, graph_root: str) -> None:
    """Refuse what the collection must not change by itself.

    :raises OperatorError: the first of the account, the init system, the kernel's settings and the image store.
    """
    _check_account(desired, observed, home)
    if desired.raylet_image and not graph_root.rstrip("/").startswith(f"{VOLUME}/"):
        # Only a node that is refused compiles it.
        from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import raylet_image

        raise node.error(raylet_image.STORE_OUTSIDE, f"The images of {desired.user} cannot be stored in {graph_root}")
    if not observed.systemd:
        raise OperatorError(
            f"{desired.user} cannot have a lasting runtime directory on this host",
            why="it does not run systemd",
            remedy="Use a host that boots systemd",
            code="RC-442",
        )
    if observed.user_namespaces:
        # Here and below: only a node that is refused compiles what is known of it.
        from ansible_collections.ray.containers.plugins.module_utils._core.faults import of_namespaces

        raise node.error(
            of_namespaces.USER_NAMESPACES.entry,
            f"{desired.user} cannot run rootless containers",
            why=observed.user_namespaces,
        )
    # The plan itself opens root's own.
    opened = VOLUME if desired.raylet_image and observed.volume_owner == "root" else ""
    if observed.closed_directory not in ("", opened):
        from ansible_collections.ray.containers.plugins.module_utils._core.faults import of_store

        elsewhere = "" if desired.raylet_image else ", or name a directory elsewhere in graph_root"
        raise node.error(
            of_store.CLOSED_ABOVE.entry,
            f"{observed.closed_directory}, above {graph_root}, is closed to others",
            remedy=f"Run `chmod o+x {observed.closed_directory}`{elsewhere}",
        )
    _check_store(desired, observed, graph_root)


def _check_account(desired: RootlessDesired, observed: RootlessObserved, home: str) -> None:
    user, uid = desired.user, desired.uid
    if uid == 0 or user == "root":
        raise node.error(
            node.ACCOUNT_CONFLICT,
            "The Ray user cannot be root",
            why="Ray's containers run rootless",
            remedy="Name another account in ray_user, and a user id above 0 in ray_uid",
        )
    if observed.account_uid is not None and observed.account_uid != uid:
        raise node.error(
            node.ACCOUNT_CONFLICT,
            f"The account {user} has the user id {observed.account_uid}, and {uid} is asked for",
            why="a raylet and its images must run as the same user id",
            remedy=f"Set ray_uid to {observed.account_uid} and use images that run as it, or name another account",
        )
    if observed.account_uid is None and observed.uid_holder:
        raise node.error(
            node.ACCOUNT_CONFLICT,
            f"The user id {uid} of the new account {user} belongs to the account {observed.uid_holder}",
            why="two accounts cannot share a user id",
            remedy=f"Set ray_user to {observed.uid_holder}, or choose another ray_uid and images that run as it",
        )
    if observed.account_home and observed.account_home != home:
        raise node.error(
            node.ACCOUNT_CONFLICT,
            f"The account {user} has the home {observed.account_home}, and {home} is asked for",
            why="homes of existing accounts are not moved",
            remedy=f"Set the home to {observed.account_home}, or move it with usermod",
        )


def _check_store(desired: RootlessDesired, observed: RootlessObserved, graph_root: str) -> None:
    what = f"The images of {desired.user} cannot be stored in {graph_root}"
    filesystem = observed.store_filesystem
    stacked = filesystem in ("overlay", "overlayfs")
    unusable = filesystem in NETWORK_FILESYSTEMS or (stacked and not observed.fuse_program)
    if not unusable and observed.store_driver != "vfs":
        return
    from ansible_collections.ray.containers.plugins.module_utils._core.faults import of_store

    if unusable:
        raise node.error(
            of_store.OVERLAY_ON_OVERLAY.entry,
            what,
            why=f"it lies on a filesystem of type {filesystem}, on which overlay does not work",
        )
    raise node.error(
        of_store.ANOTHER_DRIVER.entry,
        what,
        why="it was made with the slow vfs driver, and Podman keeps the driver that a store was made with",
    )
