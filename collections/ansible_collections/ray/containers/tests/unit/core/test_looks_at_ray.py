# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the looks at the service, at Ray, at the network and at Serve make of what they see."""

from __future__ import annotations

import typing as t
from dataclasses import replace

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis import (
    of_network,
    of_ray,
    of_serve,
    of_unit,
)
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import Look, Subject
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_account import PathFacts
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_network import (
    Listener,
    PortFacts,
    Reached,
)
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_podman import (
    CommandFacts,
)
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_ray import RuntimeFacts, TokenFacts
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_serve import Proxy, ServeFacts
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_unit import (
    DropIn,
    SessionFacts,
    UnitFacts,
)
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import (
    ApplicationStatus,
    DeploymentStatus,
    ServeStatus,
)

RAY = Subject("ray", 1000, "/home/ray")


def told(*looks: Look) -> list[str]:
    return [held.fault.code for look in looks for held in look.held]


SHOWN = {
    "LoadState": "loaded",
    "ActiveState": "active",
    "SubState": "running",
    "UnitFileState": "enabled",
    "MainPID": "812",
}
UNIT = UnitFacts(
    SHOWN,
    written={"XDG_RUNTIME_DIR": "/run/user/1000"},
    running={"XDG_RUNTIME_DIR": "/run/user/1000", "HOME": "/x"},
    age=9000,
)
DROP_IN = "/etc/systemd/system/raylet.service.d/x.conf"


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"drop_ins": (DropIn(DROP_IN, ("Environment=(none)",)),)}, ["RC-520"]),
        ({"drop_ins": (DropIn(DROP_IN, ("UnsetEnvironment=HOME XDG_RUNTIME_DIR",)),), "running": {}}, ["RC-520"]),
        ({"drop_ins": (DropIn(DROP_IN, ("LimitCORE=infinity",)),)}, []),
        ({"running": {"HOME": "/x"}}, ["RC-525"]),
        ({"running": {"XDG_RUNTIME_DIR": "/run/user/1000"}}, ["RC-525"]),
        ({"running": {"XDG_RUNTIME_DIR": "/tmp", "HOME": "/x"}}, ["RC-525"]),
        ({"running": None}, []),
        ({"shown": {**SHOWN, "NeedDaemonReload": "yes"}}, ["RC-524"]),
        ({"shown": {**SHOWN, "UnitFileState": "disabled"}}, ["RC-522"]),
        ({"shown": {**SHOWN, "LoadState": "masked", "ActiveState": "inactive"}, "running": None}, ["RC-521", "RC-413"]),
        ({"shown": {**SHOWN, "ActiveState": "failed"}, "running": None}, ["RC-413"]),
        ({"shown": {**SHOWN, "NRestarts": "50"}, "age": 5.0}, ["RC-413"]),
        ({"shown": {**SHOWN, "NRestarts": "50"}}, []),
        ({"shown": {**SHOWN, "NRestarts": "2"}, "age": 5.0}, []),
        ({"strange": "num-cpus: 2 -> 4"}, ["RC-523"]),
    ],
)
def test_the_unit(changes: dict[str, t.Any], codes: list[str]) -> None:
    assert told(of_unit.unit_look(RAY, replace(UNIT, **changes))) == codes


def test_a_unit_that_cannot_be_asked_is_not_known() -> None:
    assert of_unit.unit_look(RAY, UnitFacts(problem="it does not answer")).unanswered == "it does not answer"
    assert of_unit.unit_look(RAY, UnitFacts()).moot


