# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host itself needs for rootless containers, beside the user's own configuration: steps.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.plan import RunCommand, Step, WriteFile
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import MOUNT_UNIT
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.state import (
    EnableLinger,
    RootlessDesired,
    RootlessObserved,
    ShareRootMount,
    StartRuntimeDirectory,
)

__all__ = ["FUSE_RULE_PATH", "MOUNT_UNIT_PATH", "fuse_device", "root_mount", "runtime_directory"]

MOUNT_UNIT_PATH = f"/etc/systemd/system/{MOUNT_UNIT}"
MOUNT_UNIT_TEXT = """\
# Managed by ray.containers.rootless_podman; changes are overwritten.
[Unit]
Description=Share the root mount, as rootless Podman expects
Documentation=man:mount_namespaces(7)
DefaultDependencies=no
Before=sysinit.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/mount --make-rshared /

[Install]
WantedBy=sysinit.target
"""
FUSE_RULE_PATH = "/etc/tmpfiles.d/ray-containers.conf"
FUSE_RULE_TEXT = "# Managed by ray.containers.rootless_podman.\nz /dev/fuse 0666 - - -\n"


def fuse_device(observed: RootlessObserved) -> t.Iterator[Step]:
    """The device of fuse-overlayfs, where the store needs it."""
    if not observed.needs_fuse or observed.fuse_open:
        return
    if FUSE_RULE_PATH not in observed.files or observed.files[FUSE_RULE_PATH].content != FUSE_RULE_TEXT:
        yield Step(
            WriteFile(FUSE_RULE_PATH, FUSE_RULE_TEXT),
            "Open /dev/fuse to users at every boot, for fuse-overlayfs",
            after=FUSE_RULE_TEXT,
        )
    yield Step(RunCommand(("chmod", "0666", "/dev/fuse")), "Open /dev/fuse to users now", after="/dev/fuse 0666\n")


def root_mount(observed: RootlessObserved) -> t.Iterator[Step]:
    """systemd shares the root mount at boot, except in a container, where it leaves propagation alone."""
    found = observed.files.get(MOUNT_UNIT_PATH)
    if observed.root_shared and not observed.in_container and found is None:
        return
    if found is None or found.content != MOUNT_UNIT_TEXT:
        yield Step(
            WriteFile(MOUNT_UNIT_PATH, MOUNT_UNIT_TEXT),
            f"Add the unit {MOUNT_UNIT}: in a container systemd does not share the root mount by itself",
            before=found.content if found else "",
            after=MOUNT_UNIT_TEXT,
        )
    if not observed.mount_unit_enabled or not observed.root_shared:
        yield Step(
            ShareRootMount(), "Share the root mount now and at every boot", before="/ private\n", after="/ shared\n"
        )


def runtime_directory(desired: RootlessDesired, observed: RootlessObserved) -> t.Iterator[Step]:
    """The user's, also without a login."""
    directory = f"/run/user/{desired.uid}"
    if not observed.linger:
        yield Step(
            EnableLinger(desired.user, desired.uid),
            f"Keep {directory} without a login of {desired.user} (linger): Podman's state lies there",
            before="linger no\n",
            after="linger yes\n",
        )
    elif not observed.runtime_directory:
        yield Step(
            StartRuntimeDirectory(desired.uid),
            f"Bring {directory} back, which linger should have kept",
            after=f"{directory}\n",
        )
