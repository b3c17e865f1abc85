# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a kept proof rests on beside the files that the site writes, as texts that change when it does: each program of Podman's
chain, configuration of others, directories, mounts, and settings of the kernel.

Only what stays as it is from one boot to the next, and while containers run, may stand here.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import glob
import os
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mounts import Mount, ground
from ansible_collections.ray.containers.plugins.module_utils._host import kernel
from ansible_collections.ray.containers.plugins.module_utils._host.command import SYSTEM_PATH
from ansible_collections.ray.containers.plugins.module_utils._host.looks.account import subid_source
from ansible_collections.ray.containers.plugins.module_utils._host.survey import Surveyor
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import UserFiles

__all__ = ["CONMON_PLACES", "PROGRAMS", "builds", "surroundings"]

PROGRAMS = ("podman", "conmon", "crun", "runc", "newuidmap", "newgidmap", "fuse-overlayfs", "fusermount3")

#: Where conmon is looked for beside the PATH (containers.conf(5), conmon_path).
CONMON_PLACES = ("/usr/libexec/podman", "/usr/local/libexec/podman", "/usr/lib/podman", "/usr/local/lib/podman")

#: The configuration of all users (containers.conf(5), containers-storage.conf(5), containers-registries.conf(5)).
SYSTEM_FILES = (
    "/etc/containers/*.conf",
    "/etc/containers/*.conf.d/*.conf",
    "/etc/containers/policy.json",
    "/usr/share/containers/*.conf",
    "/usr/share/containers/*.conf.d/*.conf",
)

#: Of a user's own configuration what the site never writes, by directory.
USER_FILES = (("", "registries.conf"), ("containers.conf.d", "*.conf"), ("registries.conf.d", "*.conf"))
WRITTEN = "50-ray-containers.conf"

#: Whether users can make user namespaces, which Ubuntu can forbid by AppArmor, and how many keyrings they can have.
SETTINGS = (
    "kernel.unprivileged_userns_clone",
    "kernel.apparmor_restrict_unprivileged_userns",
    "kernel.keys.maxkeys",
)

#: Where Podman and Ray write beside the home and the store, and where the programs lie.
PLACES = ("/", "/usr/bin", "/tmp", "/tmp/ray", "/var/tmp", "/dev/shm")

#: Of the store: what Podman makes in it before it runs anything.
STORE = ("", "/overlay", "/overlay-images", "/overlay-layers", "/libpod")

Texts = t.Dict[str, str]


def builds() -> Texts:
    """The programs that there are, by path, and what tells one build of each from another, or from one with other rights."""
    directories = {"conmon": (*CONMON_PLACES, *SYSTEM_PATH.split(":"))}
    paths = [f"{each}/{name}" for name in PROGRAMS for each in directories.get(name, SYSTEM_PATH.split(":"))]
    return _known({path: _build(path) for path in paths})


def surroundings(territory: UserFiles, uid: int, home: str, store: str, mounts: t.Sequence[Mount], ours: str) -> Texts:
    """Everything else, for a raylet of the host.

    :param ours: the directory of the user's configuration; what the site writes into it is the plan's.
    """
    directory = f"/run/user/{uid}"
    surveyor = Surveyor(territory)
    system = [path for pattern in SYSTEM_FILES for path in glob.glob(pattern)]
    seen = [f"{store}{below}" for below in STORE]
    return _known(
        {
            **{path: _build(path) for path in system},
            **dict(_users(territory, ours)),
            **{path: _directory(surveyor, path) for path in (directory, *seen)},
            **{
                f"mount of {path}": ground(path, mounts) for path in (*PLACES, home, surveyor.nearest(store), directory)
            },
            **{name: kernel.sysctl(name) for name in SETTINGS},
            "subid": subid_source(),
        }
    )


def _known(found: t.Mapping[str, str]) -> Texts:
    return {name: text for name, text in found.items() if text}


def _build(path: str) -> str:
    """What tells one state of a file of root's from another; empty where none is."""
    try:
        found = os.stat(path)
    except OSError:
        return ""
    return f"{found.st_size} {found.st_mtime_ns} {found.st_mode:o} {found.st_uid}{_capabilities(path)}"


def _capabilities(path: str) -> str:
    """Those that the file gives, which distributions do with newuidmap in the place of setuid."""
    try:
        return f" {os.getxattr(path, 'security.capability').hex()}"
    except OSError:
        return ""


def _users(territory: UserFiles, above: str) -> t.Iterator[tuple[str, str]]:
    """What others have put into the user's configuration."""
    for below, pattern in USER_FILES:
        directory = f"{above}/{below}".rstrip("/")
        try:
            for found in territory.find(directory, pattern):
                if os.path.basename(found.path) != WRITTEN:
                    yield found.path, f"{found.size} {found.modified} {found.mode:o} {found.uid}"
        except OperatorError as error:
            yield directory, error.why


def _directory(surveyor: Surveyor, path: str) -> str:
    found = surveyor.look(path)
    return f"{found.kind} {found.mode:o} {found.owner}" if found else ""
