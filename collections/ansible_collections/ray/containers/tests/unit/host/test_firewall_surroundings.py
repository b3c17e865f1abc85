# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a firewall must know of its host: SSH's ports, what else listens, bridges, names; where it can be, on the real thing."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._host.firewall import surroundings
from ansible_collections.ray.containers.tests.unit.fakes.namespaces import Cable, needs_nft

COLLECTIONS = Path(__file__).resolve().parents[6]
MODULE = surroundings.__name__

#: Listens under a name of its own choice, on all addresses or on the loopback.
SERVER = """
import socket, sys
open("/proc/self/comm", "w").write(sys.argv[1])
listener = socket.create_server((sys.argv[2], int(sys.argv[3])))
print("listening", flush=True)
sys.stdin.read()
"""
#: prctl(2), PR_SET_NAME: who has given up root may not write to its own /proc.
CALLED_BY_NOBODY = "import ctypes, os; os.setuid(65534); ctypes.CDLL(None).prctl(15, sys.argv[1].encode(), 0, 0, 0)"


@pytest.fixture
def cable() -> t.Iterator[Cable]:
    with Cable(f"fws{os.getpid()}") as made:
        yield made


def asked(cable: Cable, expression: str, **environment: str) -> t.Any:
    """What the module says on the node."""
    program = f"import json, {MODULE} as s; print(json.dumps({expression}))"
    variables = [f"PYTHONPATH={COLLECTIONS}", *(f"{name}={value}" for name, value in environment.items())]
    return json.loads(cable.run("env", *variables, sys.executable, "-c", program))


@needs_nft
def test_ssh_is_where_root_serves_it_and_where_we_came_by(cable: Cable) -> None:
    for name, address, port in [
        ("sshd", "0.0.0.0", 22),
        ("sshd", "0.0.0.0", 2222),
        ("sshd", "127.0.0.1", 2223),
        ("dropbear", "0.0.0.0", 2224),
        ("nginx", "0.0.0.0", 443),
    ]:
        cable.start(cable.node, SERVER, name, address, str(port))
    connection = "192.0.2.9 50000 192.0.2.1 2022"
    assert asked(cable, "s.ssh_ports()", SSH_CONNECTION=connection) == [22, 2022, 2222, 2224]


@needs_nft
def test_an_application_that_calls_itself_sshd_opens_nothing(cable: Cable) -> None:
    nobody = SERVER.replace('open("/proc/self/comm", "w").write(sys.argv[1])', CALLED_BY_NOBODY)
    cable.start(cable.node, nobody, "sshd", "0.0.0.0", "4444")
    assert 4444 not in asked(cable, "s.ssh_ports()")


@needs_nft
def test_what_else_listens_is_told_with_its_program(cable: Cable) -> None:
    for name, address, port in [
        ("node_exporter", "0.0.0.0", 9100),
        ("redis-server", "127.0.0.1", 6380),
        ("raylet", "0.0.0.0", 10002),
        ("replica", "0.0.0.0", 40000),
    ]:
        cable.start(cable.node, SERVER, name, address, str(port))
    assert asked(cable, "s.services({10002})") == ["9100 (node_exporter)"]


@needs_nft
def test_a_bridge_is_a_way_out_with_the_default_route_or_a_card(cable: Cable) -> None:
    for command in ("add podman0 type bridge", "add lan type bridge", "set podman0 up", "set lan up"):
        cable.run("ip", "link", *command.split())
    assert asked(cable, "s.uplinks()") == []
    cable.run("ip", "address", "add", "198.51.100.1/24", "dev", "lan")
    cable.run("ip", "route", "add", "default", "via", "198.51.100.2")
    assert asked(cable, "s.uplinks()") == ["lan"]
    cable.run("ip", "route", "delete", "default")
    cable.run("ip", "-6", "route", "add", "default", "dev", "podman0")
    assert asked(cable, "s.uplinks()") == ["podman0"]


@pytest.mark.parametrize("member", ["device", "uevent"])
def test_a_card_or_a_bond_in_a_bridge_leads_out(member: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "NET", str(tmp_path))
    for path in ("br0/bridge", "br0/brif/eth0", "podman0/bridge", "podman0/brif/veth0", "veth0", "eth0"):
        (tmp_path / path).mkdir(parents=True)
    (tmp_path / "eth0" / member).write_text("DEVTYPE=bond\n" if member == "uevent" else "")
    (tmp_path / "veth0" / "uevent").write_text("INTERFACE=veth0\nIFINDEX=7\n")
    assert surroundings.uplinks() == ("br0",)


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("0100007F", True),
        ("7F000001", True),
        ("0101007F", True),
        ("00000000", False),
        ("0A02000A", False),
        ("00000000000000000000000001000000", True),
        ("00000000000000000000000000000000", False),
        ("0000000000000000FFFF00000100007F", True),
        ("0000000000000000FFFF00000A02000A", False),
        ("B80D0120000000000000000001000000", False),
    ],
)
def test_an_address_of_the_kernels_table_is_the_loopback_or_not(address: str, local: bool) -> None:
    assert bool(surroundings.LOOPBACK.fullmatch(address)) is local


def test_the_connection_is_found_behind_sudo() -> None:
    """sudo cleans the environment; the shell before it has the variable."""
    program = f"import {MODULE} as s; print(s.connection())"
    inner = f"env -i PYTHONPATH={COLLECTIONS} {sys.executable} -c '{program}'; true"
    environment = {**os.environ, "SSH_CONNECTION": "192.0.2.9 50000 192.0.2.1 22"}
    done = subprocess.run(("/bin/sh", "-c", inner), capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "192.0.2.9 50000 192.0.2.1 22"


def test_a_name_has_addresses_or_none_or_nobody_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        "both": [(0, 0, 0, "", ("192.0.2.2", 0)), (0, 0, 0, "", ("2001:db8::2", 0)), (0, 0, 0, "", ("192.0.2.2", 0))],
        "gone": socket.gaierror(socket.EAI_NONAME, "gone"),
        "later": socket.gaierror(socket.EAI_AGAIN, "later"),
    }

    def getaddrinfo(name: str, *_: object) -> t.Any:
        answer = answers[name]
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    found = [surroundings.look_up(name) for name in ("both", "gone", "later")]
    assert found == [("192.0.2.2", "2001:db8::2"), (), None]
