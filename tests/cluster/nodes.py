# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests look at on a node, and what they do to one."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import typing as t
from dataclasses import dataclass
from pathlib import Path

from tests.nodes.engine import Podman
from tests.nodes.inventory import read_cluster
from tests.nodes.ssh_keys import SshKeys

__all__ = ["TestCluster", "app_containers", "app_environments", "deployed", "raylet_process", "ssh_hosts"]

PROJECT = Path(__file__).resolve().parents[2]

#: As the Ray user with the runtime directory that linger keeps for it.
AS_RAY = "cd / && runuser -u ray -- env HOME=/home/ray XDG_RUNTIME_DIR=/run/user/$(id -u ray)"


def ssh_hosts(inventory: Path, *names: str) -> dict[str, str]:
    """How testinfra reaches the nodes of an inventory, by name; all of them when none is named.

    By its own SSH, with a configuration made from the inventory: through Ansible, every look at a node costs a second.
    """
    cluster = read_cluster(inventory, {})
    keys = SshKeys(cluster.secrets)
    entries = [f"Host {host.name}\n  HostName {host.address}\n" for host in cluster.hosts]
    common = f"Host *\n  User root\n  IdentityFile {keys.client}\n  UserKnownHostsFile {keys.known_hosts}\n  IdentitiesOnly yes\n"
    config = PROJECT / "build" / "cluster" / f"{cluster.name}.ssh_config"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("".join((*entries, common)))
    wanted = names or tuple(host.name for host in cluster.hosts)
    return {name: f"ssh://{name}?ssh_config={config}" for name in wanted}


def app_containers(host: t.Any) -> dict[str, list[int]]:
    """The running containers of the Ray user on a testinfra host: from an image's name to the ids of their main processes."""
    found: dict[str, list[int]] = {}
    for container in json.loads(host.check_output(f"{AS_RAY} podman ps --format json")):
        found.setdefault(container["Image"], []).append(container["Pid"])
    return {image: sorted(pids) for image, pids in found.items()}


#: Podman hands its runtime a file with what the process gets; in /proc, Ray writes its processes' titles over it.
ENVIRONMENTS = """
import json, pathlib, sys
for line in sys.argv[1].split():
    identifier, image = line.split("=", 1)
    store = pathlib.Path("/home/ray/.local/share/containers/storage/overlay-containers")
    process = json.loads((store / identifier / "userdata" / "config.json").read_text())["process"]
    print(json.dumps([image, dict(entry.split("=", 1) for entry in process["env"])]))
"""


def app_environments(host: t.Any) -> list[tuple[str, dict[str, str]]]:
    """The image, and the environment that the main process was started with, of each running container of the Ray user."""
    running = host.check_output(f"{AS_RAY} podman ps --no-trunc --format '{{{{.ID}}}}={{{{.Image}}}}'")
    told = host.check_output("python3 -c %s %s", ENVIRONMENTS, running)
    return [tuple(json.loads(line)) for line in told.splitlines()]


def raylet_process(host: t.Any) -> dict[str, str]:
    """The raylet's unit on a testinfra host: its main process, how often systemd restarted it, and this start's id."""
    shown = host.check_output("systemctl show raylet.service --property MainPID,NRestarts,InvocationID")
    return dict(line.split("=", 1) for line in shown.splitlines())


#: Reads the token from its file: it must not stand on a command line.
ASK_SERVE = """
import json, pathlib, urllib.request
token = pathlib.Path("/home/ray/.ray/auth_token").read_text().strip()
request = urllib.request.Request("http://127.0.0.1:8265/api/serve/applications/", headers={"Authorization": "Bearer " + token})
answer = json.load(urllib.request.urlopen(request, timeout=30))
print(json.dumps({name: [each["status"], each["last_deployed_time_s"], each["deployed_app_config"]]
    for name, each in answer["applications"].items()}))
"""


def deployed(head: t.Any) -> dict[str, t.Any]:
    """What Serve runs on a testinfra host: each application's status, when it was deployed, and its config."""
    return t.cast("dict[str, t.Any]", json.loads(head.check_output("python3 -c %s", ASK_SERVE)))


@dataclass(frozen=True)
class TestCluster:
    """The nodes of one inventory, as containers of this machine."""

    __test__ = False  # not a test case, whatever its name says

    name: str
    inventory: Path

    @classmethod
    def of(cls, inventory: Path) -> TestCluster:
        """The nodes of *inventory*, which says their name."""
        return cls(read_cluster(inventory, {}).name, inventory)

    def reboot(self, node: str) -> None:
        """Stop a node and start it again, as a machine does."""
        self._run("podman", "restart", "--time", "20", f"{self.name}-{node}")

    def remake(self, node: str) -> None:
        """Replace a node by a bare one at the same address."""
        self._run(sys.executable, "-m", "tests.nodes", "remake", node, "--inventory", str(self.inventory))

    @contextlib.contextmanager
    def stopped(self, node: str) -> t.Iterator[None]:
        """Have a node switched off for a while."""
        self._run("podman", "stop", "--time", "20", f"{self.name}-{node}")
        try:
            yield
        finally:
            self._run(sys.executable, "-m", "tests.nodes", "up", "--inventory", str(self.inventory))

    def switch(self, name: str, *, on: bool) -> None:
        """Switch one of the cluster's containers, a node's or the registry's, on or off."""
        self._run("podman", "start" if on else "stop", f"{self.name}-{name}")

    @contextlib.contextmanager
    def cut(self, node: str) -> t.Iterator[None]:
        """Have a node without power for a while: nothing in it comes to an end in order."""
        self._run("podman", "kill", f"{self.name}-{node}")
        try:
            yield
        finally:
            self._run(sys.executable, "-m", "tests.nodes", "up", "--inventory", str(self.inventory))

    def build(self, directory: Path, name: str, target: str, **arguments: str) -> str:
        """Build a stage of a directory's Containerfile and push it to the cluster's registry; returns its name."""
        podman = Podman(PROJECT / "build" / "nodes" / "containers.conf")
        given = [f"--build-arg={key}={value}" for key, value in arguments.items()]
        podman.run("build", "--tls-verify=false", f"--target={target}", *given, "--tag", name, str(directory))
        podman.run("push", "--tls-verify=false", name)
        return name

    def derive(self, base: str, name: str, steps: str, directory: Path) -> str:
        """Build an image from one in the cluster's registry and push it there; returns its name."""
        podman = Podman(PROJECT / "build" / "nodes" / "containers.conf")
        (directory / "Containerfile").write_text(f"FROM {base}\n{steps}")
        podman.run("build", "--tls-verify=false", "--tag", name, str(directory))
        podman.run("push", "--tls-verify=false", name)
        return name

    @staticmethod
    def _run(*command: str) -> str:
        done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, check=False)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}"
        return done.stdout
