# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running the Ray user's commands in the raylet's container, or beside it where no raylet runs.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import atexit
import os

from ansible_collections.ray.containers.plugins.module_utils._core.engine.compatibility import oci_runtime
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.container import (
    Surroundings,
    tools_argv,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.names import CONTAINER, QUESTION, TOOLS
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mounts import cgroup_layout
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.process_limits import open_files
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.seccomp import PROFILE
from ansible_collections.ray.containers.plugins.module_utils._host import kernel
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import account
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray import temp_directory
from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_commands import RayletCommands

__all__ = ["ContainerCommands", "ImageCommands", "running_image", "surroundings"]


def surroundings(image: str, user: str, privileged: bool | None = None) -> Surroundings:
    """The raylet's container on this host, as it would be started now; of an account yet to make, with what it will have.

    :param privileged: None for as the host was set up: only where it is not, there is a list of system calls.
    """
    owner = account(user)
    limits = kernel.hard_limits()
    return Surroundings(
        image=image,
        user=user,
        uid=owner.uid if owner else 0,
        gid=owner.gid if owner else 0,
        home=owner.home if owner else f"/home/{user}",
        runtime=oci_runtime(cgroup_layout(kernel.mounts()), kernel.os_release()),
        nofile=open_files(limits.get("nofile"), kernel.capability_bounds())[1],
        nproc=limits.get("nproc"),
        privileged=not os.path.exists(PROFILE) if privileged is None else privileged,
    )


def running_image(host: Commands) -> str:
    """The id of the image that the raylet's container was made from; empty where none runs."""
    told = "--format={{if .State.Running}}{{.Image}}{{end}}"
    return host.run(("podman", "container", "inspect", told, CONTAINER), check=False).stdout.strip()


class ImageCommands(RayletCommands):
    """A container of this image, whatever the raylet runs in; it lives as long as the module.

    For what leaves the Ray user's Podman alone, which has one place at a time.

    :cvar name: of the container; an earlier one of that name is replaced.
    """

    name = QUESTION

    def __init__(self, host: Commands, image: str) -> None:
        super().__init__(host)
        self.image = image
        self._container = ""

    def _running(self, user: str) -> str:
        if not self._container:
            self._container = self._started(user)
        return self._container

    def _started(self, user: str) -> str:
        owner = account(user)
        if owner is None:
            raise OperatorError(
                f"The account {user} does not exist on this host", remedy="Run ray.containers.rootless_podman first"
            )
        temp_directory.make(owner.uid)
        started = self.host.run(tools_argv(surroundings(self.image, user), self.name), check=False)
        if started.rc != 0:
            raise CommandFailed(started, what=f"The raylet's image {self.image} cannot be started in a container")
        atexit.register(self._end)
        return self.name

    def _end(self) -> None:
        self.host.run(("podman", "rm", "--force", self.name), check=False)


class ContainerCommands(ImageCommands):
    """The raylet's container where it runs, of whatever image, else one beside it that lives as long as the module.

    One for everything that a module asks: several would each take the others' containers for dead, since Podman keeps
    its locks in the shared memory of its own.
    """

    name = TOOLS

    def _started(self, user: str) -> str:
        return CONTAINER if running_image(self.host) else super()._started(user)
