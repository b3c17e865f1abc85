# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judging what the kernel grants the Ray user: namespaces, keys, watches, tasks, space on disks.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import (
    CurrentFault,
    Look,
    Subject,
    every,
    first,
)
from ansible_collections.ray.containers.plugins.module_utils._core.faults import of_namespaces, of_store
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import (
    CGROUPS,
    DISKS,
    KEYRING,
    NAMESPACES,
    WATCHES,
)

__all__ = ["DiskFacts", "KernelFacts", "disks_look", "kernel_looks"]

GIB = 2**30

#: Below this much nothing can be pulled, and Ray writes no more objects to the disk.
FULL_BYTES = 64 * 2**20
#: Ray stops to spill objects to a disk that is fuller (Ray 2.60.0 ray_config_def.h, local_fs_capacity_threshold).
NEARLY_FULL = 0.95
#: A disk may be full to that share and have room for all that is to come.
ROOMY = 20 * GIB
FEW_INODES = 0.02


@dataclass(frozen=True)
class KernelFacts:
    """Settings and counts of the kernel.

    :param settings: sysctls by name; empty for those that this kernel does not have.
    :param podman_profile: whether AppArmor has a profile for podman; None where that cannot be told.
    :param root_shared: the propagation of the root mount.
    :param keys: how many keys the Ray user has, and may have; None where that cannot be told.
    :param key_bytes: the same in bytes.
    :param instances: how many inotify instances its processes hold.
    :param tasks: how many tasks the raylet's service has, and may have; None for no limit.
    :param delegated: whether the raylet's service has its cgroup to itself; None without such a service.
    :param layout: of the cgroups: ``v2``, ``hybrid`` or ``v1``.
    :param runtime: the OCI runtime that the Ray user's containers have.
    """

    settings: t.Mapping[str, str] = field(default_factory=dict)
    podman_profile: bool | None = None
    root_shared: bool = True
    keys: tuple[int, int] | None = None
    key_bytes: tuple[int, int] | None = None
    instances: int | None = None
    tasks: tuple[int, int | None] | None = None
    delegated: bool | None = None
    layout: str = ""
    runtime: str = ""


@dataclass(frozen=True)
class DiskFacts:
    """Space below one path that matters.

    :param paths: what of Ray's and Podman's lies there.
    :param free: what an ordinary account may still use, in bytes.
    """

    mount: str
    paths: tuple[str, ...]
    size: int
    free: int
    inodes: int = 0
    free_inodes: int = 0
    read_only: bool = False


def kernel_looks(subject: Subject, facts: KernelFacts) -> tuple[Look, ...]:
    """The looks at namespaces, keys, watches and cgroups."""
    keys = Look(KEYRING, every([_keys(subject, facts)]), "" if facts.keys else "/proc/key-users does not tell")
    watches = Look(WATCHES, every([_watches(subject, facts)]), "" if facts.instances is not None else "not counted")
    return (
        Look(NAMESPACES, first(*_namespaces(facts))),
        keys,
        watches,
        Look(CGROUPS, first(_tasks(facts), _delegation(facts), _layout(facts))),
    )


def _namespaces(facts: KernelFacts) -> t.Iterator[CurrentFault | None]:
    for name, right in (("user.max_user_namespaces", "15000"), ("kernel.unprivileged_userns_clone", "1")):
        if facts.settings.get(name) == "0":
            yield CurrentFault(
                of_namespaces.USER_NAMESPACES,
                f"This host lets no account make a user namespace: {name} is 0",
                evidence=f"sysctl {name}: 0",
                remedy=f"sysctl -w {name}={right}, and the same in /etc/sysctl.d",
                brief="user namespaces are forbidden",
            )
    if facts.settings.get("kernel.apparmor_restrict_unprivileged_userns") == "1" and facts.podman_profile is False:
        yield CurrentFault(
            of_namespaces.APPARMOR,
            "AppArmor keeps podman from making user namespaces: it has no profile that allows it",
            evidence="sysctl kernel.apparmor_restrict_unprivileged_userns: 1; no profile podman in"
            " /sys/kernel/security/apparmor/profiles",
            remedy="Use the distribution's Podman, or sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
        )
    if not facts.root_shared:
        yield CurrentFault(
            of_namespaces.PROPAGATION,
            "The root mount is not shared",
            evidence="findmnt -o PROPAGATION /: private",
            remedy="mount --make-rshared /",
        )