LATEST = PathFacts("/tmp/ray/session_2026", "ray", 0o755)
SESSION = SessionFacts(
    PathFacts("/tmp/ray", "ray", 0o755), LATEST, LATEST.path, PathFacts("/tmp/ray/ray_current_cluster", "ray", 0o644)
)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        ({"latest": replace(LATEST, owner="root")}, "RC-508"),
        ({"cluster_file": PathFacts("/tmp/ray/ray_current_cluster", "root", 0o644)}, "RC-509"),
        ({"gone": ("/tmp/ray/session_2026/sockets/raylet",)}, "RC-511"),
        ({"running": "/tmp/ray/session_2025"}, "RC-510"),
        ({"directory": None}, "RC-511"),
    ],
)
def test_the_session(changes: dict[str, t.Any], code: str) -> None:
    assert told(of_unit.session_look(RAY, replace(SESSION, **changes))) == ([code] if code else [])


TOKEN = TokenFacts(True, "/home/ray/.ray/auth_token", PathFacts("/home/ray/.ray/auth_token", "ray", 0o600))


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"file": None}, ["RC-409"]),
        ({"empty": True}, ["RC-409"]),
        ({"file": PathFacts("t", "root", 0o600)}, ["RC-409"]),
        ({"taken": False}, ["RC-409"]),
        ({"file": PathFacts("t", "ray", 0o644)}, ["RC-576"]),
        ({"wanted": False, "file": None}, []),
    ],
)
def test_the_token(changes: dict[str, t.Any], codes: list[str]) -> None:
    assert told(of_ray.token_look(RAY, replace(TOKEN, **changes))) == codes


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (RuntimeFacts("/opt/ray/x/bin/ray", "", "2.60.0", "2.60.0", "2.60.0"), []),
        (RuntimeFacts("/opt/ray/x/bin/ray", "no interpreter"), ["RC-573"]),
        (RuntimeFacts("/opt/ray/x/bin/ray", "", "2.60.0", "2.59.0", "2.60.0"), ["RC-570"]),
        (RuntimeFacts("/opt/ray/x/bin/ray", "", "2.60.0", "2.61.0"), ["RC-570"]),
    ],
)
def test_the_runtime(facts: RuntimeFacts, codes: list[str]) -> None:
    assert told(of_ray.runtime_look(facts)) == codes


def test_images_and_registries() -> None:
    assert told(of_ray.images_look(RAY, ["r/a:1", "localhost/b"], ["r/a:1", "localhost/b"])) == ["RC-580", "RC-379"]
    assert told(of_ray.images_look(RAY, ["r/a:1"], [])) == []
    assert of_ray.images_look(RAY, ["r/a:1"], None).unanswered
    refused = {
        "r/a:1": CommandFacts(
            125, stderr="Error: pinging container registry r: dial tcp 10.0.0.9:5000: connection refused"
        )
    }
    assert told(of_ray.registries_look(refused, ["r/a:1"])) == ["RC-424"]
    assert told(of_ray.registries_look(refused, [])) == ["RC-583"]
    assert told(of_ray.registries_look({"r/a:1": CommandFacts()}, [])) == []


def test_who_holds_rays_ports() -> None:
    facts = PortFacts({6380: "node-manager-port"}, 8000)
    nginx = Listener(8000, "127.0.0.1", "nginx", 7, "www-data")
    taken = of_network.ports_look(replace(facts, listeners=(nginx,)))
    assert told(taken) == ["RC-482"]
    assert taken.held[0].sentence == "The port 8000 of Serve's proxy is taken by nginx"
    assert taken.held[0].evidence == "nginx (process 7, www-data) listens on 127.0.0.1:8000"
    assert told(of_network.ports_look(replace(facts, listeners=(replace(nginx, rays=True),)))) == []
    assert told(of_network.ports_look(replace(facts, listeners=(replace(nginx, port=6380),)))) == ["RC-562"]
    rays = replace(nginx, port=6380, process="raylet", owner="root")
    assert told(of_network.ports_look(replace(facts, listeners=(rays,)))) == ["RC-566"]
    assert of_network.ports_look(PortFacts()).moot


