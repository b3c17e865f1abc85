# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking images what Ray will find in them, in containers like those that Ray starts.

One container for an image; a second one only where Ray's first command can find something else than its second: where
there is an ENTRYPOINT, or no USER, so that the first runs as the container's root.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import os
import tempfile
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.podman_words import evidence
from ansible_collections.ray.containers.plugins.module_utils._core.parity.answer import NO_PATH
from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import (
    Application,
    ImageFacts,
    oci_architecture,
)
from ansible_collections.ray.containers.plugins.module_utils._core.parity.probe import (
    WORKER_PATH_FILE,
    container_name,
    facts_of,
    first_argv,
    probe_argv,
    probe_input,
    with_first_answer,
)
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._host.podman.client import Podman, PodmanFailed
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of

__all__ = ["ImageQuestions"]

#: Containers at the same time, at the most: starting one is as much waiting as work.
SIDE_BY_SIDE = 4

#: Of what an image writes for its worker's path, in bytes.
LONGEST_PATH = 4096

#: The status of `podman run` for an error of Podman's, such as a full disk, and not of the container's (podman-run(1)).
ENGINE_ERROR = 125


class ImageQuestions:
    """Asks images in one account's store.

    :param owner: as whom the raylet runs.
    :param timeout: seconds for one image.
    :param ask_gpus: whether applications that ask for GPUs can get some on this node.
    """

    def __init__(self, podman: Podman, owner: Account, timeout: float, *, ask_gpus: bool) -> None:
        self.podman = podman
        self.owner = owner
        self.timeout = timeout
        self.ask_gpus = ask_gpus
        #: Below which directories for the containers are made; it must be the engine's, too.
        self.scratch = ""
        self.territory = files_of(owner.name)

    def ask(
        self, images: t.Mapping[str, str], applications: t.Mapping[str, t.Sequence[Application]]
    ) -> t.Iterator[tuple[str, ImageFacts]]:
        """The facts by image id: one process for the configuration of all, then a container each.

        :param images: references by image id.
        :param applications: who runs in an image, by its id.
        :raises PodmanFailed: Podman itself does not work.
        """
        configurations = self.podman.inspect(*images)
        workers = max(1, min(len(configurations), os.cpu_count() or 1, SIDE_BY_SIDE))
        with concurrent.futures.ThreadPoolExecutor(max_workers=workers) as pool:
            yield from pool.map(lambda each: self._one(each, images, applications), configurations)

    def _one(
        self,
        configuration: t.Mapping[str, t.Any],
        images: t.Mapping[str, str],
        applications: t.Mapping[str, t.Sequence[Application]],
    ) -> tuple[str, ImageFacts]:
        image_id = str(configuration["Id"])
        return image_id, self._facts(configuration, images[image_id], applications.get(image_id, ()))

    def _facts(
        self, configuration: t.Mapping[str, t.Any], reference: str, applications: t.Sequence[Application]
    ) -> ImageFacts:
        architecture = str(configuration.get("Architecture") or "")
        if architecture != oci_architecture(os.uname().machine):
            return ImageFacts(architecture)
        settings = configuration.get("Config") or {}
        gpus = self.ask_gpus and any(application.gpus for application in applications)
        with self._directory(0o755) as temp_dir:
            asked = self._run(
                container_name(temp_dir),
                *probe_argv(reference, temp_dir),
                stdin=probe_input(applications, self.owner.home, gpus, self.timeout),
            )
        facts = facts_of(architecture, asked.stdout, asked.stderr)
        if facts.failure or (settings.get("User") and not settings.get("Entrypoint")):
            return facts
        with self._directory(0o777) as shared:
            first = self._run(container_name(shared), *first_argv(reference, shared))
            written = self._written(f"{shared}/{WORKER_PATH_FILE}")
        if written is None and (first.rc == ENGINE_ERROR or not settings.get("Entrypoint")):
            return ImageFacts(architecture, failure=evidence(first.stderr) or f"it ended with status {first.rc}")
        return with_first_answer(facts, written)

    def _run(self, name: str, *arguments: str, stdin: str = "") -> Completed:
        """Run podman; an image that does not end in time is no reason not to ask the others.

        :param name: the container's. It goes on when its time is over and podman is killed: an ENTRYPOINT may serve.
        """
        try:
            return self.podman.attempt(*arguments, timeout=self.timeout, stdin=stdin)
        except PodmanFailed as late:
            with contextlib.suppress(PodmanFailed):
                self.podman.attempt("rm", "--force", name, timeout=self.timeout)
            return late.completed

    @contextlib.contextmanager
    def _directory(self, mode: int) -> t.Iterator[str]:
        """A directory of the Ray user's for one container."""
        path = self.territory.make_temporary(self.scratch or tempfile.gettempdir(), "ray.containers-", mode=mode)
        try:
            yield path
        finally:
            with contextlib.suppress(OperatorError):
                self.territory.remove(path)

    def _written(self, path: str) -> str | None:
        """What an image wrote, which may be anything: a link leads no further than the user may go."""
        try:
            return self.territory.read_text(path, LONGEST_PATH)
        except OperatorError:
            return NO_PATH
