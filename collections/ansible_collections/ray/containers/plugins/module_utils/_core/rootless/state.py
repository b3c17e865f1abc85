# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ray user's rootless containers as values: what is asked for, what was found, and the actions of their own.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import Registry
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import CONTAINER_STORE
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.subordinate_ids import Ranges

__all__ = [
    "EnableLinger",
    "FoundFile",
    "Prove",
    "PullRayletImage",
    "WriteSeccompProfile",
    "RootlessDesired",
    "RootlessObserved",
    "ShareRootMount",
    "StartRuntimeDirectory",
    "graph_root_of",
    "home_of",
]


@dataclass(frozen=True)
class EnableLinger:
    """Keep the user's runtime directory without a login, now and after every boot."""

    user: str
    uid: int


@dataclass(frozen=True)
class StartRuntimeDirectory:
    """Start the user's service manager, which linger asks for and which makes the runtime directory."""

    uid: int


@dataclass(frozen=True)
class ShareRootMount:
    """Enable and start the unit that shares the root mount."""


@dataclass(frozen=True)
class PullRayletImage:
    """Pull the image of the raylet's container into root's store.

    :param credentials: the file of *user* with credentials for registries; empty for none.
    """

    image: str
    user: str = ""
    credentials: str = ""
    tls_verify: bool = True


@dataclass(frozen=True)
class WriteSeccompProfile:
    """Write the system calls of a raylet's container that is not privileged, from Podman's own list."""


@dataclass(frozen=True)
class Prove:
    """Run the two forms of ``podman run`` that Ray runs, as the user, as a service; then note that they work."""

    user: str
    group: str
    uid: int


@dataclass(frozen=True)
class FoundFile:
    """A file as it was found."""

    content: str
    mode: int
    owner: str
    group: str


@dataclass(frozen=True)
class RootlessDesired:
    """What the module was asked for.

    :param rays_podman: the program that raylets find before Podman.
    :param auth: the text of the user's auth.json, empty to leave it alone.
    :param raylet_privileged: whether that container is.
    :param user_privileged: ``refuse`` or ``allow`` an account, or a raylet's image, that lets applications become root.
    :param raylet_image: of the container that the raylet runs in, and with it the user's Podman; empty for the host's own.
    """

    user: str
    uid: int
    home: str = ""
    graph_root: str = ""
    registries: tuple[Registry, ...] = ()
    auth: str = ""
    prove: bool = True
    raylet_image: str = ""
    raylet_privileged: bool = True
    user_privileged: str = "refuse"
    rays_podman: str = ""


@dataclass(frozen=True)
class RootlessObserved:
    """What was found.

    :param account_uid: the user id of the account, None when there is no such account.
    :param account_home: its home, empty when there is no such account.
    :param uid_holder: the name of another account that has the wanted user id.
    :param gid: of the account's primary group, or of the group of its name; where neither is there yet, the first free one
        from the user id on.
    :param group: the account's primary group; for an account yet to make, the group of its name if there is one.
    :param account_ours: whether this collection made the account.
    :param home_mode: of the home directory, None when there is none; *home_owner* is its owner, *home_kind* what it is.
    :param home_exposed: a directory above the home in which others could put something else in its place; empty for none.
    :param files: the files that the plan may write, by path; those that do not exist are left out.
    :param runtime: the OCI runtime that fits the host.
    :param hard_limits: of process 1.
    :param needs_fuse: whether this kernel and Podman need fuse-overlayfs for overlay without root.
    :param fuse_program: whether fuse-overlayfs is installed; *fuse_open* whether the user can open its device.
    :param store_filesystem: of the image store, present or to come.
    :param store_exists: whether the directory of the image store is there; *store_exposed* whether it lies where the user,
        or another account, makes directories: it is made as the user then.
    :param state_mode: of `STATE_DIRECTORY`; None when there is none.
    :param store_driver: ``vfs`` or ``overlay``, empty when there is no store.
    :param volume_mode: of `VOLUME`, None when there is none; *volume_owner* is its owner.
    :param closed_directory: a directory above the home or the store that others may not pass; empty when none.
    :param user_namespaces: why users cannot make user namespaces; empty when they can.
    :param mount_unit_enabled: whether the unit that shares the root mount is started at boot.
    :param raylet_image_id: of the image that the raylet's container is made of; empty when root's store has it not.
    :param drop_ins: whether Podman reads containers.conf.d in a user's home.
    :param remaps_layers: see `remapping`; *maps_users* likewise.
    :param seccomp: the profile of a raylet's container that is not privileged: ``current``, ``another``, or empty for none.
    :param programs: the programs that the proof runs, by path, with what tells one build from another.
    :param surroundings: what else the proof rests on and the plan does not write (`_host.podman.chain`).
    :param stamp: the fingerprint that the last proof left, empty when there was none.
    :param powers: (code, evidence) of each way in which the account could become root; *powers_noted* whether an earlier
        run has found and noted just that.
    :param temp_dir_owner: who has made Ray's own directory, if neither root nor the account; empty for nobody.
    :param mapped: the subordinate ids of users and of groups that Podman works with; None while it holds none.
    :param lost: whether Podman looks for containers that were killed, and finds none: every command fails.
    :param locks_owner: whose Podman's locks of the account are; empty where there are none.
    :param image_weak: (evidence, remedy) of each way in the raylet's image; None when nobody has looked yet.
    """

    account_uid: int | None = None
    account_home: str = ""
    uid_holder: str = ""
    gid: int = 1000
    group: str = ""
    home_mode: int | None = None
    home_owner: str = ""
    home_kind: str = "directory"
    home_exposed: str = ""
    account_ours: bool = False
    files: t.Mapping[str, FoundFile] = field(default_factory=dict)
    kernel_release: str = ""
    cgroup_layout: str = "v2"
    runtime: str = "crun"
    hard_limits: t.Mapping[str, int | None] = field(default_factory=dict)
    capability_bounds: int = ~0
    systemd: bool = True
    in_container: bool = False
    root_shared: bool = True
    mount_unit_enabled: bool = False
    needs_fuse: bool = False
    fuse_program: bool = False
    fuse_open: bool = True
    store_filesystem: str = "ext4"
    store_exists: bool = False
    store_exposed: bool = False
    store_driver: str = ""
    state_mode: int | None = None
    volume_mode: int | None = None
    volume_owner: str = ""
    closed_directory: str = ""
    user_namespaces: str = ""
    linger: bool = False
    runtime_directory: bool = False
    raylet_image_id: str = ""
    seccomp: str = ""
    drop_ins: bool = True
    remaps_layers: bool = True
    maps_users: bool = True
    programs: t.Mapping[str, str] = field(default_factory=dict)
    surroundings: t.Mapping[str, str] = field(default_factory=dict)
    stamp: str = ""
    powers: tuple[tuple[str, str], ...] = ()
    powers_noted: bool = True
    temp_dir_owner: str = ""
    image_weak: tuple[tuple[str, str], ...] | None = ()
    mapped: tuple[Ranges, Ranges] | None = None
    locks_owner: str = ""
    lost: bool = False


def home_of(desired: RootlessDesired, observed: RootlessObserved) -> str:
    """The home: as asked, or the account's own, or the usual place."""
    return desired.home or observed.account_home or f"/home/{desired.user}"


def graph_root_of(desired: RootlessDesired, home: str) -> str:
    """The image store: as asked, or the volume beside a raylet in a container, or Podman's default for users."""
    own = CONTAINER_STORE if desired.raylet_image else f"{home}/.local/share/containers/storage"
    return desired.graph_root or own
