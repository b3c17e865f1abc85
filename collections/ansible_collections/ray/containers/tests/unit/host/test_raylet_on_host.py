# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""systemd, ports and processes as a raylet needs them."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import socket
import subprocess
import time
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._host import network, systemd
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.http_request import Answer, NoAnswer
from ansible_collections.ray.containers.plugins.module_utils._host.ray.processes import RayProcesses, ray_processes
from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_health import illness
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

#: As systemd 252 of Debian 12 says it.
RUNNING = "MainPID=3807\nNRestarts=1\nActiveState=active\nSubState=running\nUnitFileState=enabled\n"
MISSING = "MainPID=0\nNRestarts=0\nActiveState=inactive\nSubState=dead\nUnitFileState=\n"
CRASHED = "MainPID=0\nNRestarts=7\nActiveState=activating\nSubState=auto-restart\nUnitFileState=disabled\n"


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (RUNNING, systemd.UnitState(active=True, enabled=True, main_pid=3807, restarts=1)),
        (MISSING, systemd.UnitState(active=False, enabled=False, main_pid=0, restarts=0)),
        (CRASHED, systemd.UnitState(active=True, enabled=False, main_pid=0, restarts=7)),
    ],
)
def test_the_state_of_a_unit_in_one_process(said: str, state: systemd.UnitState) -> None:
    commands = FakeCommands(answers={"systemctl show raylet.service": said})
    assert systemd.unit_state(commands, "raylet.service") == state
    assert len(commands.actions) == 1


def test_a_taken_port_names_who_has_it() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        owner = network.port_owner("0.0.0.0", port)
        assert owner is not None
        assert f"(process {os.getpid()})" in owner
        assert network.connection_problem("127.0.0.1", port) == ""
    assert network.port_owner("0.0.0.0", port) is None
    assert network.connection_problem("127.0.0.1", port) == "Connection refused"


def test_an_address_is_this_hosts_or_not() -> None:
    assert network.has_address("127.0.0.1")
    assert not network.has_address("192.0.2.77")


