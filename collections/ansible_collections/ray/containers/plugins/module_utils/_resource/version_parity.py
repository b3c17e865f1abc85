# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capability `version_parity_info`: does every image fit the Ray that this node runs?

An unchanged node answers from what it keeps per image id, without starting a container.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import dataclasses
import os
import socket
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import parity as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.image_reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.parity import (
    Difference,
    ImageFacts,
    NodeFacts,
    compare,
    oci_architecture,
    table,
)
from ansible_collections.ray.containers.plugins.module_utils._core.parity_probe import (
    PROBE_VERSION,
    entrypoint_argv,
    facts_of,
    probe_argv,
    takes_commands,
)
from ansible_collections.ray.containers.plugins.module_utils._core.stored_image import StoredImage, find_stored
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account, account
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.image_store import read_store
from ansible_collections.ray.containers.plugins.module_utils._host.podman import Podman, PodmanFailed, passed_on
from ansible_collections.ray.containers.plugins.module_utils._host.python_environment import read_environment
from ansible_collections.ray.containers.plugins.module_utils._host.records import Records

__all__ = ["ARGUMENT_SPEC", "ParityFailed", "read"]

ARGUMENT_SPEC: dict[str, t.Any] = {
    "user": {"type": "str", "default": "ray"},
    "runtime_path": {"type": "path", "required": True},
    "images": {"type": "list", "elements": "str", "required": True},
    "policy": {"type": "str", "default": "enforce", "choices": ["enforce", "warn", "report"]},
    "timeout": {"type": "int", "default": 600},
}


class ParityFailed(OperatorError):
    """An image does not fit the node; the result carries the whole comparison."""

    def __init__(self, what: str, *, why: str, remedy: str, code: str, details: dict[str, t.Any]) -> None:
        super().__init__(what, why=why, remedy=remedy, code=code)
        self.details = details


@dataclasses.dataclass(frozen=True)
class _Missing:
    """Something that cannot be compared, since it is not there yet."""

    code: str
    sentence: str
    remedy: str


class ParityReader:
    """Asks one node about itself and about images in the Ray user's store."""

    def __init__(self, user: str, runtime_path: str, timeout: float, commands: Commands) -> None:
        self.commands = commands
        self.runtime_path = runtime_path
        self.timeout = timeout
        self.account = account(user)
        self.podman = Podman(commands, user, passed_on(os.environ))
        self.records = Records(f"parity-{user}")

    def node(self) -> NodeFacts | None:
        """The node's side, or None when there is no such account or no Ray at the runtime's path."""
        environment = read_environment(self.runtime_path, self.commands)
        if self.account is None or environment is None or not environment.ray_version:
            return None
        return NodeFacts(
            environment.ray_version,
            environment.ray_commit,
            environment.python_version,
            oci_architecture(os.uname().machine),
            self.account.uid,
        )

    def images(self, references: t.Iterable[ImageReference]) -> dict[str, ImageFacts]:
        """The facts of those images that are in the store, by reference."""
        if self.account is None:
            return {}
        stored = self._stored()
        found = {reference: find_stored(reference, stored) for reference in references}
        present = {str(reference): image for reference, image in found.items() if image}
        known = {image.id: self._kept(image, self.account) for image in present.values()}
        unknown = {image.id: reference for reference, image in present.items() if known[image.id] is None}
        for image_id, facts in self._asked(unknown, self.account):
            known[image_id] = facts
        return {reference: facts for reference, image in present.items() for facts in [known[image.id]] if facts}

    def _stored(self) -> tuple[StoredImage, ...]:
        stored = read_store(self.account) if self.account else ()
        if stored is None:
            try:
                return self.podman.images()
            except (PodmanFailed, ValueError):
                return ()
        return stored

    def _kept(self, image: StoredImage, owner: Account) -> ImageFacts | None:
        kept = self.records.get(image.id)
        if not isinstance(kept, dict) or kept.get("asked_as") != _asked_as(owner):
            return None
        try:
            return ImageFacts(**kept["facts"])
        except (KeyError, TypeError):
            return None

    def _asked(self, unknown: t.Mapping[str, str], owner: Account) -> t.Iterator[tuple[str, ImageFacts]]:
        """Ask images that nothing is kept of: one process for the configuration of all, then a container each.

        :param unknown: references by image id.
        """
        for configuration in self.podman.inspect(*unknown) if unknown else ():
            image_id = str(configuration["Id"])
            facts = self._facts(configuration, unknown[image_id])
            if not facts.failure:
                kept = {"asked_as": _asked_as(owner), "facts": dataclasses.asdict(facts)}
                self.records.put(image_id, kept)
            yield image_id, facts

    def _facts(self, configuration: t.Mapping[str, t.Any], reference: str) -> ImageFacts:
        architecture = str(configuration.get("Architecture") or "")
        if architecture != oci_architecture(os.uname().machine):
            return ImageFacts(architecture)
        asked = self.podman.attempt(*probe_argv(reference), timeout=self.timeout)
        facts = facts_of(architecture, asked.stdout, asked.stderr)
        if facts.failure or not (configuration.get("Config") or {}).get("Entrypoint"):
            return facts
        through = self.podman.attempt(*entrypoint_argv(reference), timeout=self.timeout)
        return dataclasses.replace(facts, takes_commands=takes_commands(through.stdout))


