# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What root runs or believes on a host, and who else may be as good as root: places and groups.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

__all__ = ["ABOVE", "FILES", "LARGE", "LOG_GROUPS", "OURS", "ROOT_GROUPS", "SERVICES", "SMALL"]

#: Directories of few files, each of which root runs or believes. Whether one has changed is asked on every run.
SMALL: tuple[str, ...] = (
    *("/usr/local/sbin", "/usr/local/bin", "/usr/local/lib/systemd/system", "/etc/systemd/system"),
    *("/etc/sudoers.d", "/etc/doas.d", "/etc/pam.d", "/etc/security", "/etc/polkit-1/rules.d"),
    *("/etc/cron.d", "/etc/cron.hourly", "/etc/cron.daily", "/etc/cron.weekly", "/etc/cron.monthly"),
    *("/var/spool/cron", "/var/spool/cron/crontabs", "/etc/init.d", "/etc/logrotate.d", "/etc/update-motd.d"),
    *("/etc/profile.d", "/etc/ld.so.conf.d", "/etc/tmpfiles.d", "/etc/sysusers.d", "/etc/sysctl.d"),
    *("/etc/modprobe.d", "/etc/modules-load.d", "/etc/udev/rules.d", "/etc/dbus-1/system.d"),
    *("/etc/apt/apt.conf.d", "/etc/apt/sources.list.d", "/etc/dpkg/dpkg.cfg.d", "/etc/yum.repos.d"),
    *("/etc/ssh", "/etc/ssh/sshd_config.d", "/root/.ssh", "/etc/containers", "/etc/containers/oci/hooks.d"),
    *("/etc/systemd/system-generators", "/etc/NetworkManager/dispatcher.d", "/etc/network/if-up.d"),
)
#: Directories of many files, of a distribution. Whether one of these was added, removed or replaced is asked on every run.
LARGE: tuple[str, ...] = (
    *("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/lib/systemd/system", "/usr/lib/systemd/system-generators"),
    *("/usr/lib/tmpfiles.d", "/usr/lib/udev/rules.d", "/usr/share/containers/oci/hooks.d", "/boot"),
)
FILES: tuple[str, ...] = (
    *("/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/subuid", "/etc/subgid", "/etc/sudoers"),
    *("/etc/sudo.conf", "/etc/doas.conf", "/etc/crontab", "/etc/anacrontab", "/etc/environment", "/etc/profile"),
    *("/etc/bash.bashrc", "/etc/bashrc", "/etc/ld.so.conf", "/etc/ld.so.preload", "/etc/nsswitch.conf", "/etc/fstab"),
    *("/etc/rc.local", "/etc/login.defs", "/etc/pam.conf", "/etc/sudo-ldap.conf", "/etc/sssd/sssd.conf"),
)
#: Directories above all of these: who may write here may put something else in their place.
ABOVE: tuple[str, ...] = (
    *("/", "/etc", "/usr", "/usr/local", "/usr/local/lib", "/usr/lib", "/lib", "/lib64", "/usr/lib64", "/root"),
    *("/var", "/var/lib", "/var/spool", "/var/lib/ray.containers", "/etc/apt", "/etc/systemd", "/opt"),
)
#: Of this collection, written after the Ray user was looked at, and root's.
OURS = ("raylet", "ray-containers")

#: Sockets of services that do for a client whatever root could do, and devices behind which everything lies.
SERVICES: tuple[str, ...] = (
    *("/run/docker.sock", "/var/run/docker.sock", "/run/containerd/containerd.sock", "/run/podman/podman.sock"),
    *("/run/crio/crio.sock", "/run/k3s/containerd/containerd.sock", "/run/incus/unix.socket"),
    *("/var/lib/lxd/unix.socket", "/var/lib/incus/unix.socket", "/var/snap/lxd/common/lxd/unix.socket"),
    *("/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock"),
    *("/dev/mem", "/dev/kmem", "/dev/port"),
)

#: By name: what its members can do. Of those that are not named here the places above tell, such as Debian's staff.
ROOT_GROUPS: t.Mapping[str, str] = {
    "root": "root's files are open to it",
    "docker": "it may start containers with the host's files in them",
    "lxd": "it may start containers with the host's files in them",
    "incus": "it may start containers with the host's files in them",
    "incus-admin": "it may start containers with the host's files in them",
    "microk8s": "it may start containers with the host's files in them",
    "snap_microk8s": "it may start containers with the host's files in them",
    "libvirt": "it may start machines with the host's disks in them",
    "libvirtd": "it may start machines with the host's disks in them",
    "disk": "it may read and write every disk",
    "kmem": "it may read the kernel's memory",
    "shadow": "it may read everybody's password hash",
    "sudo": "it is the group of those who may use sudo",
    "wheel": "it is the group of those who may use sudo and su",
    "admin": "it is the group of those who may use sudo",
    "crontab": "it may write root's crontab",
}
LOG_GROUPS = ("adm", "systemd-journal", "log")
