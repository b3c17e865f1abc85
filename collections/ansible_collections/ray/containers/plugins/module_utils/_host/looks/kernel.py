# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at what the kernel grants the Ray user, and at the disks.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import Subject
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_kernel import DiskFacts, KernelFacts
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mounts import cgroup_layout, mount_of
from ansible_collections.ray.containers.plugins.module_utils._host import kernel
from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text

__all__ = ["disk_facts", "kernel_facts"]

SETTINGS = (
    "user.max_user_namespaces",
    "kernel.unprivileged_userns_clone",
    "kernel.apparmor_restrict_unprivileged_userns",
    "fs.inotify.max_user_instances",
)
PROFILES = "/sys/kernel/security/apparmor/profiles"


def kernel_facts(subject: Subject, shown: t.Mapping[str, str], runtime: str) -> KernelFacts:
    """Settings and counts.

    :param shown: what systemctl shows of the raylet's service; :param runtime: the OCI runtime of the Ray user.
    """
    keys, key_bytes = _keys(subject.uid)
    mounts = kernel.mounts()
    root = mount_of("/", mounts)
    return KernelFacts(
        settings={name: kernel.sysctl(name) for name in SETTINGS},
        podman_profile=_podman_profile(),
        root_shared=subject.in_container or not root or root.shared,
        keys=keys,
        key_bytes=key_bytes,
        instances=_instances(subject.uid),
        tasks=_tasks(shown),
        delegated=shown.get("Delegate") == "yes" if shown.get("Delegate") and not subject.in_container else None,
        layout=cgroup_layout(mounts),
        runtime="" if subject.in_container else runtime,
    )


def disk_facts(paths: t.Iterable[str]) -> tuple[DiskFacts, ...]:
    """Space below the paths that are there, each file system once."""
    mounts = kernel.mounts()
    found: dict[str, list[str]] = {}
    for path in paths:
        if os.path.isdir(path):
            mount = mount_of(os.path.realpath(path), mounts)
            found.setdefault(mount.point if mount else path, []).append(path)
    return tuple(_disk(point, tuple(dict.fromkeys(listed))) for point, listed in found.items())


def _disk(point: str, paths: tuple[str, ...]) -> DiskFacts:
    state = os.statvfs(paths[0])
    size, free = state.f_blocks * state.f_frsize, state.f_bavail * state.f_frsize
    return DiskFacts(point, paths, size, free, state.f_files, state.f_favail, bool(state.f_flag & os.ST_RDONLY))


def _keys(uid: int | None) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """``1000: 20 20/20 18/200 400/20000``: of the account's quota, keys and bytes; see keyrings(7)."""
    for line in (read_text("/proc/key-users") or "").splitlines():
        owner, _colon, rest = line.partition(":")
        fields = rest.split()
        if owner.strip() == str(uid) and len(fields) == 4:
            return _of(fields[2]), _of(fields[3])
    return None, None


def _of(text: str) -> tuple[int, int]:
    used, _slash, most = text.partition("/")
    return int(used), int(most)


def _instances(uid: int | None) -> int:
    """How many inotify instances the account's processes hold."""
    count = 0
    for process in filter(str.isdigit, os.listdir("/proc")):
        directory = f"/proc/{process}/fd"
        try:
            if os.stat(f"/proc/{process}").st_uid != uid:
                continue
            count += sum(_link(f"{directory}/{handle}") == "anon_inode:inotify" for handle in os.listdir(directory))
        except OSError:
            continue
    return count


def _link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _tasks(shown: t.Mapping[str, str]) -> tuple[int, int | None] | None:
    now, most = shown.get("TasksCurrent", ""), shown.get("TasksMax", "")
    return (int(now), int(most) if most.isdigit() else None) if now.isdigit() else None


def _podman_profile() -> bool | None:
    try:
        text = read_text(PROFILES)
    except OSError:
        return None
    return None if text is None else any(line.startswith(("podman ", "/usr/bin/podman ")) for line in text.splitlines())