def read(parameters: dict[str, t.Any], commands: Commands) -> dict[str, t.Any]:
    """The result of the module.

    :raises ParityFailed: something differs, or is not there outside check mode, and the policy is ``enforce``.
    """
    references = tuple(dict.fromkeys(map(ImageReference.parse, parameters["images"])))
    reader = ParityReader(parameters["user"], parameters["runtime_path"], float(parameters["timeout"]), commands)
    node = reader.node()
    try:
        images = reader.images(references)
    except PodmanFailed as failed:
        raise OperatorError(
            f"The images on {socket.gethostname()} cannot be compared", why=failed.stderr.strip(), remedy="Run again"
        ) from failed
    differences = compare(node, images) if node else ()
    missing = _missing(node, [str(reference) for reference in references if str(reference) not in images], parameters)
    lines = table(socket.gethostname(), node, images, differences) if node else []
    result = {"parity": _as_result(node, images, differences, missing, lines)}
    if parameters["policy"] == "report":
        return result
    if parameters["policy"] == "warn":
        told = [f"{difference.sentence()}." for difference in differences]
        return {**result, "warnings": [*told, *(f"{item.sentence}." for item in missing)]}
    _enforce(differences, () if parameters["check_mode"] else missing, lines, result)
    told = [f"{difference.sentence()}." for difference in differences]
    return {**result, "warnings": told} if told else result


def _enforce(
    differences: t.Sequence[Difference],
    missing: t.Sequence[_Missing],
    lines: t.Sequence[str],
    result: dict[str, t.Any],
) -> None:
    host = socket.gethostname()
    errors = [difference for difference in differences if difference.is_error]
    if errors:
        remedies = dict.fromkeys(difference.remedy or difference.entry.remedy for difference in errors)
        raise ParityFailed(
            f"{host} and its images differ, so no raylet is started",
            why="\n".join(["", *lines, *map(_cause, errors), *(item.sentence for item in missing)]),
            remedy=". ".join(remedies),
            code=errors[0].entry.code,
            details=result,
        )
    if missing:
        raise ParityFailed(
            f"{host} cannot be compared with its images",
            why="; ".join(item.sentence for item in missing),
            remedy=missing[0].remedy,
            code=missing[0].code,
            details=result,
        )


def _cause(difference: Difference) -> str:
    return f"{difference.sentence()}: {difference.entry.cause}"


def _missing(node: NodeFacts | None, absent: t.Sequence[str], parameters: t.Mapping[str, t.Any]) -> list[_Missing]:
    missing = []
    if node is None:
        entry = catalogue.NO_RUNTIME
        sentence = f"there is no Ray for {parameters['user']} at {parameters['runtime_path']} yet"
        missing.append(_Missing(entry.code, sentence, entry.remedy))
    for reference in absent:
        entry = catalogue.NO_IMAGE
        sentence = f"the image {reference} is not in the store of {parameters['user']} yet"
        missing.append(_Missing(entry.code, sentence, entry.remedy))
    return missing


def _as_result(
    node: NodeFacts | None,
    images: t.Mapping[str, ImageFacts],
    differences: t.Sequence[Difference],
    missing: t.Sequence[_Missing],
    lines: t.Sequence[str],
) -> dict[str, t.Any]:
    return {
        "node": dataclasses.asdict(node) if node else {},
        "images": {reference: dataclasses.asdict(facts) for reference, facts in images.items()},
        "differences": [difference.as_result() for difference in differences],
        "not_compared": [item.sentence for item in missing],
        "table": list(lines),
    }


def _asked_as(owner: Account) -> list[int]:
    """What the answer of an image depends on beside the image."""
    return [PROBE_VERSION, owner.uid, owner.gid]
