# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A set of test nodes as a whole: brought up, looked at, and removed without a trace."""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.nodes.engine import Podman
from tests.nodes.errors import NodesError
from tests.nodes.images import BASE, CONTENT_LABEL, Images
from tests.nodes.inventory import Cluster
from tests.nodes.node import CLUSTER_LABEL, SPEC_LABEL, Node
from tests.nodes.progress import Progress
from tests.nodes.registry import REGISTRY_LABEL, Registry, registry_answers
from tests.nodes.ssh_keys import SshKeys

__all__ = ["Action", "TestNodes", "action_for", "registries_of", "state_of", "tags_below"]

Action = t.Literal["keep", "create", "recreate", "start"]

#: The state of a container whose first process was killed together with Podman's monitor of it, as when a machine's memory
#: is exhausted: Podman goes on to call it running, and can neither stop nor start it, only remove it.
LOST = "lost"


def action_for(container: t.Mapping[str, t.Any] | None, spec: str) -> Action:
    """What to do about a container, as `podman ps --all` shows it, that should be made as the digest says."""
    if container is None:
        return "create"
    # A container that was created and never started has not got its keys: the run that made it was killed.
    unusable = container.get("State") in ("created", "configured", LOST)
    if unusable or (container.get("Labels") or {}).get(SPEC_LABEL) != spec:
        return "recreate"
    return "keep" if container.get("State") == "running" else "start"


def state_of(container: t.Mapping[str, t.Any], processes: Path = Path("/proc")) -> str:
    """The state of a container that `podman ps --all` shows."""
    state = str(container.get("State"))
    alive = (processes / str(container.get("Pid"))).exists()
    return LOST if state in ("running", "stopping") and not alive else state


def tags_below(images: t.Iterable[t.Mapping[str, t.Any]], registries: t.Iterable[str]) -> list[str]:
    """The names among local images that belong to one of the registries (host:port)."""
    prefixes = tuple(f"{registry}/" for registry in registries)
    return sorted({name for image in images for name in image.get("Names") or [] if name.startswith(prefixes)})


def registries_of(containers: t.Iterable[t.Mapping[str, t.Any]]) -> set[str]:
    """The registries (host:port) that a cluster's containers say they are."""
    labels = [container.get("Labels") or {} for container in containers]
    return {found[REGISTRY_LABEL] for found in labels if found.get(REGISTRY_LABEL)}