def test_who_reaches_whom() -> None:
    closed = Reached("192.0.2.1", 6379, "port", "Connection refused")
    look = of_network.head_look(RAY, "192.0.2.1", [closed])
    assert told(look) == ["RC-560"]
    assert look.held[0].sentence == "The head 192.0.2.1 is not reached from here on port 6379: Connection refused"
    assert told(of_network.head_look(RAY, "192.0.2.1", [replace(closed, problem="")])) == []
    assert told(of_network.head_look(replace(RAY, is_head=True), "", [])) == []
    silent = replace(closed, problem="no answer in time")
    assert told(of_network.nodes_look([silent, replace(closed, host="192.0.2.2", problem="")])) == ["RC-569"]
    # Who refuses is reached.
    assert told(of_network.nodes_look([closed])) == []


def application(status: str = "RUNNING", running: int = 1, message: str = "") -> ApplicationStatus:
    deployment = DeploymentStatus(
        "D", "HEALTHY" if running else "UPDATING", "", 1, {"RUNNING": running} if running else {}
    )
    return ApplicationStatus("numerals", status, message, "/", {}, 0.0, (deployment,))


def serve(*applications: ApplicationStatus, started: bool = True, **changes: t.Any) -> ServeFacts:
    return ServeFacts(ServeStatus(started, "h", "c", {}, applications), **changes)


@pytest.mark.parametrize(
    ("facts", "codes", "brief"),
    [
        (serve(application(), proxies=(Proxy("192.0.2.1", "HEALTHY"),)), [], ""),
        (serve(application("DEPLOYING", 0), now=1000.0), ["RC-484"], "numerals has no replica"),
        # It was deployed, or its head started, a moment ago: unless something is said against it, it is on its way.
        (serve(application("DEPLOYING", 0), now=60.0), [], ""),
        (serve(application("DEPLOYING", 0), now=1000.0, age=60.0), [], ""),
        (serve(application("UNHEALTHY", 0), now=60.0), ["RC-483"], ""),
        (serve(application("DEPLOYING", 0, "Error: reading manifest 1: manifest unknown"), now=60.0), ["RC-420"], ""),
        (serve(application("DEPLOY_FAILED", 0, "KeyError: 'model'")), ["RC-483"], "numerals has no replica"),
        (
            serve(application("DEPLOY_FAILED", 0, "x\nError: reading manifest 1 in r/a: manifest unknown")),
            ["RC-420"],
            "",
        ),
        (
            serve(application(), proxies=(Proxy("192.0.2.1", "UNHEALTHY"),)),
            ["RC-581"],
            "the proxy on 192.0.2.1 does not answer",
        ),
        (serve(application(), proxies=(Proxy("192.0.2.1", "STARTING"),)), [], ""),
        (serve(application(), proxies=(Proxy("192.0.2.1", "HEALTHY", "HTTP 404"),)), ["RC-581"], ""),
        (serve(started=False, recorded=("numerals",)), ["RC-582"], "Serve does not run"),
        (serve(started=False, recorded=("numerals",), age=5.0), [], ""),
        (serve(application(), recorded=("numerals", "sizes")), ["RC-584"], ""),
        (ServeFacts(problem="refused"), ["RC-414"], ""),
        (ServeFacts(problem="wants a token", denied=True), ["RC-409"], ""),
        (ServeFacts(problem="refused", absent=True), [], ""),
    ],
)
def test_serve(facts: ServeFacts, codes: list[str], brief: str) -> None:
    look = of_serve.serve_look(facts)
    assert told(look) == codes
    assert not brief or look.held[0].brief == brief


def test_proxies_are_read_from_serves_own_document() -> None:
    document = {
        "proxies": {
            "ab": {"status": "HEALTHY", "node_ip": "192.0.2.1"},
            "cd": {"status": "UNHEALTHY", "node_ip": "192.0.2.2"},
        }
    }
    assert of_serve.proxies_of(document) == (Proxy("192.0.2.1", "HEALTHY"), Proxy("192.0.2.2", "UNHEALTHY"))
    assert of_serve.proxies_of({}) == ()
