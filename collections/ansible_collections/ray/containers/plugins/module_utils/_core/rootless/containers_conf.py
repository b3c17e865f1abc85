# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ray user's own configuration of Podman, as text.

Everything lies below the user's ``~/.config/containers``, so that Podman of root and of other users stays as it is.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import Registry
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.process_limits import (
    CAP_SYS_RESOURCE,
    SERVICE_NOFILE,
)

__all__ = [
    "FUSE_OVERLAYFS",
    "Limits",
    "container_limits",
    "containers_conf",
    "registries_conf",
    "storage_conf",
]

HEADER = "# Managed by ray.containers.rootless_podman; changes are overwritten.\n"

FUSE_OVERLAYFS = "/usr/bin/fuse-overlayfs"


@dataclass(frozen=True)
class Limits:
    """Hard limits that containers get; None leaves one to Podman."""

    nofile: int
    nproc: int | None


def container_limits(hard: t.Mapping[str, int | None], capability_bounds: int) -> Limits | None:
    """The limits to write down, or None where Podman's own choice works.

    Podman asks for its own maximum, which only a host that may raise limits (CAP_SYS_RESOURCE) grants; one that may
    not, such as a host inside a container, fails with "setrlimit: Operation not permitted" (containers/podman#24508).

    :param hard: the hard limits of process 1, which bound those of the raylet's service.
    """
    if capability_bounds >> CAP_SYS_RESOURCE & 1:
        return None
    nofile = hard.get("nofile")
    return Limits(SERVICE_NOFILE if nofile is None else min(nofile, SERVICE_NOFILE), hard.get("nproc"))


def storage_conf(
    *, graph_root: str, run_root: str, mount_program: str = "", uid_map: str = "", gid_map: str = "", remap: bool = True
) -> str:
    """The text of storage.conf: overlay, since Podman falls back to the slow vfs for users without this file.

    :param mount_program: fuse-overlayfs, where the kernel has no native overlay for users.
    :param uid_map: the map of ``--userns=keep-id``, so that layers need no copy for Ray's containers (`keep_id`);
        *gid_map* likewise. fuse-overlayfs shifts ids at every mount and needs neither.
    :param remap: whether Podman takes them (`remapping`).
    """
    text = (
        f"{HEADER}[storage]\n"
        'driver = "overlay"\n'
        f"graphroot = {json.dumps(graph_root)}\n"
        f"runroot = {json.dumps(run_root)}\n"
    )
    if remap and uid_map and gid_map and not mount_program:
        text += f"\n[storage.options]\nremap-uids = {json.dumps(uid_map)}\nremap-gids = {json.dumps(gid_map)}\n"
    if mount_program:
        text += f"\n[storage.options.overlay]\nmount_program = {json.dumps(mount_program)}\n"
    return text


def containers_conf(
    *, runtime: str, limits: Limits | None, network_directory: str = "", user_namespace: str = "keep-id"
) -> str:
    """The text of a drop-in for containers.conf.

    - ``netns``: Ray starts every worker with ``--network=host``; its first probe, which names no network, would need
      /dev/net/tun and a helper process for nothing.
    - ``cgroup_manager``: Ray starts every worker with cgroupfs; its first probe then behaves the same.
    - ``cgroups``: some images of hosts switch them off, which does not go with Ray's ``--pid=host`` (ray#44800).
    - ``pids_limit``: 0 is none. A worker may have more threads than Podman's 2048, and setting one fails where the
      pids controller is not delegated.
    - ``userns``: Ray starts every worker with keep-id; its first probe then uses the same layers, without a copy.

    :param user_namespace: that of most workers, see `keep_id.keep_id_option`.
    :param network_directory: where Podman keeps networks, for a home in which it may not write: with CNI every command
        makes the directory first.
    """
    lines = [
        "[containers]",
        'cgroups = "enabled"',
        'netns = "host"',
        "pids_limit = 0",
        f"userns = {json.dumps(user_namespace)}",
    ]
    if limits:
        ulimits = [f"nofile={limits.nofile}:{limits.nofile}"]
        if limits.nproc is not None:
            ulimits.append(f"nproc={limits.nproc}:{limits.nproc}")
        lines.append(f"default_ulimits = {json.dumps(ulimits)}")
    if network_directory:
        lines += ["", "[network]", f"network_config_dir = {json.dumps(network_directory)}"]
    lines += ["", "[engine]", 'cgroup_manager = "cgroupfs"', f"runtime = {json.dumps(runtime)}"]
    return HEADER + "\n".join(lines) + "\n"


def registries_conf(registries: t.Iterable[Registry]) -> str:
    """The text of a drop-in for registries.conf; empty when no registry needs an entry."""
    tables = [
        f"\n[[registry]]\nlocation = {json.dumps(registry.location)}\ninsecure = true\n"
        for registry in sorted(registries, key=lambda registry: registry.location)
        if registry.insecure
    ]
    return HEADER + "".join(tables) if tables else ""