@pytest.mark.parametrize(
    ("host", "address"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8::7", "2001:db8::7"), ("localhost", ""), ("", ""), ("a..b", "")],
)
def test_a_name_that_only_this_host_uses_is_no_address(host: str, address: str) -> None:
    assert network.resolved(host) == address


@pytest.fixture(name="names")
def name_servers(monkeypatch: pytest.MonkeyPatch) -> dict[str, t.Any]:
    """What the name servers say of a name: its addresses, or the number of an error; of this host's only 192.0.2.7."""
    said: dict[str, t.Any] = {}

    def getaddrinfo(name: str, _port: None, family: int, *_hints: t.Any) -> list[t.Any]:
        answer = said[name]
        if isinstance(answer, int):
            raise socket.gaierror(answer, "Temporary failure in name resolution")
        found = [address for address in answer if (":" in address) == (family == socket.AF_INET6)]
        if not found:
            raise socket.gaierror(socket.EAI_NODATA, "No address associated with hostname")
        return [(family, socket.SOCK_DGRAM, 17, "", (address, 0)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(network, "has_address", lambda address: address == "192.0.2.7")
    return said


@pytest.mark.parametrize(
    ("addresses", "taken"),
    [
        (["192.0.2.9"], "192.0.2.9"),
        (["127.0.1.1"], ""),
        (["127.0.1.1", "192.0.2.9"], "192.0.2.9"),
        (["192.0.2.5", "192.0.2.7"], "192.0.2.7"),
        (["192.0.2.20", "192.0.2.9"], "192.0.2.9"),
        (["2001:db8::9", "2001:db8::7"], "2001:db8::7"),
        (["fe80::1%eth0", "2001:db8::9"], "2001:db8::9"),
        (socket.EAI_NONAME, ""),
        (socket.EAI_NODATA, ""),
    ],
)
def test_a_name_stands_for_the_same_address_in_whatever_order_it_is_told(
    names: dict[str, t.Any], addresses: t.Any, taken: str
) -> None:
    names["node.example.com"] = addresses
    assert network.resolved("node.example.com") == taken
    names["node.example.com"] = addresses if isinstance(addresses, int) else addresses[::-1]
    assert network.resolved("node.example.com") == taken


@pytest.mark.parametrize(
    ("answer", "unknown"),
    [(["127.0.1.1"], False), (["2001:db8::9"], False), (socket.EAI_NONAME, True), (socket.EAI_AGAIN, False)],
)
def test_a_name_is_known_or_not(names: dict[str, t.Any], answer: t.Any, unknown: bool) -> None:
    names["node.example.com"] = answer
    assert network.is_unknown("node.example.com") is unknown
    assert not network.is_unknown("192.0.2.9")
    assert not network.is_unknown("2001:db8::9")


@pytest.mark.parametrize("error", [socket.EAI_AGAIN, socket.EAI_FAIL])
def test_what_was_told_before_counts_while_no_name_server_answers(names: dict[str, t.Any], error: int) -> None:
    names["node.example.com"] = error
    assert network.resolved("node.example.com", before="192.0.2.9") == "192.0.2.9"


def test_rays_processes_are_known_by_their_titles_and_their_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Account("ray", os.getuid(), os.getgid(), "ray", "/home/ray")
    titles = [
        "ray::ServeReplica:numerals:Numerals.handle_request",
        "ray::ServeReplica:sizes:Sizes   ",
        "ray::IDLE",
        "/r/raylet",
    ]
    environment = {"RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S": "45"}
    started: list[str] = []
    with contextlib.ExitStack() as stack:
        for title in titles:
            argv = [title, "-c", "read line", "--node_id=ab12"]
            process = stack.enter_context(
                subprocess.Popen(argv, executable="/bin/sh", env=environment, stdin=subprocess.PIPE)
            )
            stack.callback(process.kill)
            started.append(str(process.pid))
        # Whatever else this machine runs at the time, a real Ray even, is no business of this test.
        real = os.listdir
        monkeypatch.setattr(os, "listdir", lambda path: started if path == "/proc" else real(path))
        found = RayProcesses(("numerals:Numerals", "sizes:Sizes"), "ab12", 45.0)
        # The child shows its own title once it has become the shell.
        deadline = time.monotonic() + 10
        while ray_processes(own) != found and time.monotonic() < deadline:
            pass
        assert ray_processes(own) == found
        assert ray_processes(dataclasses.replace(own, uid=os.getuid() + 1)) == RayProcesses()


class Node:
    """A node that answers by URL, and remembers what it was asked with which headers."""

    def __init__(self, **answers: int | str) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, str]]] = []

    def __call__(
        self,
        method: str,
        url: str,
        *,
        body: str | bytes = "",
        headers: t.Mapping[str, str] | None = None,
        timeout: float = 30,
    ) -> Answer:
        self.asked.append((url, dict(headers or {})))
        name = {"local_raylet_healthz": "agent", "gcs_healthz": "gcs"}.get(url.rstrip("/").rsplit("/", 1)[-1], "serve")
        answer = self.answers.get(name, 200)
        if isinstance(answer, str):
            raise NoAnswer(answer)
        return Answer(answer, "reason", "text")


HEAD = RayletSpec("head", "ray", "/opt/ray/x", "2.60.0", "192.0.2.1", auth_token="token")
WORKER = RayletSpec("worker", "ray", "/opt/ray/x", "2.60.0", "192.0.2.1", auth_token="token")


def test_a_worker_is_well_when_its_agent_says_so() -> None:
    node = Node()
    assert illness(WORKER, thorough=True, send=node) == ""
    assert [url for url, _headers in node.asked] == ["http://127.0.0.1:6384/api/local_raylet_healthz"]


def test_a_head_needs_its_dashboard_and_for_a_deploy_serves_api_with_the_token() -> None:
    node = Node()
    assert illness(HEAD, send=node) == ""
    assert len(node.asked) == 2
    assert illness(HEAD, thorough=True, send=node) == ""
    assert node.asked[-1] == (
        "http://127.0.0.1:8265/api/serve/applications/",
        {"Authorization": "Bearer token"},
    )
    assert all(not headers for _url, headers in node.asked[:-1])


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"agent": "the connection was refused"}, "Ray's agent on this node does not answer"),
        ({"agent": 503}, "Ray's agent on this node answers 503"),
        ({"gcs": 503}, "the head's dashboard answers 503"),
        ({"serve": 403}, "Serve's API on the head answers 403"),
    ],
)
def test_who_is_ill_is_said(answers: dict[str, t.Any], told: str) -> None:
    assert illness(HEAD, thorough=True, send=Node(**answers)).startswith(told)
