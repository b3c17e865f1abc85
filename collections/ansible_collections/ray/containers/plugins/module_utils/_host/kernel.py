# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel and the init system of this host allow, as files tell it.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._host import files

if t.TYPE_CHECKING:
    from ansible_collections.ray.containers.plugins.module_utils._core.engine.os_release import OsRelease
    from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mounts import Mount

# What not every module asks for is imported by the function that needs it: a node compiles it on every run otherwise.


def kernel_release() -> str:
    """As ``uname -r`` says it."""
    return os.uname().release


def memory() -> int:
    """The memory of this host, in bytes."""
    for line in (files.read_text("/proc/meminfo") or "").splitlines():
        name, _colon, value = line.partition(":")
        if name == "MemTotal":
            return int(value.split()[0]) * 1024
    return 0


def mounts() -> tuple[Mount, ...]:
    """The mount table that this host's services start with (that of process 1, where it may be read)."""
    from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mounts import parse_mountinfo

    for process in ("1", "self"):
        try:
            text = files.read_text(f"/proc/{process}/mountinfo")
        except PermissionError:
            continue
        if text:
            return parse_mountinfo(text)
    return ()


def os_release() -> OsRelease:
    """The distribution."""
    from ansible_collections.ray.containers.plugins.module_utils._core.engine.os_release import parse_os_release

    return parse_os_release(files.read_text("/etc/os-release") or files.read_text("/usr/lib/os-release") or "")


def runs_systemd() -> bool:
    """Whether systemd is the init system; see sd_booted(3)."""
    return os.path.isdir("/run/systemd/system")


def in_container() -> bool:
    """Whether this host is itself a container: systemd, Podman and Docker leave files."""
    return any(os.path.exists(path) for path in ("/run/systemd/container", "/run/.containerenv", "/.dockerenv"))


def hard_limits() -> dict[str, int | None]:
    """The hard limits of process 1, which bound those of every service: ``nofile`` and ``nproc``, None for no limit."""
    names = {"Max open files": "nofile", "Max processes": "nproc"}
    limits: dict[str, int | None] = {}
    for line in (files.read_text("/proc/1/limits") or "").splitlines():
        for title, name in names.items():
            if line.startswith(title):
                hard = line[len(title) :].split()[1]
                limits[name] = None if hard == "unlimited" else int(hard)
    return limits


def capability_bounds() -> int:
    """The bit set of the capabilities that services of this host can have at most; see capabilities(7)."""
    for line in (files.read_text("/proc/1/status") or "").splitlines():
        name, _colon, value = line.partition(":")
        if name == "CapBnd":
            return int(value, 16)
    return ~0


def sysctl(name: str) -> str:
    """A kernel setting, empty where this kernel does not have it."""
    text = files.read_text("/proc/sys/" + name.replace(".", "/"))
    return (text or "").strip()
