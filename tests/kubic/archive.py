# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive: a container that serves repositories in the shape of kubic's over plain http."""

from __future__ import annotations

import contextlib
import http.client
import json
import time
import typing as t
from dataclasses import dataclass
from pathlib import Path

from tests.nodes.engine import Podman
from tests.nodes.errors import NodesError
from tests.nodes.images import Images
from tests.nodes.inventory import Cluster, read_cluster
from tests.nodes.node import CLUSTER_LABEL
from tests.nodes.progress import Progress

__all__ = ["Archive"]

CONFIGURATION = Path(__file__).parents[2] / "build" / "nodes" / "containers.conf"
PUBLISH = Path(__file__).with_name("publish.py")

#: Seconds for the web server to answer.
ANSWER_DEADLINE = 30.0


@dataclass(frozen=True)
class Archive:
    """The archive of one set of test nodes; it goes with them, by their label."""

    cluster: Cluster
    address: str
    podman: Podman

    @classmethod
    def of(cls, inventory: Path, address: str) -> Archive:
        """The archive of the nodes of an inventory."""
        return cls(read_cluster(inventory, {}), address, Podman(CONFIGURATION))

    @property
    def container(self) -> str:
        """The container's name."""
        return f"{self.cluster.name}-kubic"

    def up(self) -> bool:
        """Start the container and fill it with repositories; whether there was anything to do."""
        if self.podman.succeeds("container", "exists", self.container) and self._answers():
            return False
        images = Images(self.podman, Progress(), CONFIGURATION.parent, self.cluster.base_image)
        self.podman.remove(self.container, seconds=0)
        self.podman.run(
            *("run", "--detach", "--name", self.container, "--label", f"{CLUSTER_LABEL}={self.cluster.name}"),
            *("--network", self.cluster.name, "--ip", self.address, "--systemd=false", images.node.tag),
            *("python3", "-m", "http.server", "80", "--directory", "/srv"),
        )
        self.podman.run("exec", "--interactive", self.container, "python3", "-", stdin=PUBLISH.read_bytes())
        deadline = time.monotonic() + ANSWER_DEADLINE
        while not self._answers():
            if time.monotonic() > deadline:
                raise NodesError(
                    f"The archive does not answer on {self.address}", f"See `podman logs {self.container}`"
                )
            time.sleep(0.2)
        return True

    def url(self, repository: str = "stable") -> str:
        """What the releases' directories of a repository lie below."""
        return f"http://{self.address}/www/{repository}"

    def fingerprints(self) -> dict[str, str]:
        """Of the keys, by their name in publish.py."""
        return t.cast("dict[str, str]", json.loads(self._get("/www/fingerprints.json")))

    def key(self, repository: str = "stable") -> str:
        """The armored key that a repository gives."""
        return self._get(f"/www/{repository}/xUbuntu_20.04/Release.key")

    def serve(self, version: str) -> None:
        """Have the repository `stable` be the ``first`` or the ``second`` version."""
        # Newer than what apt has of the other version, to the second: it asks only for what was modified since.
        script = f"ln -sfn {version} /srv/www/stable && touch --date '+2 seconds' /srv/www/stable/*/*"
        self.podman.run("exec", self.container, "sh", "-c", script)

    @contextlib.contextmanager
    def silent(self) -> t.Iterator[None]:
        """Have the archive answer nobody for a while."""
        self.podman.run("pause", self.container)
        try:
            yield
        finally:
            self.podman.run("unpause", self.container)

    def _answers(self) -> bool:
        try:
            return bool(self.fingerprints())
        except (OSError, ValueError):
            return False

    def _get(self, path: str) -> str:
        # Not through a proxy of this machine: the archive is on its own bridge.
        connection = http.client.HTTPConnection(self.address, 80, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()
