# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The effective environment of applications, from the Serve config, the inventory and the registries; touches no host.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import concurrent.futures
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry, Finding
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import Application, ServeConfig
from ansible_collections.ray.containers.plugins.module_utils._host.registry.api import RegistryFailure
from ansible_collections.ray.containers.plugins.plugin_utils._environment import table as environment_table
from ansible_collections.ray.containers.plugins.plugin_utils._environment.effective import (
    Image,
    Process,
    Raylet,
    environment_of,
    processes_of,
)
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.file import ServeConfigFile

__all__ = ["EffectiveEnvironment", "Variables"]

UNKNOWN_APPLICATION = Entry(
    code="RC-250",
    title="The Serve config has no application of that name",
    severity="error",
    cause="What was asked for is no name of an application in the file.",
    remedy="Give one of the names that are there",
    source="Ray 2.60.0 serve/schema.py: ServeApplicationSchema.name",
)
ENV_NOT_KNOWN = Entry(
    code="RC-251",
    title="An image's ENV is not known",
    severity="warning",
    cause="Its registry does not tell it, so that what the image sets is missing among the variables.",
    remedy="Push the image, or make its registry answer the controller",
    source="OCI image specification, config.Env",
)

#: Tells the ENV of an image.
#:
#: :raises RegistryFailure: it is not known.
Variables = t.Callable[[ImageReference], t.Mapping[str, str]]


@dataclass(frozen=True)
class EffectiveEnvironment:
    """What the processes of a Serve config's applications will have as their environment.

    :param file: the Serve config, with the inventory that it is for.
    :param application: the one that is asked for; empty for all of them.
    :param raylets: the nodes that its processes may run on.
    """

    file: ServeConfigFile
    application: str
    raylets: tuple[Raylet, ...]
    variables: Variables

    def read(self) -> dict[str, t.Any]:
        """What the module returns.

        :raises OperatorError: there is no such application, or the file is wrong (`Refused`).
        """
        config = ServeConfig.read(self.file.read()["config"])
        processes = [process for each in self._chosen(config) for process in processes_of(config, each)]
        images, findings = self._images(processes)
        return {
            "environments": [
                environment_table.as_result(
                    process, images[process.image], environment_of(process, images[process.image], self.raylets)
                )
                for process in processes
            ],
            "findings": [finding.as_result() for finding in findings],
        }

    def _chosen(self, config: ServeConfig) -> list[Application]:
        chosen = [each for each in config.applications if self.application in ("", each.name)]
        if not chosen:
            names = ", ".join(each.name for each in config.applications)
            raise OperatorError(
                f"There is no application {self.application}",
                why=f"{self.file.path} has {names or 'no application at all'}",
                remedy=UNKNOWN_APPLICATION.remedy,
                code=UNKNOWN_APPLICATION.code,
            )
        return chosen

    def _images(self, processes: t.Sequence[Process]) -> tuple[dict[str, Image], list[Finding]]:
        """Every image that the processes run in, by its name in the file; and those that nobody told anything of."""
        names = list(dict.fromkeys(process.image for process in processes))
        with concurrent.futures.ThreadPoolExecutor(max_workers=8) as pool:
            images = dict(zip(names, pool.map(self._image, names), strict=True))
        found = {name: image for name, image in images.items() if isinstance(image, Image)}
        unknown = {name: failure for name, failure in images.items() if isinstance(failure, RegistryFailure)}
        findings = [Finding(ENV_NOT_KNOWN, name, failure.why) for name, failure in unknown.items()]
        return {**found, **{name: Image(name) for name in unknown}}, findings

    def _image(self, name: str) -> Image | RegistryFailure:
        if not name:
            return Image("")
        try:
            return Image(name, self.variables(ImageReference.parse(name)))
        except RegistryFailure as failure:
            return failure
