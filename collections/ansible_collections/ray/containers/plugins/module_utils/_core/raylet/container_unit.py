# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The raylet's container as a service of systemd.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import dataclasses
import json

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.command import (
    gcs_state_directory,
    raylet_argv,
    raylet_environment,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.container import (
    FIND_RAYS_PODMAN,
    MAKE_RUNTIME_DIRECTORY,
    Surroundings,
    container_argv,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.names import CONTAINER
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.service import (
    FORGET_CONTAINERS,
    Service,
    command_line,
    prepare_temp_dir,
    stop_seconds,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.temp_directory import TEMP_DIR
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import CONTAINER_TOKEN, VOLUME

__all__ = ["in_container", "raylet_container_argv", "shared_memory"]


def in_container(spec: RayletSpec, service: Service, around: Surroundings) -> tuple[list[str], list[str]]:
    """What the unit comes after, and the lines of its process: conmon for systemd. Podman 3.4 knows all of it.

    Quadlet would need Podman 4.4. ``--cgroups=no-conmon`` leaves conmon in the service, so that its end is the
    container's; 143 is what a container ends with that SIGTERM has ended.
    """
    seconds = stop_seconds(spec)
    after = [
        "Wants=network-online.target",
        "After=network-online.target systemd-tmpfiles-setup.service",
        f"RequiresMountsFor={VOLUME} {TEMP_DIR}",
    ]
    return after, [
        "Type=notify",
        "NotifyAccess=all",
        *prepare_temp_dir(),
        f"ExecStart={command_line(raylet_container_argv(spec, service, around))}",
        f"ExecStop=podman stop --ignore --time={seconds} {CONTAINER}",
        f"ExecStopPost=podman rm --force --ignore {CONTAINER}",
        "SuccessExitStatus=1 143",
        "TimeoutStartSec=120",
        f"TimeoutStopSec={seconds + 30}",
    ]


def raylet_container_argv(spec: RayletSpec, service: Service, around: Surroundings) -> tuple[str, ...]:
    """`podman run` of the raylet's container: what all containers beside it have, and what is Ray's.

    ``--cgroup-parent``: at a shutdown systemd ends machine.slice, the usual place, with all that is in it, at the same
    time as the service. The raylet then takes its leave while the control service dies, which keeps Serve's controller
    as alive on a node that is gone, and Serve never comes back. Nothing ends system.slice.

    catatonit is process 1 and passes SIGTERM on; what an earlier raylet's applications left in the store is removed
    before Ray starts. Values of variables come from the service's environment and stand on no command line.
    """
    environment = raylet_environment(spec, home=service.home, uid=service.uid)
    state = f"/var/lib/{gcs_state_directory(spec)}"
    start = f'{MAKE_RUNTIME_DIRECTORY} && {{ {FORGET_CONTAINERS}; }}; {FIND_RAYS_PODMAN}; exec "$@"'
    return (
        *container_argv(around, CONTAINER),
        *("--sdnotify=conmon", "--cgroups=no-conmon", "--cgroup-parent=system.slice", "--log-driver=journald"),
        f"--shm-size={shared_memory(spec, service.memory)}",
        f"--stop-timeout={stop_seconds(spec)}",
        f"--volume={CONTAINER_TOKEN}:{service.home}/.ray:ro",
        *([f"--volume={state}:{state}"] if spec.is_head else []),
        *(f"--env={name}" for name in sorted(environment)),
        f"--label=ray.containers.raylet={_label(spec)}",
        *spec.options,
        *("--entrypoint=catatonit", spec.image, "--", "sh", "-c", start, "raylet", *raylet_argv(spec)),
    )


def shared_memory(spec: RayletSpec, memory: int) -> str:
    """The size of /dev/shm, for `podman run`: Ray keeps its objects elsewhere, slowly, when they might not fit.

    A tenth more than the object store; of one that Ray sizes itself (30 % of the memory), 40 % of the memory, in whole
    gigabytes, so that no change of a kernel's own needs changes it.
    """
    if spec.object_store_memory is not None:
        return f"{-(-spec.object_store_memory * 11 // 10 // 2**20)}m"
    return f"{max(1, memory * 4 // 10 // 2**30)}g"


def _label(spec: RayletSpec) -> str:
    """What the raylet was asked to be, for whoever inspects its container: no secrets, and no values of variables."""
    told = {
        "role": spec.role,
        "ray_version": spec.ray_version,
        "image": spec.image,
        "ports": dataclasses.asdict(spec.ports),
        "num_cpus": spec.num_cpus,
        "num_gpus": spec.num_gpus,
        "resources": dict(spec.resources),
        "object_store_memory": spec.object_store_memory,
        "start_arguments": list(spec.start_arguments),
        "environment": sorted(spec.environment),
        "drain_seconds": spec.drain_seconds,
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":"))
