# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The node's half of `version_parity_info`: what it runs, and what its images hold. The controller judges it.

An unchanged node answers from what it keeps per image id, without starting a container.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import dataclasses
import glob
import os
import socket
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.stored_image import StoredImage, find_stored
from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import (
    LIBRARIES,
    Application,
    ImageFacts,
    NodeFacts,
    applications_of,
    oci_architecture,
)
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import of_environment
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account, account
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text
from ansible_collections.ray.containers.plugins.module_utils._host.podman.client import Podman, PodmanFailed, passed_on
from ansible_collections.ray.containers.plugins.module_utils._host.podman.image_store import read_store
from ansible_collections.ray.containers.plugins.module_utils._host.python.environment import read_environment
from ansible_collections.ray.containers.plugins.module_utils._host.python.packages import installed_libraries
from ansible_collections.ray.containers.plugins.module_utils._host.ray.engine import engine_commands
from ansible_collections.ray.containers.plugins.module_utils._host.records import Records
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of

__all__ = ["ARGUMENT_SPEC", "TIMEOUT", "ParityReader", "as_data", "read", "secrets_of"]

#: Seconds that the container of one image may take, imports included.
TIMEOUT = 600

ARGUMENT_SPEC: dict[str, t.Any] = {
    "user": {"type": "str", "default": "ray"},
    "runtime_path": {"type": "path", "default": ""},
    "images": {"type": "list", "elements": "str", "default": []},
    # Its variables may hold secrets.
    "config": {"type": "raw", "no_log": True},
    "head": {"type": "dict", "default": {}},
    "head_host": {"type": "str", "default": ""},
    "same_as_head": {"type": "list", "elements": "str", "default": []},
    "policy": {"type": "str", "default": "enforce", "choices": ["enforce", "warn", "report"]},
    "contents": {"type": "dict", "default": {}},
    "timeout": {"type": "int", "default": TIMEOUT},
    "raylet_image": {"type": "str", "default": ""},
}

#: Goes up when an image is asked something else, or less is kept, so that what was kept is asked again.
PROBE_VERSION = 5


class ParityReader:
    """Asks one node about itself and about images in the Ray user's store.

    :param raylet_image: of the container that the raylet runs in; empty for Ray on the host at *runtime_path*.
    """

    def __init__(
        self, user: str, runtime_path: str, timeout: float, commands: Commands, raylet_image: str = ""
    ) -> None:
        self.commands = commands
        self.runtime_path = runtime_path
        self.timeout = timeout
        self.account = account(user)
        self.raylet_image = raylet_image
        self.podman = Podman(engine_commands(commands, raylet_image), user, passed_on(os.environ))
        self.records = Records(f"parity-{user}")

    def node(self) -> NodeFacts | None:
        """The node's side, or None when there is no such account or no Ray at the runtime's path."""
        if self.raylet_image:
            return self._of_image()
        environment = read_environment(self.runtime_path, self.commands)
        if self.account is None or environment is None or not environment.ray_version:
            return None
        return NodeFacts(
            environment.ray_version,
            environment.ray_commit,
            environment.python_version,
            oci_architecture(os.uname().machine),
            self.account.uid,
            installed_libraries(self.runtime_path, LIBRARIES),
            gpus(),
        )

    def _of_image(self) -> NodeFacts | None:
        """What the raylet's image holds; None before it is there."""
        from ansible_collections.ray.containers.plugins.module_utils._resource.raylet_image import read_facts

        facts = read_facts(self.commands, self.account.name, self.raylet_image) if self.account else None
        if self.account is None or facts is None:
            return None
        return NodeFacts(
            facts.ray_version,
            facts.ray_commit,
            facts.python_version,
            facts.architecture,
            self.account.uid,
            facts.libraries,
            gpus(),
        )

    def images(
        self,
        references: t.Iterable[ImageReference],
        applications: t.Sequence[Application] = (),
        stored: t.Sequence[StoredImage] | None = None,
    ) -> dict[str, ImageFacts]:
        """The facts of those images that are in the store, by reference.

        :param applications: whose imports are tried in their images.
        :param stored: what is in the store, where the caller has just read it.
        """
        if self.account is None:
            return {}
        stored = self._stored() if stored is None else stored
        found = {reference: find_stored(reference, stored) for reference in references}
        present = {str(reference): image for reference, image in found.items() if image}
        asking: dict[str, list[Application]] = {image.id: [] for image in present.values()}
        for application in applications:
            if application.image in present:
                asking[present[application.image].id].append(application)
        setup = _gpu_setup(self.account) if any(each.gpus for each in applications) and gpus() else ""
        known = {image_id: self._kept(image_id, asking[image_id], setup) for image_id in asking}
        unknown = {image.id: reference for reference, image in present.items() if known[image.id] is None}
        if unknown:
            # Compiled only where an image is not known yet.
            from ansible_collections.ray.containers.plugins.module_utils._resource.image_questions import ImageQuestions

            questions = ImageQuestions(self.podman, self.account, self.timeout, ask_gpus=bool(setup))
            if self.raylet_image:
                # The container has a /tmp of its own, and shares Ray's directory with the host.
                questions.scratch = "/tmp/ray"
            for image_id, facts in questions.ask(unknown, asking):
                known[image_id] = facts
                self._keep(image_id, facts, asking[image_id], setup)
            self.records.keep({image.id for image in stored})
        return {reference: facts for reference, image in present.items() for facts in [known[image.id]] if facts}

    def _stored(self) -> tuple[StoredImage, ...]:
        stored = read_store(self.account, in_container=bool(self.raylet_image)) if self.account else ()
        if stored is None:
            try:
                return self.podman.images()
            except (PodmanFailed, ValueError):
                return ()
        return stored

    def _kept(self, image_id: str, applications: t.Sequence[Application], setup: str) -> ImageFacts | None:
        """What is kept of an image, when it answers all that is asked now."""
        kept = self.records.get(image_id)
        asks = any(application.gpus for application in applications)
        try:
            if kept["asked_as"] != self._answer_key() or (asks and kept["setup"] != setup):
                return None
            facts = ImageFacts(**kept["facts"])
            good = dict(kept["imports"])
        except (KeyError, TypeError, ValueError):
            return None
        wanted = [application for application in applications if application.import_path]
        if not all(application.digest in good for application in wanted):
            return None
        told = {application.name: good[application.digest] for application in wanted}
        return dataclasses.replace(
            facts, imports=dict.fromkeys(told, ""), deployments={name: each for name, each in told.items() if each}
        )

    def _keep(self, image_id: str, facts: ImageFacts, applications: t.Sequence[Application], setup: str) -> None:
        """Keep what is good of an answer; what failed is asked again: a disk that was full may be the reason."""
        if facts.failure or not (facts.takes_commands and facts.writes and facts.home):
            return
        good = {
            each.digest: facts.deployments.get(each.name, {})
            for each in applications
            if each.import_path and not facts.imports.get(each.name)
        }
        known = dataclasses.replace(facts, imports={}, deployments={}).as_data()
        if not any(each.gpus for each in applications):
            setup = ""  # nobody asked this image for devices
        kept = {"asked_as": self._answer_key(), "setup": setup, "facts": known, "imports": good}
        self.records.put(image_id, kept)

    def _answer_key(self) -> list[int]:
        """What the answer of an image depends on beside the image, the imports and the devices."""
        return [PROBE_VERSION, self.account.uid, self.account.gid] if self.account else []


