# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The container around a raylet, as words of `podman run`: the same for the raylet itself and for what is asked beside it.

Ray's guide asks for --privileged and /var/lib/containers, so that Podman in the container can start those of applications.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.temp_directory import TEMP_DIR
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import (
    RAYS_PODMAN_DIRECTORY,
    VOLUME,
    configuration_of,
)
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.seccomp import PROFILE

__all__ = [
    "FIND_RAYS_PODMAN",
    "MAKE_RUNTIME_DIRECTORY",
    "Surroundings",
    "container_argv",
    "tools_argv",
]

#: In the container's own layer: Podman finds what it knew of earlier containers gone, as after a reboot. The image has
#: /run/user open to everybody.
MAKE_RUNTIME_DIRECTORY = 'mkdir -m 0700 -p "$XDG_RUNTIME_DIR"'

#: For /bin/sh: the PATH is the image's, which nobody here knows.
FIND_RAYS_PODMAN = f"export PATH={RAYS_PODMAN_DIRECTORY}:$PATH"

#: For a container that is only asked: longer than any module works, so that one that is left over ends by itself.
LONGEST_QUESTION = "86400"


#: The least that both of Ray's commands run with (docs/raylet-in-a-container.md): of the default capabilities SETUID and
#: SETGID stay, for newuidmap and newgidmap; a new /proc may only be mounted where nothing of the outer one is hidden.
_CONFINED = (
    "--cap-drop=CHOWN,DAC_OVERRIDE,FOWNER,FSETID,KILL,NET_BIND_SERVICE,SETFCAP,SETPCAP,SYS_CHROOT",
    f"--security-opt=seccomp={PROFILE}",
    "--security-opt=unmask=ALL",
)


@dataclass(frozen=True)
class Surroundings:
    """What the container has of its host.

    :param runtime: the OCI runtime that fits the host's cgroup layout; it starts the outer container.
    :param nofile: the hard limit of open files in the container; not above the host's.
    :param privileged: whether it has all privileges, as Ray's guide asks for; else the least that Podman in it needs.
    :param nproc: the same of processes, None for no limit.
    """

    image: str
    user: str
    uid: int
    gid: int
    home: str
    runtime: str
    nofile: int
    nproc: int | None = None
    privileged: bool = True


def container_argv(around: Surroundings, name: str) -> tuple[str, ...]:
    """`podman run` up to and without the image.

    - ``--cgroupns=private``: with the host's namespace runc finds no cgroup of its own on a hybrid layout.
    - The host's passwd and group: names, ids and the home are the same on both sides, whatever user the image has.
    - ``--workdir``: the image need not have the user's home.
    - ``--rm`` and ``--replace``: nothing of a container that was killed stands in the way of the next.
    """
    settings = configuration_of(around.home, in_container=True)
    limits = [f"--ulimit=nofile={around.nofile}:{around.nofile}"]
    if around.nproc is not None:
        limits.append(f"--ulimit=nproc={around.nproc}:{around.nproc}")
    privileges = ["--privileged"] if around.privileged else _CONFINED
    return (
        *("podman", f"--runtime={around.runtime}", "--cgroup-manager=systemd"),
        *("run", "--replace", "--rm", "--detach", f"--name={name}"),
        *("--pull=never", *privileges, "--network=host", "--cgroupns=private", f"--user={around.uid}:{around.gid}"),
        *("--pids-limit=-1", "--tz=local", f"--workdir={TEMP_DIR}", *limits),
        *(f"--volume={VOLUME}:{VOLUME}", f"--volume={TEMP_DIR}:{TEMP_DIR}"),
        f"--volume={RAYS_PODMAN_DIRECTORY}:{RAYS_PODMAN_DIRECTORY}:ro",
        *(f"--volume=/etc/{file}:/etc/{file}:ro" for file in ("passwd", "group", "subuid", "subgid")),
        f"--volume={settings}:{configuration_of(around.home, in_container=False)}:ro",
        *(f"--env=HOME={around.home}", f"--env=USER={around.user}", f"--env=XDG_RUNTIME_DIR=/run/user/{around.uid}"),
    )


def tools_argv(around: Surroundings, name: str) -> tuple[str, ...]:
    """A container in which nothing happens: for asking Podman where no raylet runs, or the image what it holds."""
    # Process 1 of a container ignores SIGTERM: without the option its end would take ten seconds.
    options = ("--stop-timeout=0", "--entrypoint=/bin/sh", around.image)
    return (*container_argv(around, name), *options, "-c", f"{MAKE_RUNTIME_DIRECTORY}; exec sleep {LONGEST_QUESTION}")
