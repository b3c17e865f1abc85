# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host must not be, before the Ray user's rootless containers are set up: sentences instead of later failures.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import node, territory
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.privileges.refusal import check_powers
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mounts import NETWORK_FILESYSTEMS
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import VOLUME
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.safety import check_image
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.state import (
    RootlessDesired,
    RootlessObserved,
)

__all__ = ["check_host"]

#: Ids of people's accounts lie between (login.defs(5), UID_MIN; systemd, docs/UIDS-GIDS.md).
FIRST_USER, NOBODY = 1000, 65534

#: No home lies in one of these, and none is one of the others.
SYSTEM = frozenset(
    ("bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "root", "run", "sbin", "sys", "usr")
)
TOP = frozenset(("home", "media", "mnt", "opt", "srv", "tmp", "var"))


def check_host(desired: RootlessDesired, observed: RootlessObserved, home: str, graph_root: str) -> None:
    """Refuse what the collection must not change by itself.

    :raises OperatorError: the first of the account, the init system, the kernel's settings and the image store.
    """
    _check_account(desired, observed, home)
    _check_home(desired, observed, home)
    check_powers(desired.user, desired.user_privileged, observed.powers)
    check_image(desired.user, desired.user_privileged, desired.raylet_image, observed.image_weak or ())
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
            why="accounts that are there are not changed",
            remedy=f"Leave ray_uid out, or set it to {observed.account_uid}, or name another account in ray_user",
        )
    if observed.account_uid is None and observed.uid_holder:
        raise node.error(
            node.ACCOUNT_CONFLICT,
            f"The user id {uid} of the new account {user} belongs to the account {observed.uid_holder}",
            why="two accounts cannot share a user id",
            remedy="Leave ray_uid out, so that a free one is chosen, or set it to one that no account has",
        )
    if observed.account_home and observed.account_home != home:
        raise node.error(
            node.ACCOUNT_CONFLICT,
            f"The account {user} has the home {observed.account_home}, and {home} is asked for",
            why="homes of existing accounts are not moved",
            remedy=f"Set the home to {observed.account_home}, or move it with usermod",
        )


def _check_home(desired: RootlessDesired, observed: RootlessObserved, home: str) -> None:
    """Refuse a home that is not the user's own already, and every one that is the system's."""
    user, there = desired.user, observed.home_mode is not None
    what = f"{user} cannot have the home {home}"
    elsewhere = (
        f"Give {user} a home of its own (`usermod --home /home/{user} --move-home {user}`), or name another account"
    )
    if _is_systems(home):
        raise node.error(territory.HOME, what, why="it is a directory of the system", remedy=elsewhere)
    if observed.home_exposed:
        why = f"{observed.home_exposed} is not root's alone, so that another account could put something else in its place"
        raise node.error(territory.HOME, what, why=why, remedy=elsewhere)
    if there and observed.home_kind != "directory":
        raise node.error(territory.HOME, what, why=f"it is a {observed.home_kind} and not a directory")
    owner = str(desired.uid) if observed.account_uid is None else user
    if there and observed.home_owner != owner:
        raise node.error(
            territory.HOME,
            what,
            why=f"the directory is there, and belongs to {observed.home_owner}",
            remedy=f"If it is to be {user}'s, run `chown -R {desired.uid} {home}`; otherwise name another home",
        )
    if observed.account_uid is not None and not observed.account_ours:
        _check_others_account(desired, observed, home)


def _check_others_account(desired: RootlessDesired, observed: RootlessObserved, home: str) -> None:
    """What is changed of an account that this collection made is a condition of every other."""
    user, mode = desired.user, observed.home_mode
    if not FIRST_USER <= desired.uid < NOBODY:
        why = f"its user id {desired.uid} is that of an account of the system"
        raise node.error(territory.HOME, f"Raylets and applications cannot run as {user}", why=why)
    if mode is None:
        remedy = f"Make it (`mkhomedir_helper {user}`), or name another account in ray_user"
        raise node.error(territory.HOME, f"The home {home} of {user} is not there", remedy=remedy)
    if mode & 0o011 != 0o011:
        raise node.error(
            territory.HOME,
            f"The home {home} of {user} is closed to others (mode {mode:04o})",
            why="with keep-id a container's root is another user id and must pass through it, and a home that this "
            "collection did not make is not changed",
            remedy=f"Run `chmod go+x {home}`, or name an account in ray_user that does not exist yet, which is then made",
        )


def _is_systems(home: str) -> bool:
    words = home.strip("/").split("/")
    return (
        not home.startswith("/") or ".." in words or words[0] in ("", *SYSTEM) or (len(words) == 1 and words[0] in TOP)
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
