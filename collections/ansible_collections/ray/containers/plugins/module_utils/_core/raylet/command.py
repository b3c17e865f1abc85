# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a raylet as wanted to the command that starts it and the environment that it gets.

A service of the host and a container of the host start the same command in the same environment.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.option import ON_THE_HEAD, ON_THE_NODE
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import OPTIONS, RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import RAYS_PODMAN_DIRECTORY
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.places import GCS_STATE, IN_A_CONTAINER

__all__ = ["SYSTEM_PATH", "gcs_state_directory", "raylet_argv", "raylet_environment"]

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def gcs_state_directory(spec: RayletSpec) -> str:
    """The head's memory, below /var/lib: one directory for each runtime, for another Ray could not read it."""
    if spec.image:
        return f"{GCS_STATE}/{spec.ray_version}{IN_A_CONTAINER}"
    return f"{GCS_STATE}/{spec.runtime_path.rstrip('/').rsplit('/', 1)[-1]}"


def raylet_argv(spec: RayletSpec) -> tuple[str, ...]:
    """`ray start` in the foreground, with every port fixed (Ray 2.60.0 scripts/scripts.py, `start`)."""
    program = "ray" if spec.image else f"{spec.runtime_path.rstrip('/')}/bin/ray"
    own = [f"--address={spec.address}"]
    if spec.is_head:
        # Without the last flag a dashboard that does not start is only logged, and Serve has no REST API.
        own = ["--head", *_words(spec, ON_THE_HEAD), "--include-dashboard=true"]
    return (program, "start", *own, *_words(spec, ON_THE_NODE), "--block")


def _words(spec: RayletSpec, given_on: str) -> t.Iterator[str]:
    for row in OPTIONS:
        if row.given_on == given_on and (row.flag or row.words):
            yield from row.words_of(getattr(spec, row.field))


def raylet_environment(spec: RayletSpec, *, home: str, uid: int) -> dict[str, str]:
    """The environment of the raylet, and with it of the `podman` that it runs; what the operator adds wins.

    The tail of RAY_worker_register_timeout_seconds, RAY_gcs_storage and RAY_gcs_storage_path is lower-case: Ray ignores
    other spellings.

    A container has HOME and XDG_RUNTIME_DIR from its own options, and the PATH of its image after `RAYS_PODMAN_DIRECTORY`.

    - RAY_AUTH_MODE: the token itself is in ~/.ray/auth_token, which Ray mounts into application containers.
    - BAD_RUNTIME_ENV_CACHE_TTL_SECONDS: Ray keeps failing without trying for 10 minutes after one failure by default,
      also after its cause was mended.
    - RAY_worker_register_timeout_seconds: a container that takes longer to start is killed and started again, for ever.
    - RAY_gcs_storage: the head remembers nodes, actors and Serve's applications across a restart, without Redis.
    - RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S: a head has nowhere to move its work to, so it does not wait.
    """
    environment = {
        **({} if spec.image else _of_the_host(spec, home, uid)),
        "RAY_AUTH_MODE": "token",
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S": "0" if spec.is_head else str(spec.drain_seconds),
        "RAY_worker_register_timeout_seconds": "120",
        "BAD_RUNTIME_ENV_CACHE_TTL_SECONDS": "10",
    }
    if spec.is_head:
        environment["RAY_gcs_storage"] = "rocksdb"
        environment["RAY_gcs_storage_path"] = f"/var/lib/{gcs_state_directory(spec)}"
    environment.update(spec.environment)
    return environment


def _of_the_host(spec: RayletSpec, home: str, uid: int) -> dict[str, str]:
    return {
        "HOME": home,
        "XDG_RUNTIME_DIR": f"/run/user/{uid}",
        "PATH": f"{RAYS_PODMAN_DIRECTORY}:{spec.runtime_path.rstrip('/')}/bin:{SYSTEM_PATH}",
    }