def read(
    parameters: dict[str, t.Any], commands: Commands, stored: t.Sequence[StoredImage] | None = None
) -> dict[str, t.Any]:
    """What the controller is told: ``contents``, with ``node`` (empty without Ray) and ``images`` by reference.

    :param stored: what is in the store, where the caller has just read it.
    """
    if not parameters["runtime_path"] and not parameters["raylet_image"]:
        raise OperatorError(
            "There is no Ray to compare images with",
            why="neither runtime_path nor raylet_image is given",
            remedy="Give runtime_path as ray.containers.ray_runtime returns it, or the raylet_image",
        )
    applications = applications_of(parameters["config"])
    parameters["secrets"].update(secrets_of(applications))
    references = tuple(dict.fromkeys(map(ImageReference.parse, parameters["images"])))
    reader = ParityReader(
        parameters["user"],
        parameters["runtime_path"],
        float(parameters["timeout"]),
        commands,
        parameters["raylet_image"],
    )
    node = reader.node()
    try:
        images = reader.images(references, applications, stored)
    except PodmanFailed as failed:
        raise OperatorError(
            f"The images on {socket.gethostname()} cannot be compared", why=failed.stderr.strip(), remedy="Run again"
        ) from failed
    return {"contents": as_data(node, images)}


def secrets_of(applications: t.Iterable[Application]) -> frozenset[str]:
    """The values of the applications' environments that must not be shown."""
    return frozenset().union(*(of_environment(each.variables) for each in applications))


def as_data(node: NodeFacts | None, images: t.Mapping[str, ImageFacts]) -> dict[str, t.Any]:
    """What the controller judges (`_core.parity.verdict`), as plain data."""
    return {
        "node": dataclasses.asdict(node) if node else {},
        "images": {reference: facts.as_data() for reference, facts in images.items()},
    }


def gpus() -> int:
    """How many NVIDIA devices this node has."""
    return len(glob.glob("/dev/nvidia[0-9]*"))


def _gpu_setup(owner: Account) -> str:
    """A digest of what decides which devices a container gets, beside its image."""
    import hashlib  # only nodes with GPUs need it

    own = f"{owner.home}/.config/containers/containers.conf"
    paths = ["/etc/containers/containers.conf", "/proc/driver/nvidia/version"]
    paths += sorted(glob.glob("/etc/cdi/*") + glob.glob("/run/cdi/*"))
    texts = [files_of(owner.name).read_text(own), *map(read_text, paths)]
    return hashlib.sha256("\0".join(text or "" for text in texts).encode(errors="replace")).hexdigest()
