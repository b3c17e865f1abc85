# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of Podman, the programs beside it, its configuration, its store, and what that lies on."""

from __future__ import annotations

from tests.faults.made import HOST, Made
from tests.faults.of_accounts import CONFIGURATION, RUNTIME, STORE

LOCKS = "/dev/shm/libpod_rootless_lock_1000"
BROKEN = f"{CONFIGURATION}/registries.conf.d/zz-broken.conf"
REFUSED = f"{RUNTIME}/containers/overlay/overlay-false"
AS_RAY = f"runuser -u ray -- env XDG_RUNTIME_DIR={RUNTIME}"


def gone(program: str, code: str) -> Made:
    """A program that is not where it was."""
    return Made(
        f"{program.rpartition('/')[2]} was removed",
        f"mv {program} {program}.away",
        code,
        f"test ! -e {program}.away || mv {program}.away {program}",
    )


def below(name: str, options: str, fill: str, code: str) -> Made:
    """A file system of its own at /var/tmp, and what fills it."""
    return Made(name, f"mount -t tmpfs -o {options} tmpfs /var/tmp && {fill}", code, "umount --lazy /var/tmp")


def mounted(name: str, option: str, code: str) -> Made:
    """The store on a mount of another kind."""
    return Made(
        name,
        f"mount --bind {STORE} {STORE} && mount -o remount,bind,{option} {STORE}",
        code,
        f"umount --lazy {STORE}",
    )


FAULTS = (
    gone("/usr/bin/podman", "RC-440"),
    gone("/usr/bin/conmon", "RC-530"),
    gone("/usr/bin/newgidmap", "RC-444"),
    Made(
        "the OCI runtimes were removed",
        "for program in $(ls -d /usr/*bin/crun /usr/*bin/runc); do mv $program $program.away; done",
        "RC-360",
        "for program in $(ls -d /usr/*bin/*run*.away); do mv $program ${program%.away}; done",
    ),
    Made("podman may not be executed", "chmod 0644 /usr/bin/podman", "RC-440", "chmod 0755 /usr/bin/podman", "remedy"),
    Made("conmon may not be executed", "chmod 0644 /usr/bin/conmon", "RC-530", "chmod 0755 /usr/bin/conmon", "remedy"),
    Made("newuidmap lost its setuid bit", "chmod u-s /usr/bin/newuidmap", "RC-444", "chmod 4755 /usr/bin/newuidmap"),
    Made(
        "containers.conf cannot be read",
        f"echo '[broken' >>{CONFIGURATION}/containers.conf.d/50-ray-containers.conf",
        "RC-533",
        f"sed -i '/^\\[broken/d' {CONFIGURATION}/containers.conf.d/50-ray-containers.conf",
        "site",
    ),
    Made(
        "storage.conf cannot be read",
        f"echo '[broken' >>{CONFIGURATION}/storage.conf",
        "RC-533",
        f"sed -i '/^\\[broken/d' {CONFIGURATION}/storage.conf",
        "site",
    ),
    Made(
        "storage.conf names another place",
        f"sed -i 's|^\\(graphroot = \\).*|\\1\"/home/ray/elsewhere\"|' {CONFIGURATION}/storage.conf",
        "RC-553",
        f"sed -i 's|/home/ray/elsewhere|{STORE}|' {CONFIGURATION}/storage.conf; rm -rf /home/ray/elsewhere",
        "site",
    ),
    Made(
        "a file of registries cannot be read",
        f"echo '[broken' >{BROKEN}; chown ray: {BROKEN}",
        "RC-533",
        f"rm -f {BROKEN}",
    ),
    Made(
        "root has files in the image store",
        f"chown root: {STORE}/libpod",
        "RC-558",
        f"chown ray: {STORE}/libpod",
        "remedy",
    ),
    Made("Podman's locks belong to root", f"chown root: {LOCKS}", "RC-554", f"chown ray: {LOCKS}", "site"),
    Made(
        "Podman remembers that overlay did not work",
        f"echo not supported over overlayfs >{REFUSED}",
        "RC-402",
        f"rm -f {REFUSED}",
        "remedy",
    ),
    mounted("the store is mounted noexec", "noexec", "RC-502"),
    mounted("the store is mounted read-only", "ro", "RC-556"),
    below("/var/tmp is full", "size=100m", "fallocate -l 90m /var/tmp/full", "RC-426"),
    below("/var/tmp has no inode left", "nr_inodes=20", "! touch /var/tmp/{1..30} 2>/dev/null", "RC-550"),
    below("/var/tmp has hardly an inode left", "nr_inodes=1000", "touch /var/tmp/{1..990}", "RC-551"),
    Made("the root mount is private", "mount --make-rprivate /", "RC-361", "mount --make-rshared /", "remedy"),
    Made(
        "the registry is taken for one with TLS",
        f"sed -i 's/insecure = true/insecure = false/' {CONFIGURATION}/registries.conf.d/*.conf",
        "RC-583",
        f"sed -i 's/insecure = false/insecure = true/' {CONFIGURATION}/registries.conf.d/*.conf",
        "site",
    ),
    Made(
        "an image of the Serve config was removed by name",
        f"cd /; image=$({AS_RAY} podman ps --format '{{{{.Image}}}}' | head -1); echo $image >/root/image;"
        f" {AS_RAY} podman untag $image",
        "RC-580",
        f"cd /; {AS_RAY} podman pull --quiet $(cat /root/image)",
        "site",
    ),
    Made("the registry is switched off", "registry off", "RC-583", "registry on", node=HOST),
)
