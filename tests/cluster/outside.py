# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine on the nodes' network that is in no inventory: a network namespace at the end of a cable into their bridge."""

from __future__ import annotations

import ipaddress
import json
import subprocess
import sys
import typing as t
from types import TracebackType

from tests.nodes.engine import Podman
from tests.nodes.inventory import Cluster

__all__ = ["Outside"]

#: Tries every TCP port of an address, hundreds at a time, and prints those that take a connection.
SCAN = """
import errno, json, selectors, socket, sys, time
target, left = sys.argv[1], list(range(1, 65536))
waiting, found, silent = selectors.DefaultSelector(), [], []
while left or waiting.get_map():
    while left and len(waiting.get_map()) < 400:
        port = left.pop()
        knocking = socket.socket()
        knocking.setblocking(False)
        knocking.connect_ex((target, port))
        waiting.register(knocking, selectors.EVENT_WRITE, (port, time.monotonic()))
    for key, _events in waiting.select(1):
        if key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
            found.append(key.data[0])
        waiting.unregister(key.fileobj)
        key.fileobj.close()
    for key in [key for key in list(waiting.get_map().values()) if time.monotonic() - key.data[1] > 5]:
        silent.append(key.data[0])
        waiting.unregister(key.fileobj)
        key.fileobj.close()
print(json.dumps([sorted(found), sorted(silent)]))
"""


class Outside:
    """The machine, while it is there.

    :param cluster: beside whose nodes it stands.
    :param number: of its address in their network; none of theirs, nor the registry's.
    """

    def __init__(self, cluster: Cluster, podman: Podman, number: int = 200) -> None:
        self._name = f"{cluster.name}-outside"
        network = ipaddress.ip_network(cluster.subnet)
        self.address = str(network[number])
        self._length = network.prefixlen
        (described,) = podman.list("network", "inspect", cluster.name)
        self._bridge = str(described["network_interface"])

    def __enter__(self) -> Outside:
        self._remove()
        # The kernel takes no names of interfaces that are longer than 15 characters.
        here = f"out{abs(hash(self._name)) % 10**8}"
        for command in (
            f"ip netns add {self._name}",
            f"ip link add {here} type veth peer name wire netns {self._name}",
            f"ip link set {here} master {self._bridge} up",
            f"ip -n {self._name} address add {self.address}/{self._length} dev wire",
            f"ip -n {self._name} link set wire up",
        ):
            self._run(*command.split())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._remove()

    def open_ports(self, address: str) -> list[int]:
        """Every TCP port of *address* that takes a connection from here. All others must refuse it at once."""
        found, silent = json.loads(self._run("ip", "netns", "exec", self._name, sys.executable, "-c", SCAN, address))
        assert not silent, f"no answer from {address} at {len(silent)} ports: {silent[:20]}"
        return t.cast("list[int]", found)

    def _remove(self) -> None:
        # Its end of the cable goes with it, and so does the other one.
        subprocess.run(("ip", "netns", "delete", self._name), capture_output=True, check=False)

    @staticmethod
    def _run(*argv: str) -> str:
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{argv}: {done.stderr}"
        return done.stdout
