# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking for what the other way to run a raylet has left on this host.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import glob
import os

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.leftovers import Leftovers
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mounts import NETWORK_FILESYSTEMS, mount_of
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import (
    ACCOUNT_COMMENT,
    CONTAINER_CONFIGURATION,
    CONTAINER_STORE,
    CONTAINER_TOKEN,
    FOR_CONTAINERS,
    MOUNT_UNIT,
    RAYLET_IMAGES,
    RAYLET_IMAGES_SEEN,
)
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.places import (
    GCS_STATE,
    IN_A_CONTAINER,
    MARKER,
    SHARED,
)
from ansible_collections.ray.containers.plugins.module_utils._host import kernel
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.records import DIRECTORY, Records
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of

__all__ = ["left_by_the_container", "left_by_the_host"]

MOUNT_UNIT_FILES = (
    f"/etc/systemd/system/sysinit.target.wants/{MOUNT_UNIT}",
    f"/etc/systemd/system/{MOUNT_UNIT}",
)


def left_by_the_host(owner: Account | None, runtimes: str) -> Leftovers:
    """What a raylet on the host has left, for a host whose raylet runs in a container.

    :param runtimes: the directory below which ray_runtime has put Ray; empty when nobody says.
    """
    paths = dict.fromkeys(_runtimes(runtimes), "Ray")
    paths.update(dict.fromkeys(MOUNT_UNIT_FILES, "the unit that shares the root mount"))
    if owner:
        paths[f"{DIRECTORY}/rootless-{owner.name}.proof"] = "the proof"
        paths[f"{DIRECTORY}/mapped-{owner.name}.json"] = "what is known of the images"
    roots = frozenset(paths)
    paths.update({path: "the state" for path in _states() if not path.endswith(IN_A_CONTAINER)})
    # Another account's store is not ours to remove.
    if owner is None or owner.comment != ACCOUNT_COMMENT:
        return Leftovers("on the host", _present(paths, owner), user=owner.name if owner else "", roots=roots)
    paths[_highest(owner, ".local", "share", "containers")] = "the images"
    paths.update(_configuration(owner))
    lingers = os.path.exists(f"/var/lib/systemd/linger/{owner.name}")
    lingering = owner.name if lingers else ""
    return Leftovers("on the host", _present(paths, owner), lingering=lingering, user=owner.name, roots=roots)


def left_by_the_container(owner: Account | None) -> Leftovers:
    """What a raylet in a container has left, for a host that runs its raylet itself."""
    records = (RAYLET_IMAGES_SEEN, RAYLET_IMAGES)
    paths = {f"{DIRECTORY}/{record}.json": "what is known of the image" for record in records}
    paths.update(_for_containers())
    if owner:
        paths[f"{DIRECTORY}/rootless-{owner.name}-container.proof"] = "the proof"
        paths[f"{DIRECTORY}/mapped-{owner.name}-container.json"] = "what is known of the images"
    roots = frozenset(paths)
    paths.update({path: "the state" for path in _states() if path.endswith(IN_A_CONTAINER)})
    paths[CONTAINER_STORE] = "the images"
    if owner:
        paths[f"{owner.home}/.config/raylet"] = "the configuration of Podman"
    user = owner.name if owner else ""
    return Leftovers("in a container", _present(paths, owner), _images(), user=user, roots=roots)


def _for_containers() -> dict[str, str]:
    """What a raylet's container finds in the user's home; the whole directory where nothing else (the firewall) is in it."""
    parts = {CONTAINER_CONFIGURATION: "the configuration of Podman", CONTAINER_TOKEN: "the token"}
    names = os.listdir(FOR_CONTAINERS) if os.path.isdir(FOR_CONTAINERS) else []
    if {f"{FOR_CONTAINERS}/{name}" for name in names} <= parts.keys():
        return {FOR_CONTAINERS: "the configuration of Podman, and the token"}
    return parts


def _configuration(owner: Account) -> dict[str, str]:
    """What Podman on the host has below ~/.config; that itself where nothing else is in it."""
    config = f"{owner.home}/.config"
    podmans = {"containers": "the configuration of Podman", "cni": "the networks of Podman"}
    with contextlib.suppress(OperatorError):
        if podmans.keys() >= set(files_of(owner.name).names(config)) > set():
            return {config: podmans["containers"]}
    return {f"{config}/{name}": content for name, content in podmans.items()}


def _highest(owner: Account, *names: str) -> str:
    """The directory home/a/b/c, or the highest above it that holds nothing else."""
    territory = files_of(owner.name)
    path = "/".join((owner.home, *names))
    for depth in range(len(names) - 1, 0, -1):
        parent = "/".join((owner.home, *names[:depth]))
        with contextlib.suppress(OperatorError):
            if territory.names(parent) == [names[depth]]:
                path = parent
                continue
        break
    return path


def _images() -> tuple[str, ...]:
    # Those that did not pass the gate are among the latter alone.
    known = Records(RAYLET_IMAGES).keys() | Records(RAYLET_IMAGES_SEEN).keys()
    if not known:
        return ()
    # Only nodes whose raylets have run in containers compile it.
    from ansible_collections.ray.containers.plugins.module_utils._host.podman.image_store import root_images

    return tuple(image.id for image in root_images() if image.id in known)


def _is_shared(directory: str) -> bool:
    mount = mount_of(os.path.realpath(directory), kernel.mounts())
    return mount is not None and mount.filesystem in NETWORK_FILESYSTEMS


def _states() -> list[str]:
    return sorted(glob.glob(f"/var/lib/{GCS_STATE}/*"))


def _present(paths: dict[str, str], owner: Account | None) -> dict[str, str]:
    """What is there: looked for in the user's territory as that user, who can make nothing of root's seem to be there."""

    def is_there(path: str) -> bool:
        if owner is None or not path.startswith(f"{owner.home}/"):
            return os.path.lexists(path)
        with contextlib.suppress(OperatorError):
            return files_of(owner.name).state(path) is not None
        return False

    return {path: content for path, content in paths.items() if is_there(path)}


def _runtimes(directory: str) -> list[str]:
    """All of *directory* when nothing else lies in it, as long as it is not shared with other hosts."""
    entries = os.listdir(directory) if directory and os.path.isdir(directory) else []
    ours = [name for name in entries if os.path.isfile(f"{directory}/{name}/{MARKER}")]
    if not ours or _is_shared(directory):
        return []
    strangers = set(entries) - set(ours) - set(SHARED)
    return [f"{directory}/{name}" for name in sorted(ours)] if strangers else [directory]
