# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One node: a container that boots systemd and sshd at a fixed address."""

from __future__ import annotations

import io
import os
import tarfile
import time
from dataclasses import dataclass

from tests.nodes.engine import Podman
from tests.nodes.errors import NodesError
from tests.nodes.images import ImageSource
from tests.nodes.inventory import Cluster, HostAddress
from tests.nodes.machine import digest_of
from tests.nodes.ssh_keys import SshKeys

__all__ = ["CLUSTER_LABEL", "SPEC_LABEL", "Node"]

#: Whose container, volume or network this is; its value is the cluster's name.
CLUSTER_LABEL = "ray.containers.sandbox"
#: Digest of how a container was made; another digest means that it has to be made again.
SPEC_LABEL = "ray.containers.sandbox.spec"

#: What a node keeps on a real disk: rootless and rootful image stores cannot be overlays on an overlay.
VOLUMES = {"containers": "/var/lib/containers", "home": "/home", "opt": "/opt"}

#: Seconds for a node to boot, on a busy machine.
BOOT_DEADLINE = 90.0

PROXY_VARIABLES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


@dataclass(frozen=True)
class Node:
    """A host of the cluster, and how its container is made."""

    cluster: Cluster
    host: HostAddress
    image: ImageSource

    @property
    def container(self) -> str:
        """The container's name."""
        return f"{self.cluster.name}-{self.host.name}"

    @property
    def volumes(self) -> dict[str, str]:
        """Volume name to mount point."""
        return {f"{self.container}-{suffix}": path for suffix, path in VOLUMES.items()}

    @property
    def options(self) -> list[str]:
        """The options of `podman create` that make it a machine."""
        return [
            *("--hostname", self.host.name, "--network", self.cluster.name, "--ip", self.host.address),
            # Privileged, as a virtual machine's root is: nodes run rootless and rootful Podman inside.
            *("--privileged", "--systemd=always", "--pids-limit=-1", "--shm-size=2g"),
            *("--tmpfs", "/tmp:exec,mode=1777"),
            # `reboot` inside ends the container; this is what turns it on again.
            "--restart=always",
            *(word for name, path in self.volumes.items() for word in ("--volume", f"{name}:{path}")),
        ]

    @property
    def spec(self) -> str:
        """Digest of everything that the container is made with."""
        return digest_of(self.image.content, *self.options)

    def create(self, podman: Podman, keys: SshKeys) -> None:
        """Make the container and its volumes, give it its keys, and start it."""
        label = ("--label", f"{CLUSTER_LABEL}={self.cluster.name}")
        for name in self.volumes:
            if not podman.succeeds("volume", "exists", name):
                podman.run("volume", "create", *label, name)
        podman.run(
            "create",
            "--name",
            self.container,
            *label,
            "--label",
            f"{SPEC_LABEL}={self.spec}",
            *self.options,
            self.image.tag,
        )
        self.give_keys(podman, keys)
        podman.run("start", self.container)

    def give_keys(self, podman: Podman, keys: SshKeys) -> None:
        """Write the keys (and the machine's proxies, if it has any) into the container's own file system."""
        files = {**keys.files_for(self.host), **self._proxies()}
        podman.run("cp", "-", f"{self.container}:/", stdin=_archive(files))

    def await_boot(self, keys: SshKeys) -> None:
        """Wait until the node lets us in and has finished booting. Raises NodesError at the deadline."""
        deadline = time.monotonic() + BOOT_DEADLINE
        # "degraded" is up, too: a unit that fails in a container is the node's affair, not a reason to wait.
        booted = "systemctl is-system-running --wait >/dev/null; systemctl is-active --quiet multi-user.target"
        while not keys.answers(self.host, booted):
            if time.monotonic() > deadline:
                raise NodesError(
                    f"Node {self.host.name} does not answer on {self.host.address} after {BOOT_DEADLINE:.0f} s",
                    f"See `podman exec {self.container} journalctl -b`",
                )
            time.sleep(0.3)

    def _proxies(self) -> dict[str, bytes]:
        """/etc/environment with the machine's proxies, which sshd's sessions get through PAM."""
        proxies = {name: os.environ[name] for name in PROXY_VARIABLES if os.environ.get(name)}
        if not proxies:
            return {}
        inside = ",".join(["localhost", "127.0.0.1", self.cluster.subnet, self.cluster.registry_address])
        for name in ("no_proxy", "NO_PROXY"):
            proxies[name] = ",".join(part for part in (proxies.get(name), inside) if part)
        return {"etc/environment": "".join(f'{name}="{value}"\n' for name, value in sorted(proxies.items())).encode()}


def _archive(files: dict[str, bytes]) -> bytes:
    """A tar archive of private files that belong to root."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mode = 0o644 if name == "etc/environment" else 0o600
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
