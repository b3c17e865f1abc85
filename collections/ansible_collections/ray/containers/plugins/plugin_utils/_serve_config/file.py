# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Serve config file on the controller: read, checked against every rule, its images pinned to digests.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import dataclasses
import functools
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Finding
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import of_config
from ansible_collections.ray.containers.plugins.module_utils._core.serve import config as serve_config
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import Image, ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils import _rule as rule
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_settings import (
    RayletSettings,
    in_containers,
)
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.foreign import manifest_in
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.form import kind_of
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.pinning import Digests, pin
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules import index
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.form import wrong_type
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.image_sizes import (
    DEFAULT_SETUP_TIMEOUT,
    setup_timeouts,
)
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.yaml_file import (
    FILE_UNREADABLE,
    SEVERAL_DOCUMENTS,
    YamlFailure,
    read_documents,
)

__all__ = ["Refused", "ServeConfigFile", "Sizes"]

#: So many hosts are told by name in one sentence.
HOSTS_TOLD = 5
#: Asks registries for the sizes of images in bytes; those that it does not learn are left out.
Sizes = t.Callable[[t.Sequence[ImageReference]], t.Mapping[ImageReference, int]]


class Refused(OperatorError):
    """Everything that is wrong, in one failure."""

    def __init__(self, path: str, findings: t.Sequence[Finding]) -> None:
        self.errors = [finding for finding in findings if finding.entry.severity == "error"]
        first = self.errors[0]
        super().__init__(
            f"The site described by {path} cannot be deployed" if path else "The site cannot be deployed",
            why=f"{first.where}: {first.evidence}",
            remedy=first.remedy or first.entry.remedy,
            code=first.entry.code,
        )
        self.details = {"findings": [finding.as_result() for finding in findings]}

    def __str__(self) -> str:
        sentences = _sentences(self.errors)
        if len(sentences) == 1:
            return f"{self.what}: {sentences[0]}"
        numbered = [f"{number}. {sentence}" for number, sentence in enumerate(sentences, 1)]
        return "\n".join([f"{self.what}; {len(sentences)} errors were found before any host was touched:", *numbered])


def _sentences(errors: t.Iterable[Finding]) -> list[str]:
    """Each error once, with all hosts that it holds for: a variable of a group is wrong for every host of it."""
    together: dict[tuple[str, ...], list[Finding]] = {}
    for error in errors:
        variable, of, _host = error.where.rpartition(" of ")
        key = (error.entry.code, error.evidence, error.remedy, of, variable or error.where)
        together.setdefault(key, []).append(error)
    return [_sentence_of(same) for same in together.values()]


def _sentence_of(same: t.Sequence[Finding]) -> str:
    if len(same) == 1:
        return same[0].sentence()
    variable = same[0].where.rpartition(" of ")[0]
    hosts = [each.where.rpartition(" of ")[2] for each in same]
    further = f" and {len(hosts) - HOSTS_TOLD} more hosts" if len(hosts) > HOSTS_TOLD else ""
    return dataclasses.replace(same[0], where=f"{variable} of {', '.join(hosts[:HOSTS_TOLD])}{further}").sentence()


@dataclass(frozen=True)
class ServeConfigFile:
    """One Serve config file.

    :param path: on the controller; empty when the inventory names none.
    :param context: the inventory that it is for.
    :param digests: asks registries; None leaves tags as they are.
    :param sizes: asks registries; None leaves the sizes of the images unknown.
    :param text: what the file is going to hold; None for what it holds.
    """

    path: str
    context: Context
    digests: Digests | None = None
    sizes: Sizes | None = None
    text: str | None = None

    def read(self) -> dict[str, t.Any]:
        """What the module returns: the config with its images pinned, images, those of raylets, routes, findings.

        :raises Refused: the file, the inventory, or an image is wrong; names every error at once.
        """
        config, unread = self._parsed
        findings = [*unread]
        findings += rule.findings((*index.INVENTORY, *index.RAYLETS), config or ServeConfig({}, ()), self.context)
        if config is not None:
            findings += rule.findings(index.SERVE_CONFIG, config, self.context)
        if config is None or _errors(findings):
            raise Refused(self.path, findings)
        raylets = {settings.host: _raylet_image(settings) for settings in in_containers(self.context.raylets)}
        pinned, failures = pin([*config.images, *raylets.values()], self.digests)
        if failures:
            raise Refused(self.path, [*failures, *findings])
        findings += rule.findings(index.RESOLVED, config, self._with_sizes(config))
        return {
            "config": serve_config.with_images(config, pinned),
            "images": [_as_result(image, pinned[image.where]) for image in config.images],
            "raylet_images": {host: pinned[image.where] for host, image in raylets.items()},
            "routes": config.routes,
            "findings": [finding.as_result() for finding in findings],
        }

    @property
    def secrets(self) -> frozenset[str]:
        """The values of the file that must not be shown; none of a file that cannot be read."""
        config, _findings = self._parsed
        return of_config(config.fields) if config else frozenset()

    @functools.cached_property
    def _parsed(self) -> tuple[ServeConfig | None, list[Finding]]:
        if not self.path:
            return None, [Finding(FILE_UNREADABLE, "ray_serve_config", "it is not set")]
        try:
            documents = read_documents(self.path, self.text)
        except YamlFailure as failure:
            return None, [Finding(failure.entry, failure.where, failure.why, failure.remedy)]
        manifest = manifest_in(documents)
        if manifest:
            return None, [manifest]
        if len(documents) > 1:
            return None, [Finding(SEVERAL_DOCUMENTS, documents[1].where, "a second document starts here")]
        document = documents[0].value if documents and documents[0].value is not None else {}
        if not isinstance(document, dict):
            said = f"the file holds {kind_of(document)} where Ray takes a mapping"
            return None, [Finding(wrong_type.entry, self.path, said, "Begin it with applications:")]
        return ServeConfig.read(document), []

    def _with_sizes(self, config: ServeConfig) -> Context:
        """The context with the sizes of the images whose setup timeout somebody thought about.

        Only these: a manifest is another request, which Docker Hub counts as a pull.
        """
        timed = [image.reference for image, timeout in setup_timeouts(config) if timeout != DEFAULT_SETUP_TIMEOUT]
        known = self.sizes(timed) if self.sizes and timed else {}
        return dataclasses.replace(self.context, sizes={str(image): size for image, size in known.items()})


def _raylet_image(settings: RayletSettings) -> Image:
    """The image that the host's raylet runs in; the rules have seen that there is one."""
    reference = ImageReference.parse(str(settings.get("raylet_image")))
    return Image(settings.where("raylet_image"), "", "", reference)


def _errors(findings: t.Iterable[Finding]) -> bool:
    return any(finding.entry.severity == "error" for finding in findings)


def _as_result(image: Image, pinned: str) -> dict[str, str]:
    return {
        "application": image.application,
        "deployment": image.deployment,
        "reference": str(image.reference),
        "pinned": pinned,
    }
