# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capability `image_push`: an image of a local store in a registry.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import socket
import tempfile
import typing as t
from dataclasses import replace

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import images as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.faults.recognition import fault_error
from ansible_collections.ray.containers.plugins.module_utils._core.images.push_plan import (
    UNKNOWN_COMPRESSION,
    PushImage,
    PushObserved,
    PushSpec,
    RegistryImage,
    config_digest,
    is_converted,
    plan_push,
    push_argv,
)
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import (
    REGISTRIES,
    Registry,
    read_registries,
    registry_of,
)
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.podman.client import Podman, PodmanFailed, passed_on
from ansible_collections.ray.containers.plugins.module_utils._host.registry.api import RegistryApi, RegistryFailure
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import UserFiles, files_of, own_files
from ansible_collections.ray.containers.plugins.module_utils._resource.lifecycle import Resource

__all__ = ["ARGUMENT_SPEC", "ImagePush", "build"]

ARGUMENT_SPEC: dict[str, t.Any] = {
    "reference": {"type": "str", "required": True},
    "destination": {"type": "str", "default": ""},
    "tls_verify": {"type": "bool", "default": True},
    "auth_file": {"type": "path", "default": ""},
    "registries": REGISTRIES,
    "compression": {"type": "str", "default": "zstd", "choices": ["zstd", "gzip"]},
    "user": {"type": "str", "default": ""},
    "timeout": {"type": "int", "default": 3600},
}


#: What Podman writes, and how long that may be, in bytes.
DIGEST = re.compile(r"[a-z0-9]+:[0-9a-f]{32,128}")
LONGEST_DIGEST = 4096


class ImagePush(Resource[PushObserved]):
    """An image of one account's store under a name of a registry."""

    def __init__(self, spec: PushSpec, commands: Commands, registry: RegistryApi) -> None:
        super().__init__(commands)
        self.spec = spec
        self.podman = Podman(commands, spec.user, passed_on(os.environ))
        self.registry = registry
        self._digest = ""

    def observe(self) -> PushObserved:
        """The image's id in the store and in the registry; a registry that does not answer fails the push, not this."""
        image = self._local()
        return PushObserved(str(image.get("Id", "")), self._registry_image(image))

    def plan(self, observed: PushObserved) -> Plan:
        return plan_push(self.spec, observed)

    def apply(self, step: Step) -> None:
        if not isinstance(step.action, PushImage):
            super().apply(step)
            return
        what = f"{self.spec.reference} cannot be pushed to {self.spec.destination} from {socket.gethostname()}"
        if not self._local():
            entry = catalogue.NOT_BUILT
            raise OperatorError(what, why=entry.cause, remedy=entry.remedy, code=entry.code)
        # Podman writes the digest as whom it runs as.
        territory = _files(self.spec.user)
        directory = territory.make_temporary(tempfile.gettempdir(), "ray-containers-push-")
        try:
            self._push(f"{directory}/digest")
            written = (territory.read_text(f"{directory}/digest", LONGEST_DIGEST) or "").strip()
        except PodmanFailed as failed:
            raise fault_error(failed.stderr, what, catalogue.PUSH_FAILED) from failed
        finally:
            territory.remove(directory)
        self._digest = written if DIGEST.fullmatch(written) else ""

    def result(self, observed: PushObserved, plan: Plan) -> dict[str, t.Any]:
        unchanged = not plan.steps and observed.pushed
        digest = observed.pushed.digest if unchanged and observed.pushed else self._digest
        destination = self.spec.destination
        return {
            "image": {
                "reference": str(destination),
                "digest": digest,
                "pinned": str(destination.pinned(digest)) if digest else "",
                "id": observed.image_id,
            }
        }

    def _push(self, digest_file: str) -> None:
        try:
            self.podman.with_image(*push_argv(self.spec, digest_file), timeout=self.spec.timeout)
        except PodmanFailed as failed:
            if UNKNOWN_COMPRESSION not in failed.stderr:
                raise
            # Asked this way round, no push of a newer Podman waits for its version.
            plain = replace(self.spec, compression="")
            self.podman.with_image(*push_argv(plain, digest_file), timeout=self.spec.timeout)

    def _local(self) -> dict[str, t.Any]:
        """What Podman says of the image; nothing when it is not there."""
        try:
            found = self.podman.inspect(str(self.spec.reference))
        except PodmanFailed:
            return {}
        return found[0] if found else {}

    def _registry_image(self, image: dict[str, t.Any]) -> RegistryImage | None:
        destination = self.spec.destination
        try:
            manifest = self.registry.manifest(destination)
            image_id = config_digest(manifest)
            if image and image_id and image_id != image["Id"]:
                configuration = self.registry.blob(destination, f"sha256:{image_id}")
                image_id = str(image["Id"]) if is_converted(configuration, image) else image_id
        except RegistryFailure:
            return None
        return RegistryImage(f"sha256:{hashlib.sha256(manifest).hexdigest()}", image_id)


def build(parameters: dict[str, t.Any], commands: Commands) -> ImagePush:
    """The capability that these parameters of the module ask for."""
    reference = ImageReference.parse(parameters["reference"])
    destination = ImageReference.parse(parameters["destination"]) if parameters["destination"] else reference
    if not destination.is_fully_qualified or destination.is_local or destination.is_pinned:
        raise OperatorError(
            f"{destination} is not a name to push to",
            why="it must name a registry and, at most, a tag",
            remedy="Name the destination as registry/repository:tag",
        )
    listed = registry_of(destination, read_registries(parameters["registries"], str))
    spec = PushSpec(
        reference=reference,
        destination=destination,
        tls_verify=parameters["tls_verify"] and not listed.insecure,
        auth_file=parameters["auth_file"] or listed.auth_file,
        compression=parameters["compression"],
        user=parameters["user"],
        timeout=float(parameters["timeout"]),
    )
    entry = Registry(destination.registry, insecure=not spec.tls_verify, auth_file=spec.auth_file)
    return ImagePush(spec, commands, RegistryApi((entry,), _environment(spec.user), files=_files(spec.user)))


def _files(user: str) -> UserFiles:
    """What Podman, and we in its place, read and write as whom it runs as."""
    return files_of(user) if user else own_files()


def _environment(user: str) -> t.Mapping[str, str]:
    """Where the account's own credentials and certificates lie, as Podman is told when it runs as it (`HostCommands`)."""
    try:
        found = pwd.getpwnam(user) if user else None
    except KeyError:
        # The first command that is run as the account says so.
        found = None
    if not found:
        return os.environ
    return {**passed_on(os.environ), "HOME": found.pw_dir, "XDG_RUNTIME_DIR": f"/run/user/{found.pw_uid}"}