def _keys(subject: Subject, facts: KernelFacts) -> CurrentFault | None:
    for counted, setting in ((facts.keys, "kernel.keys.maxkeys"), (facts.key_bytes, "kernel.keys.maxbytes")):
        # A container needs a key of its own.
        if counted and counted[0] >= counted[1] - 1:
            return CurrentFault(
                of_namespaces.KEYS,
                f"{subject.user} has used up its keys in the kernel, and every container needs one",
                evidence=f"/proc/key-users: {counted[0]} of {counted[1]} ({setting})",
                remedy=f"sysctl -w {setting}={10 * counted[1]}, and the same in /etc/sysctl.d",
            )
    return None


def _watches(subject: Subject, facts: KernelFacts) -> CurrentFault | None:
    most = facts.settings.get("fs.inotify.max_user_instances", "")
    if facts.instances is None or not most.isdigit() or facts.instances < int(most):
        return None
    return CurrentFault(
        of_namespaces.TOO_MANY_WATCHES,
        f"{subject.user} has used up its inotify instances",
        evidence=f"{facts.instances} of {most} (fs.inotify.max_user_instances)",
        remedy=f"sysctl -w fs.inotify.max_user_instances={8 * int(most) or 128}, and the same in /etc/sysctl.d",
    )


def _tasks(facts: KernelFacts) -> CurrentFault | None:
    if facts.tasks is None or facts.tasks[1] is None or facts.tasks[0] < facts.tasks[1]:
        return None
    return CurrentFault(
        of_namespaces.NO_PROCESSES,
        "The raylet's service may not start more processes",
        evidence=f"systemctl show raylet.service: TasksCurrent {facts.tasks[0]}, TasksMax {facts.tasks[1]}",
        remedy="systemctl set-property --runtime raylet.service TasksMax=infinity",
    )


def _delegation(facts: KernelFacts) -> CurrentFault | None:
    if facts.delegated is not False:
        return None
    return CurrentFault(
        of_namespaces.CGROUP_CONTROLLERS,
        "The raylet's service does not have its cgroup to itself",
        evidence="systemctl show raylet.service: Delegate=no",
        remedy="Run the site, which writes the unit with Delegate=yes, and remove what overrides it",
    )


def _layout(facts: KernelFacts) -> CurrentFault | None:
    if facts.runtime != "crun" or facts.layout in ("", "v2"):
        return None
    return CurrentFault(
        of_namespaces.CGROUP_LAYOUT,
        f"The runtime crun starts no container on this host's cgroup layout ({facts.layout})",
        evidence=f"podman info: ociRuntime crun; /sys/fs/cgroup is {facts.layout}",
        remedy="Run the site, which installs runc and names it in the Ray user's containers.conf",
    )


def disks_look(disks: t.Sequence[DiskFacts]) -> Look:
    """Space and inodes of every path that matters."""
    return Look(DISKS, every(map(_disk, disks)), "" if disks else "no path of Ray's is there yet")


def _disk(disk: DiskFacts) -> CurrentFault | None:
    what = f"the file system at {disk.mount} ({', '.join(disk.paths)})"
    if disk.read_only:
        return CurrentFault(
            of_store.READ_ONLY,
            f"{what[0].upper()}{what[1:]} is read-only",
            evidence=f"findmnt {disk.mount}: ro",
            remedy=f"mount -o remount,rw {disk.mount}",
            subject=disk.mount,
        )
    told = f"df {disk.mount}: {_size(disk.free)} of {_size(disk.size)} free"
    if disk.free < FULL_BYTES and disk.size > FULL_BYTES:
        return CurrentFault(
            of_store.DISK_FULL,
            f"{what[0].upper()}{what[1:]} is full",
            evidence=told,
            brief=f"{disk.mount} is full",
            subject=disk.mount,
        )
    if disk.inodes and not disk.free_inodes:
        return CurrentFault(
            of_store.NO_INODES,
            f"{what[0].upper()}{what[1:]} has no inode left: too many files",
            evidence=f"df -i {disk.mount}: 0 of {disk.inodes} free",
            subject=disk.mount,
        )
    few = disk.inodes and disk.free_inodes < FEW_INODES * disk.inodes
    if few or (disk.free < (1 - NEARLY_FULL) * disk.size and disk.free < ROOMY):
        return CurrentFault(
            of_store.NEARLY_FULL,
            f"{what[0].upper()}{what[1:]} is nearly full",
            evidence=f"df -i {disk.mount}: {disk.free_inodes} of {disk.inodes} free" if few else told,
            subject=disk.mount,
        )
    return None


def _size(size: int) -> str:
    return f"{size / GIB:.1f} GiB" if size >= GIB else f"{size / 2**20:.0f} MiB"
