# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the mount table says: the cgroup layout, the filesystem below a path, the propagation of the root mount.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

__all__ = ["NETWORK_FILESYSTEMS", "Mount", "cgroup_layout", "ground", "mount_of", "parse_mountinfo"]

#: Where systemd mounts the cgroup hierarchies.
CGROUP_ROOT = "/sys/fs/cgroup"

#: Neither the kernel's overlay nor fuse-overlayfs keeps what an image needs on these (containers-storage.conf(5)).
NETWORK_FILESYSTEMS = ("nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "fuse.glusterfs", "fuse.sshfs")


#: Options that forbid something: to write, to run a program, and to run newuidmap as root.
_FORBIDDING = frozenset(("noexec", "nosuid", "ro"))


@dataclass(frozen=True)
class Mount:
    """One line of /proc/self/mountinfo; see proc(5).

    :param options: those of the mount and those of its file system: one of either is enough to forbid something.
    """

    point: str
    filesystem: str
    shared: bool
    options: frozenset[str] = frozenset()


def parse_mountinfo(text: str) -> tuple[Mount, ...]:
    """Read /proc/self/mountinfo, in its order: a later mount at the same point hides an earlier one."""
    mounts = []
    for line in text.splitlines():
        fields = line.split()
        if "-" not in fields:
            continue
        separator = fields.index("-")
        optional = fields[6:separator]
        shared = any(field.startswith("shared:") for field in optional)
        options = frozenset([*fields[5].split(","), *fields[-1].split(",")])
        mounts.append(Mount(_unescape(fields[4]), fields[separator + 1], shared, options))
    return tuple(mounts)


def cgroup_layout(mounts: t.Iterable[Mount]) -> str:
    """``v2``, ``hybrid`` or ``v1``, by the rule of crun and systemd.

    crun 1.8 refuses the hybrid layout ("cgroups in hybrid mode not supported") and newer ones drop v1, so the
    layout decides the OCI runtime. Hybrid is v1 with the unified hierarchy mounted below it.
    """
    filesystems = {mount.point: mount.filesystem for mount in mounts}
    if filesystems.get(CGROUP_ROOT) == "cgroup2":
        return "v2"
    if filesystems.get(f"{CGROUP_ROOT}/unified") == "cgroup2":
        return "hybrid"
    return "v1" if "cgroup" in filesystems.values() else "v2"


def mount_of(path: str, mounts: t.Iterable[Mount]) -> Mount | None:
    """The mount that *path* (absolute, links resolved) lies on."""
    best = None
    for mount in mounts:
        inside = mount.point == "/" or path == mount.point or path.startswith(f"{mount.point}/")
        if inside and (best is None or len(mount.point) >= len(best.point)):
            best = mount
    return best


def ground(path: str, mounts: t.Iterable[Mount]) -> str:
    """What *path* lies on, as far as it decides whether containers run: not what differs from boot to boot."""
    found = mount_of(path, mounts)
    if found is None:
        return ""
    return " ".join([found.point, found.filesystem, *sorted(found.options & _FORBIDDING)])


def _unescape(field: str) -> str:
    """Blanks in paths stand as octal escapes."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match.group(1), 8)), field)
