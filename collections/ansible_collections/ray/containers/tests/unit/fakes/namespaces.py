# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A node with a kernel's real firewall: network namespaces of this machine, joined by a cable, gone after the test."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import typing as t

import pytest

__all__ = ["Cable", "Knock", "needs_nft"]

#: Root makes namespaces, and nft must be there; `make test` brings it.
needs_nft = pytest.mark.skipif(
    os.geteuid() != 0 or not (shutil.which("nft") and shutil.which("ip")), reason="needs root, nft and ip"
)

NODE, OTHERS = "192.0.2.1", ("192.0.2.2", "192.0.2.3")
NODE6, OTHERS6 = "2001:db8::1", ("2001:db8::2", "2001:db8::3")

LISTEN = """
import json, selectors, socket, sys
found = selectors.DefaultSelector()
for address, port in json.loads(sys.argv[1]):
    listener = socket.create_server((address, port), family=socket.AF_INET6 if ":" in address else socket.AF_INET)
    found.register(listener, selectors.EVENT_READ)
print("listening", flush=True)
kept = {}
while True:
    for key, _events in found.select():
        if key.fileobj in kept:
            data = key.fileobj.recv(100)
            if data:
                key.fileobj.sendall(data)
            else:
                found.unregister(key.fileobj)
                kept.pop(key.fileobj).close()
        else:
            opened = key.fileobj.accept()[0]
            kept[opened] = opened
            found.register(opened, selectors.EVENT_READ)
"""

KNOCK = """
import json, socket, sys
told = []
for source, target, port in json.loads(sys.argv[1]):
    family = socket.AF_INET6 if ":" in target else socket.AF_INET
    with socket.socket(family) as knocking:
        knocking.settimeout(3)
        knocking.bind((source, 0))
        try:
            knocking.connect((target, port))
            told.append("open")
        except socket.timeout:
            told.append("silent")
        except OSError as error:
            told.append("refused" if error.errno == 111 else str(error))
print(json.dumps(told))
"""

#: The kernel reckons the checksum of the one for IPv6 alone.
PING = """
import socket, sys
target = sys.argv[1]
if ":" in target:
    asking, packet, answer = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 58), bytes([128, 0, 0, 0, 0, 7, 0, 1]), 129
else:
    asking, packet, answer = socket.socket(socket.AF_INET, socket.SOCK_RAW, 1), bytes([8, 0, 0xF7, 0xF7, 0, 7, 0, 1]), 0
asking.settimeout(3)
asking.sendto(packet, (target, 0))
while True:
    said = asking.recv(200)
    if said[-8] == answer:
        print("answered")
        break
"""

#: Keeps one connection and sends a word over it for every line of its input.
HOLD = """
import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2])), source_address=(sys.argv[3], 0), timeout=3) as held:
    print("held", flush=True)
    for line in sys.stdin:
        held.sendall(line.encode())
        print(held.recv(100).decode().strip(), flush=True)
"""

#: Source, target and port.
Knock = t.Tuple[str, str, int]


class Cable:
    """Two network namespaces and what connects them: a node, and a machine with the addresses of several others."""

    def __init__(self, name: str) -> None:
        self.node, self.others = f"{name}-node", f"{name}-others"
        self._processes: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Cable:
        self.__exit__()
        for namespace in (self.node, self.others):
            run("ip", "netns", "add", namespace)
            self.run("ip", "link", "set", "lo", "up", where=namespace)
        run("ip", "link", "add", "wire", "netns", self.node, "type", "veth", "peer", "wire", "netns", self.others)
        for namespace, addresses in ((self.node, (NODE, NODE6)), (self.others, (*OTHERS, *OTHERS6))):
            for address in addresses:
                options = (f"{address}/64", "nodad") if ":" in address else (f"{address}/24",)
                self.run("ip", "address", "add", *options, "dev", "wire", where=namespace)
            self.run("ip", "link", "set", "wire", "up", where=namespace)
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()
        for namespace in (self.node, self.others):
            subprocess.run(("ip", "netns", "delete", namespace), capture_output=True, check=False)

    def run(self, *argv: str, stdin: str = "", where: str = "", check: bool = True) -> str:
        """Run a command in a namespace, the node's unless another one is named."""
        return run("ip", "netns", "exec", where or self.node, *argv, stdin=stdin, check=check)

    def load(self, rules: str) -> None:
        """Load a file of rules on the node."""
        self.run("nft", "-f", "-", stdin=rules)

    def listen(self, *ports: int) -> None:
        """Have somebody listen on every address of the node."""
        sockets = [(address, port) for address in (NODE, NODE6, "127.0.0.1") for port in ports]
        self.start(self.node, LISTEN, json.dumps(sockets))

    def knock(self, *knocks: Knock, where: str = "") -> list[str]:
        """Try connections from the others: each is open, refused, or silent."""
        said = self.run(sys.executable, "-c", KNOCK, json.dumps(knocks), where=where or self.others)
        return t.cast("list[str]", json.loads(said))

    def ping(self, target: str) -> bool:
        """Whether an ICMP echo request from the others is answered."""
        return self.run(sys.executable, "-c", PING, target, where=self.others, check=False) == "answered\n"

    def hold(self, source: str, target: str, port: int, *, where: str = "") -> subprocess.Popen[str]:
        """A connection that stays; what is written to the process comes back over it."""
        return self.start(where or self.others, HOLD, target, str(port), source)

    def start(self, where: str, program: str, *arguments: str) -> subprocess.Popen[str]:
        """Start a Python program in a namespace, and wait for its first line."""
        process = subprocess.Popen(
            ("ip", "netns", "exec", where, sys.executable, "-c", program, *arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._processes.append(process)
        assert process.stdout and process.stdout.readline()
        return process


def run(*argv: str, stdin: str = "", check: bool = True) -> str:
    """Run a command to its end; what it printed."""
    done = subprocess.run(argv, input=stdin, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not check, f"{argv}: {done.stderr}"
    return done.stdout
