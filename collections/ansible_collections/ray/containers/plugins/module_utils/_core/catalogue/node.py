# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of a node: the Ray user's rootless containers (RC-332 to RC-369); those of Podman's installation are in `engine`.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.host import (
    DISK_FULL,
    ENGINE_MISSING,
    SUBORDINATE_IDS,
)

__all__ = ["DISK_FULL", "ENGINE_MISSING", "ENTRIES", "SUBORDINATE_IDS", "error"]

ACCOUNT_CONFLICT = Entry(
    "RC-337",
    "The Ray user cannot be as asked",
    "error",
    "an account of this host stands in the way",
    "Name the account that has the user id in ray_user, or choose another user id in ray_uid and images that run as it",
    "Ray's guide, section Troubleshooting: the raylet and the image must run as the same user id",
)
OVERLAY_ON_OVERLAY = Entry(
    "RC-338",
    "The image store lies on a filesystem that overlay cannot use",
    "error",
    "the kernel's overlay does not stack on overlayfs, nor on network filesystems",
    "Put the Ray user's home on a volume or disk with ext4 or xfs, or name such a directory in graph_root",
    "containers/storage drivers/overlay; Ray's guide, section Troubleshooting; containers/buildah#867",
)
VFS_STORE = Entry(
    "RC-339",
    "The image store uses the vfs driver",
    "error",
    "vfs copies whole images for every container, and Podman keeps the driver that a store was made with",
    "Run `podman system reset --force` as the Ray user, which empties its image store, and run again",
    "containers/podman#5114, #14035; ray-project/ray#59942",
)
RLIMIT = Entry(
    "RC-340",
    "A container asks for higher resource limits than the raylet has",
    "error",
    "Podman's default limits exceed the hard limits of the raylet's service, and only a privileged host may raise them",
    "Lower default_ulimits in the Ray user's containers.conf to the hard limits of the raylet's service",
    "containers/podman#24508, #24692",
)
CGROUP_LAYOUT = Entry(
    "RC-341",
    "The OCI runtime does not work on this host's cgroup layout",
    "error",
    "crun starts no container on a hybrid or v1 layout",
    "Install runc (the module podman does) and take other `runtime` settings out of the Ray user's containers.conf",
    "containers/crun src/libcrun/cgroup.c, 1.8.1",
)
TUN_DEVICE = Entry(
    "RC-342",
    "Rootless networking cannot open /dev/net/tun",
    "error",
    "the device is missing or closed to the Ray user, and the container asked for a network of its own",
    "Take `netns` settings out of the Ray user's containers.conf: this collection sets it to host",
    "containers/podman#10001, #14701",
)
RUNTIME_DIRECTORY = Entry(
    "RC-343",
    "The Ray user has no runtime directory",
    "error",
    "/run/user/UID is made by systemd-logind and lasts beyond logins only with linger",
    "Install libpam-systemd and dbus, see that systemd-logind runs, and run again",
    "podman troubleshooting.md, 31; containers/podman#13338",
)
NEWUIDMAP = Entry(
    "RC-344",
    "newuidmap cannot set the id mapping up",
    "error",
    "newuidmap and newgidmap are missing, or have lost their setuid bit or file capabilities",
    "Reinstall the package uidmap; in a container, keep setuid bits when its image is made, and give it --privileged",
    "podman troubleshooting.md, 9; containers/podman#19906, #10717",
)
USER_NAMESPACES = Entry(
    "RC-346",
    "User namespaces are closed to the Ray user",
    "error",
    "rootless containers need an unprivileged user namespace, and the host or the container around it forbids them",
    "Raise user.max_user_namespaces, set kernel.unprivileged_userns_clone=1, or give the outer container --privileged",
    "Ray's guide, section Troubleshooting; containers/podman#3421, #10802",
)
APPARMOR = Entry(
    "RC-347",
    "AppArmor keeps Podman from making a user namespace",
    "error",
    "kernel.apparmor_restrict_unprivileged_userns is 1 and this podman has no AppArmor profile that allows it",
    "Use the distribution's Podman, whose profile allows it, or set kernel.apparmor_restrict_unprivileged_userns=0",
    "Ubuntu 24.04 release notes; moby/moby#47480",
)
HOME_CLOSED = Entry(
    "RC-348",
    "A container's root may not pass a directory above the image store",
    "error",
    "with --userns=keep-id the container's root is a subordinate id, which needs search permission (x) up to the store",
    "Give others the x permission on every directory above the image store: chmod o+x",
    "containers/podman#25189",
)
OVERLAY_DENIED = Entry(
    "RC-349",
    "The overlay filesystem cannot be mounted without root",
    "error",
    "the kernel forbids overlay in a user namespace, or fuse-overlayfs cannot open /dev/fuse",
    "Use Linux 5.13 or newer, or install fuse-overlayfs and open /dev/fuse to the Ray user",
    "podman troubleshooting.md, 24; containers/buildah#2554",
)
CGROUPS_DISABLED = Entry(
    "RC-350",
    "containers.conf switches cgroups off",
    "error",
    'cgroups="disabled" does not go with --pid=host, which Ray always gives',
    "Take `cgroups` out of the Ray user's containers.conf",
    "ray-project/ray#44800",
)
CGROUP_CONTROLLERS = Entry(
    "RC-351",
    "The raylet's cgroup cannot hold a container's",
    "error",
    "the cgroup is not delegated to the Ray user, or processes lie in its inner node",
    "Give the raylet's unit Delegate=yes; in a container, run it with --cgroupns=private",
    "containers/podman#14884; ray-project/ray#65412",
)
PROC_MASKED = Entry(
    "RC-352",
    "The container around this host masks /proc",
    "error",
    "a nested container may mount /proc only where nothing of the outer /proc is hidden",
    "Run the outer container with --privileged or --security-opt unmask=ALL",
    "containers/podman#20453",
)
NETWORK_HELPER = Entry(
    "RC-353",
    "The rootless network helper is missing",
    "error",
    "Podman looks for slirp4netns, or from version 5 on for pasta (package passt)",
    "Run the module podman, which installs it",
    "Podman release notes 5.0.0",
)
KEEP_ID_AS_ROOT = Entry(
    "RC-354",
    "keep-id does not work for root in this Podman",
    "error",
    "Podman 4.1 to 4.4 allow --userns=keep-id without root only",
    "Run the raylet as an unprivileged user, or use Podman 4.5 or newer",
    "containers/podman commits 80c0fceb24 and de63ad7044",
)
STALE_PAUSE = Entry(
    "RC-355",
    "Podman's pause process is stale",
    "error",
    "the file pause.pid outlived the process, for instance where /run is not a tmpfs",
    "Run `podman system migrate` as the Ray user, and make /run a tmpfs",
    "containers/podman#20697",
)
WRONG_OWNER = Entry(
    "RC-357",
    "A container does not run as the Ray user",
    "error",
    "the file that it wrote has another owner, or none was written",
    "Look for `userns` and `user` settings in the Ray user's containers.conf",
    "Ray's guide, section Troubleshooting",
)
HANGS = Entry(
    "RC-359",
    "A container does not end",
    "error",
    "Podman gave no answer in time: the disk may be very slow, or a lock be held",
    "Look at `podman ps -a` and the system journal of the host, and run again",
    "this collection, module rootless_podman",
)
RUNTIME_MISSING = Entry(
    "RC-360",
    "The OCI runtime is missing",
    "error",
    "containers.conf names a runtime that is not installed",
    "Run the module podman, which installs the one that fits the host's cgroup layout",
    "containers.conf(5), runtime",
)
PROPAGATION = Entry(
    "RC-361",
    "The root mount is not shared",
    "error",
    "the container around this host mounts / as private",
    "Run `mount --make-rshared /` at boot: the unit ray-containers-shared-mounts.service does",
    "systemd src/core/mount-setup.c leaves propagation alone in containers",
)
CREDENTIALS = Entry(
    "RC-362",
    "The registry credentials are not readable",
    "error",
    "each must be a JSON document with `auths`, as `podman login --authfile FILE` writes it",
    "Write the file again with `podman login --authfile FILE REGISTRY`",
    "containers-auth.json(5)",
)
PROOF_FAILED = Entry(
    "RC-369",
    "Ray's own podman command fails for a cause that is not in the catalogue",
    "error",
    "Podman gave the reason above",
    "Run the same command as the Ray user on the host, and look the message up in podman's troubleshooting.md",
    "this collection, module rootless_podman",
)

ENTRIES: tuple[Entry, ...] = tuple(
    sorted((value for value in globals().values() if isinstance(value, Entry)), key=lambda entry: entry.code)
)