@dataclass
class TestNodes:
    """Brings one cluster of test nodes up and down. Nothing else on the machine is touched."""

    __test__ = False  # not a test case, whatever its name says

    cluster: Cluster
    podman: Podman
    progress: Progress

    @property
    def keys(self) -> SshKeys:
        """The cluster's keys."""
        return SshKeys(self.cluster.secrets)

    def up(self) -> None:
        """Make whatever is missing; do nothing to what is there and answers."""
        self.podman.configure()
        images = self._images()
        images.ensure()
        self.keys.make(self.cluster.hosts)
        containers = self._containers()
        if not containers and not self.podman.succeeds("network", "exists", self.cluster.name):
            self._make_network()
        self._registry_up(Registry(self.cluster, images.registry), containers)
        nodes = [Node(self.cluster, host, images.node) for host in self.cluster.hosts]
        with ThreadPoolExecutor(max_workers=len(nodes)) as pool:
            for _done in pool.map(lambda node: self._node_up(node, containers.get(node.container)), nodes):
                pass

    def remake(self, names: t.Collection[str] = ()) -> None:
        """Replace nodes by bare ones at the same addresses, with the same keys; every node when none is named.

        The registry and its images stay.

        :raises NodesError: the cluster has no node of that name.
        """
        known = [host.name for host in self.cluster.hosts]
        unknown = sorted(set(names) - set(known))
        if unknown:
            raise NodesError(
                f"{self.cluster.name} has no node {', '.join(unknown)}", f"Choose from {', '.join(known)}, or name none"
            )
        self.podman.configure()
        images = self._images()
        containers = self._containers()
        for host in self.cluster.hosts:
            node = Node(self.cluster, host, images.node)
            if host.name in (names or known) and node.container in containers:
                with self.progress.step(f"Remove node {host.name}"):
                    self.podman.remove(node.container, seconds=3)
                    self.podman.run("volume", "rm", "--force", *node.volumes)
        self.up()

    def status(self) -> list[str]:
        """One line for each node and the registry."""
        containers = self._containers()
        lines = []
        for host in self.cluster.hosts:
            found = containers.get(f"{self.cluster.name}-{host.name}")
            answers = found is not None and self.keys.client.exists() and self.keys.answers(host)
            state = found["State"] if found else "absent"
            lines.append(f"{host.name:12} {host.address:15} {state:10} {'answers' if answers else 'does not answer'}")
        found = containers.get(f"{self.cluster.name}-registry")
        answers = found is not None and registry_answers(self.cluster)
        state = found["State"] if found else "absent"
        lines.append(
            f"{'registry':12} {self.cluster.registry:15} {state:10} {'answers' if answers else 'does not answer'}"
        )
        return lines

    def down(self, *, keep_images: bool = False) -> None:
        """Remove every container, volume, network, image and key that `up` and the builds on it made.

        With keep_images the base image and the nodes' stay for the next cluster.
        """
        if self.podman.installed:
            self.podman.configure()
            containers = self._containers()
            self._remove_containers(containers)
            self._remove_labelled("volume")
            self._remove_labelled("network")
            self._remove_tags({self.cluster.registry, *registries_of(containers.values())})
            if self._others():
                self.progress.say(f"- {BASE} and what was made from it stay: another cluster uses them")
            elif not keep_images:
                self._remove_shared_images()
                self.podman.forget()
        if self.keys.remove():
            self.progress.say(f"- Removed the keys in {self.cluster.secrets}")
            self.progress.changes += 1

    def _images(self) -> Images:
        return Images(self.podman, self.progress, self.podman.configuration.parent, self.cluster.base_image)

    def _containers(self) -> dict[str, dict[str, t.Any]]:
        found = self.podman.list("ps", "--all", "--filter", f"label={CLUSTER_LABEL}={self.cluster.name}")
        return {container["Names"][0]: {**container, "State": state_of(container)} for container in found}

    def _others(self) -> bool:
        return bool(self.podman.run("ps", "--all", "--quiet", "--filter", f"label={CLUSTER_LABEL}").split())

    def _make_network(self) -> None:
        with self.progress.step(f"Make the network {self.cluster.name} ({self.cluster.subnet})"):
            label = f"{CLUSTER_LABEL}={self.cluster.name}"
            self.podman.run(
                *(
                    "network",
                    "create",
                    "--subnet",
                    self.cluster.subnet,
                    "--disable-dns",
                    "--label",
                    label,
                    self.cluster.name,
                )
            )

    def _registry_up(self, registry: Registry, containers: t.Mapping[str, dict[str, t.Any]]) -> None:
        action = action_for(containers.get(registry.container), registry.spec)
        if action == "keep" and registry_answers(self.cluster):
            return
        with self.progress.step(f"Start the registry at {self.cluster.registry}"):
            if action == "recreate":
                self.podman.remove(registry.container, seconds=3)
            if action in ("create", "recreate"):
                registry.create(self.podman)
            elif action == "start":
                self.podman.run("start", registry.container)
            registry.await_answer()

    def _node_up(self, node: Node, container: dict[str, t.Any] | None) -> None:
        action = action_for(container, node.spec)
        if action == "keep" and self.keys.answers(node.host):
            return
        with self.progress.step(f"{'Start' if container else 'Make'} node {node.host.name} at {node.host.address}"):
            if action == "recreate":
                # Its volumes hold what was installed on the node as it was made before.
                self.podman.remove(node.container, seconds=3)
                self.podman.run("volume", "rm", "--force", *node.volumes)
            if action in ("create", "recreate"):
                node.create(self.podman, self.keys)
            else:
                node.give_keys(self.podman, self.keys)
                self.podman.run("start", node.container)
            node.await_boot(self.keys)

    def _remove_containers(self, containers: t.Mapping[str, dict[str, t.Any]]) -> None:
        if containers:
            with self.progress.step(f"Remove {', '.join(sorted(containers))}"):
                self.podman.remove(*containers, seconds=0)

    def _remove_labelled(self, kind: str) -> None:
        label = f"label={CLUSTER_LABEL}={self.cluster.name}"
        names = self.podman.run(kind, "ls", "--quiet", "--filter", label).split()
        if names:
            with self.progress.step(f"Remove {kind} {', '.join(names)}"):
                self.podman.run(kind, "rm", "--force", *names)

    def _remove_tags(self, registries: t.Collection[str]) -> None:
        tags = tags_below(self.podman.list("images"), registries)
        if tags:
            with self.progress.step(f"Remove images {', '.join(tags)}"):
                # Not by force: that would remove a container which somebody runs from one of them.
                self.podman.run("rmi", *tags, check=False)

    def _remove_shared_images(self) -> None:
        if not (images := self._shared_images()):
            return
        with self.progress.step("Remove the base image and what was made from it"):
            # Podman refuses an image while another is made from it, so every pass takes off one layer of them.
            before: set[str] = set()
            while images and images != before:
                self.podman.run("rmi", *images, check=False)
                before, images = images, self._shared_images()
        if images:
            self.progress.say(f"- Images that a container of somebody else uses stay: {', '.join(sorted(images))}")

    def _shared_images(self) -> set[str]:
        return set(self.podman.run("images", "--all", "--quiet", "--filter", f"label={CONTENT_LABEL}").split())
