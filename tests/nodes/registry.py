# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registry beside the nodes: it stands for the user's own."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass

from tests.nodes.engine import Podman
from tests.nodes.errors import NodesError
from tests.nodes.images import ImageSource
from tests.nodes.inventory import Cluster
from tests.nodes.machine import digest_of
from tests.nodes.node import CLUSTER_LABEL, SPEC_LABEL

__all__ = ["REGISTRY_LABEL", "Registry", "registry_answers"]

#: Where images of this cluster are pushed, so that `down` finds their local tags without the inventory.
REGISTRY_LABEL = "ray.containers.sandbox.registry"

#: Seconds for the registry to answer.
ANSWER_DEADLINE = 30.0


@dataclass(frozen=True)
class Registry:
    """A plain-http registry at a fixed address of the cluster's network."""

    cluster: Cluster
    image: ImageSource

    @property
    def container(self) -> str:
        """The container's name, and its volume's."""
        return f"{self.cluster.name}-registry"

    @property
    def options(self) -> list[str]:
        """The options of `podman create`."""
        return [
            *("--hostname", "registry", "--network", self.cluster.name, "--ip", self.cluster.registry_address),
            *("--env", f"REGISTRY_HTTP_ADDR=:{self.cluster.registry_port}", "--restart=always"),
            *("--volume", f"{self.container}:/var/lib/docker-registry"),
        ]

    @property
    def spec(self) -> str:
        """Digest of everything that the container is made with."""
        return digest_of(self.image.content, *self.options)

    def create(self, podman: Podman) -> None:
        """Make the container and its volume, and start it."""
        label = ("--label", f"{CLUSTER_LABEL}={self.cluster.name}")
        if not podman.succeeds("volume", "exists", self.container):
            podman.run("volume", "create", *label, self.container)
        podman.run(
            *("run", "--detach", "--name", self.container, *label, "--label", f"{SPEC_LABEL}={self.spec}"),
            *("--label", f"{REGISTRY_LABEL}={self.cluster.registry}", *self.options, self.image.tag),
        )

    def await_answer(self) -> None:
        """Wait until it answers. Raises NodesError at the deadline."""
        deadline = time.monotonic() + ANSWER_DEADLINE
        while not registry_answers(self.cluster):
            if time.monotonic() > deadline:
                raise NodesError(
                    f"The registry does not answer on {self.cluster.registry} after {ANSWER_DEADLINE:.0f} s",
                    f"See `podman logs {self.container}`",
                )
            time.sleep(0.2)


def registry_answers(cluster: Cluster) -> bool:
    """Whether the cluster's registry speaks its protocol."""
    connection = http.client.HTTPConnection(cluster.registry_address, cluster.registry_port, timeout=3)
    try:
        connection.request("GET", "/v2/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
