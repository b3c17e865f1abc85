# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The podman command line for one account: what is asked of it, as methods; what it answers, as values.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.stored_image import StoredImage, parse_images
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import RAYS_PODMAN_DIRECTORY
from ansible_collections.ray.containers.plugins.module_utils._host.command import (
    SYSTEM_PATH,
    CommandFailed,
    Commands,
    Completed,
)

__all__ = ["IN_VAIN", "PASSED_ON", "Podman", "PodmanFailed", "passed_on"]

#: Begins what is said of work on an image that does not end in time. Any other command that does not end hangs; this one may
#: only be slow.
IN_VAIN = "the image was not ready within"

#: What an operator may set for Podman in a task's ``environment`` (podman(1), containers.conf(5), and proxies).
PASSED_ON = (
    *("CONTAINERS_CONF", "CONTAINERS_CONF_OVERRIDE", "CONTAINERS_STORAGE_CONF", "CONTAINERS_REGISTRIES_CONF"),
    *("STORAGE_DRIVER", "STORAGE_OPTS", "REGISTRY_AUTH_FILE", "TMPDIR", "BUILDAH_FORMAT", "BUILDAH_ISOLATION"),
    *(
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ),
)

#: Bytes of what it, and a container that it runs, may say.
MOST_SAID = 16 * 2**20


class PodmanFailed(Exception):
    """Podman ended with an error; the capability says which image, application and host it is about."""

    def __init__(self, completed: Completed) -> None:
        super().__init__(completed.stderr)
        self.completed = completed
        self.stderr = completed.stderr
        self.missing = completed.rc == 127


def passed_on(environ: t.Mapping[str, str]) -> dict[str, str]:
    """The variables of *environ* that change how Podman works and that a task may set."""
    return {name: environ[name] for name in PASSED_ON if name in environ}


class Podman:
    """Runs podman as *user* (the module's own account when empty), with *environment* on top of the fixed one.

    The Ray user's is the one that its raylet finds: a container is started as it will be.
    """

    def __init__(self, commands: Commands, user: str = "", environment: t.Mapping[str, str] | None = None) -> None:
        self.commands = commands
        self.user = user
        path = {"PATH": f"{RAYS_PODMAN_DIRECTORY}:{SYSTEM_PATH}"} if user else {}
        self.environment = {**path, **(environment or {})}

    def run(self, *arguments: str, timeout: float | None = None) -> Completed:
        """Run podman with these arguments.

        :param timeout: seconds.
        :raises PodmanFailed: it ended with an error, did not end in time, or is not installed.
        """
        completed = self.attempt(*arguments, timeout=timeout)
        if completed.rc != 0:
            raise PodmanFailed(completed)
        return completed

    def attempt(
        self, *arguments: str, timeout: float | None = None, stdin: str = "", most: int = MOST_SAID
    ) -> Completed:
        """Like `run`, for callers that look at the status themselves; it fails only when the time is over."""
        try:
            return self.commands.run(
                ("podman", *arguments),
                user=self.user,
                env=self.environment,
                check=False,
                timeout=timeout,
                stdin=stdin,
                most=most,
            )
        except CommandFailed as late:
            raise PodmanFailed(late.completed) from late

    def with_image(self, *arguments: str, timeout: float, check: bool = True) -> Completed:
        """Run what brings, changes or sends an image, which takes as long as the image is large.

        :param check: raise `PodmanFailed` on a non-zero status, and not only when the time is over.
        """
        try:
            completed = self.attempt(*arguments, timeout=timeout)
        except PodmanFailed as late:
            done = late.completed
            said = f"{done.stderr.rpartition(chr(10))[0]}\n{IN_VAIN} {timeout:.0f} seconds"
            raise PodmanFailed(Completed(done.argv, done.rc, done.stdout, said)) from late
        if check and completed.rc != 0:
            raise PodmanFailed(completed)
        return completed

    def images(self) -> tuple[StoredImage, ...]:
        """Every image of the store, in one process."""
        return parse_images(json.loads(self.run("images", "--format", "json").stdout or "[]"))

    def inspect(self, *images: str) -> list[dict[str, t.Any]]:
        """The configuration of those of *images* that are there, in one process.

        :raises PodmanFailed: Podman failed at something else than a missing image.
        """
        completed = self.attempt("image", "inspect", *images)
        try:
            found = json.loads(completed.stdout or "null")
        except ValueError:
            found = None
        if found is None or (completed.rc != 0 and not found and completed.rc != 125):
            raise PodmanFailed(completed)
        return list(found)

    def pull(self, reference: ImageReference, timeout: float) -> None:
        """Pull. Podman itself tries a registry that does not answer three times more."""
        self.with_image("pull", "--quiet", str(reference), timeout=timeout)

    def map_for_keep_id(self, reference: ImageReference, image_id: str, timeout: float) -> None:
        """Make and remove a container with Ray's ``--userns=keep-id``: making it copies the layers to its ids.

        A run that was killed leaves the container behind; the next one replaces it.
        """
        name = f"ray-containers-map-{image_id[:12]}"
        create = ("create", "--replace", "--name", name, "--userns=keep-id", "--pull=never", "--entrypoint", "python")
        self.with_image(*create, str(reference), timeout=timeout)
        self.run("rm", "--force", name)
