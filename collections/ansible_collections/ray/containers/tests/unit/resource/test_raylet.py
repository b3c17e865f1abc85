# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capability raylet on a host of the test's own: files in a directory, a systemd that remembers, a node that answers."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.verdict import Finding
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet import plan as raylet_plan
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import OPTIONS, RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.temp_directory import CLOSED
from ansible_collections.ray.containers.plugins.module_utils._host import files, network, systemd, user_files
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.http_request import Answer
from ansible_collections.ray.containers.plugins.module_utils._host.ray import environment_file, temp_directory
from ansible_collections.ray.containers.plugins.module_utils._host.ray.processes import RayProcesses
from ansible_collections.ray.containers.plugins.module_utils._resource import raylet, raylet_drain, raylet_failure
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

TOKEN = "0123456789abcdef"
PARAMETERS: dict[str, t.Any] = {
    **{row.name: row.default for row in OPTIONS},
    "check_mode": False,
    "ray_version": "2.60.0",
    "head_address": "192.0.2.1",
    "auth_token": TOKEN,
    "drain_timeout": 30,
    "wait_timeout": 5,
}


class Host(FakeCommands):
    """A host whose systemd remembers, in a directory.

    :ivar journal: what the raylet says when it does not come up.
    :ivar dashboard: where the head's answers.
    :ivar ill: how often the node is still ill when it is asked.
    """

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(answers={"systemctl": self.systemctl, "journalctl": lambda _argv: self.journal})
        self.answers[str(root / "runtime" / "bin" / "ray")] = self.drained
        self.root = root
        self.active = self.enabled = False
        self.restarts = 0
        self.journal = ""
        self.ill = 0
        self.foreign = ""
        self.seen: Finding | None = None
        self.owner: str | None = None
        self.account: Account | None = Account("ray", os.getuid(), os.getgid(), "", str(root / "home"))
        self.pids = itertools.count(100)
        self.pid = 0
        self.processes = RayProcesses((), "ab12", 30.0)
        self.other_nodes = True
        self.dashboard = "http://127.0.0.1:8265"
        (root / "runtime" / "bin").mkdir(parents=True)
        (root / "runtime" / "bin" / "ray").write_text("")
        seconds = itertools.count()
        monkeypatch.setattr(systemd, "require_systemd", lambda: None)
        places = {"UNIT_PATH": "raylet.service", "TMPFILES_PATH": "raylet.conf", "SERVE_RECORDS": "serve"}
        for name, file in places.items():
            monkeypatch.setattr(raylet, name, str(root / file))
            monkeypatch.setattr(raylet_plan, name, str(root / file))
        for module in (environment_file, raylet_plan):
            monkeypatch.setattr(module, "ENVIRONMENT_PATH", str(root / "raylet.environment"))
        monkeypatch.setattr(raylet, "RESTART_DUE", str(root / "restart-due"))
        monkeypatch.setattr(raylet, "STATE_DIRECTORIES", (str(root / "state"),))
        monkeypatch.setattr(raylet, "account", lambda _name: self.account)
        monkeypatch.setattr(network, "port_owner", lambda _address, _port: self.owner)
        monkeypatch.setattr(network, "connection_problem", lambda _host, _port: "")
        monkeypatch.setattr(raylet, "illness", self.illness)
        monkeypatch.setattr(temp_directory, "state", lambda _uid: CLOSED)
        monkeypatch.setattr(temp_directory, "foreign", lambda _uid: self.foreign)
        monkeypatch.setattr(temp_directory, "set_aside", self.set_aside)
        monkeypatch.setattr(raylet_failure, "cause_here", lambda *_asked: self.seen)
        monkeypatch.setattr(raylet, "READ_EVERY", 1.0)
        monkeypatch.setattr(raylet_drain, "account", lambda _name: self.account)
        monkeypatch.setattr(raylet_drain, "PROXY_LOGS", (str(root), "proxy_*.log"))
        monkeypatch.setattr(raylet_drain, "ray_processes", self.ray_processes)
        monkeypatch.setattr(raylet_drain, "send", self.nodes)
        monkeypatch.setattr(time, "monotonic", lambda: next(seconds) * 0.5)
        monkeypatch.setattr(time, "sleep", lambda _seconds: None)
        # The test's own account need not be in the name service as ray.
        monkeypatch.setattr(user_files, "owner_name", lambda _uid: "ray")

    def set_aside(self) -> None:
        assert not self.active
        self.foreign = ""

    def illness(self, _spec: t.Any, *, thorough: bool = False) -> str:
        if not self.active:
            return "stopped"
        self.ill -= 1
        return "no answer" if self.ill >= 0 else ""

    def ray_processes(self, account: Account) -> RayProcesses:
        assert account == self.account
        return self.processes

    def nodes(self, _method: str, url: str, *, headers: dict[str, str], timeout: float) -> Answer:
        """The dashboard's."""
        assert (url, timeout > 0) == (f"{self.dashboard}/api/v0/nodes?limit=1000", True)
        assert headers == {"Authorization": f"Bearer {TOKEN}"}
        rows = [{"node_id": "ab12", "state": "ALIVE"}, {"node_id": "cd34", "state": "DEAD"}]
        if self.other_nodes:
            rows.append({"node_id": "ef56", "state": "ALIVE"})
        return Answer(200, "", json.dumps({"data": {"result": {"result": rows}}}))

    def drained(self, _argv: tuple[str, ...] = ()) -> str:
        """Serve moves every replica, and the node's proxy writes it down."""
        for name in self.processes.replicas:
            application, _colon, deployment = name.partition(":")
            line = f"updated replicas for Deployment(name='{deployment}', app='{application}'): 1 total (+1 added, -1 removed)."
            (self.root / "proxy_192.0.2.7.log").write_text(line)
        self.processes = dataclasses.replace(self.processes, replicas=())
        return ""

    def systemctl(self, argv: tuple[str, ...]) -> str:
        words = [word for word in argv[1:] if not word.startswith("-")]
        if words[0] == "enable":
            self.enabled = True
        elif words[0] == "disable":
            self.enabled = self.active = False
        elif words[0] == "stop":
            self.drained()
            self.active = "--no-block" in argv
        elif words[0] == "start":
            self.active, self.pid = True, next(self.pids)
        return (
            f"ActiveState={'active' if self.active else 'inactive'}\nUnitFileState={'enabled' if self.enabled else ''}\n"
            f"MainPID={self.pid if self.active else 0}\nNRestarts={self.restarts}\n"
        )

    def run_module(self, *, check_mode: bool = False, **changes: t.Any) -> tuple[list[str], dict[str, t.Any]]:
        """As `run_resource` does it."""
        resource = raylet.build({**PARAMETERS, "runtime_path": str(self.root / "runtime"), **changes}, self)
        observed = resource.observe()
        plan = resource.plan(observed)
        if not check_mode:
            for step in plan.steps:
                resource.apply(step)
        return plan.summaries, resource.result(observed, plan)["raylet"]


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    return Host(tmp_path, monkeypatch)


def test_check_mode_says_what_the_run_then_does(host: Host) -> None:
    predicted, before = host.run_module(check_mode=True)
    assert before["pid"] == 0
    assert sorted(os.listdir(host.root)) == ["runtime"]
    done, result = host.run_module()
    assert predicted == done
    assert result == {
        "unit": "raylet.service",
        "address": "192.0.2.1:6379",
        "dashboard_url": "",
        "node_address": "",
        "pid": 100,
        "restart_due": False,
        "drain": {},
    }


def test_the_second_run_asks_once_and_changes_nothing(host: Host) -> None:
    host.run_module()
    host.actions.clear()
    steps, result = host.run_module()
    assert steps == []
    assert result["pid"] == 100
    assert len(host.actions) == 1


def test_the_token_lies_where_ray_looks_and_nowhere_else(host: Host) -> None:
    host.run_module()
    token = host.root / "home" / ".ray" / "auth_token"
    assert token.read_text() == TOKEN
    assert token.stat().st_mode & 0o777 == 0o600
    assert token.parent.stat().st_mode & 0o777 == 0o700
    assert TOKEN not in (host.root / "raylet.service").read_text()
    assert not [action for action in host.actions if TOKEN in action]


def test_a_change_restarts_it(host: Host) -> None:
    host.run_module()
    assert host.run_module(num_cpus=4)[1]["pid"] == 101
    assert host.run_module(num_cpus=4, auth_token="another-token")[1]["pid"] == 102


def test_a_run_that_is_killed_after_the_change_restarts_it_the_next_time(host: Host) -> None:
    host.run_module()
    resource = raylet.build({**PARAMETERS, "runtime_path": str(host.root / "runtime"), "num_cpus": 4}, host)
    resource.apply(resource.plan(resource.observe()).steps[0])
    steps, result = host.run_module(num_cpus=4)
    assert result["pid"] == 101
    assert "without restarting it" in steps[0]
    assert host.run_module(num_cpus=4)[0] == []


def test_in_turn_the_node_is_left_as_it_is_and_done_later(host: Host) -> None:
    host.run_module()
    predicted = host.run_module(check_mode=True, num_cpus=4)[0]
    unit = (host.root / "raylet.service").read_text()
    host.actions.clear()
    steps, before = host.run_module(num_cpus=4, restart="in_turn")
    assert (len(steps), before["pid"], before["restart_due"]) == (1, 100, True)
    assert (host.root / "raylet.service").read_text() == unit
    assert not [action for action in host.actions if "systemctl show" not in action]
    done, after = host.run_module(num_cpus=4)
    assert (done, after["pid"], after["restart_due"]) == (predicted, 101, False)
    assert host.run_module(num_cpus=4, restart="in_turn")[0] == []


def test_a_change_that_all_nodes_make_together_is_made_at_once_by_the_next_run_too(host: Host) -> None:
    host.run_module()
    changes: dict[str, t.Any] = {"auth_token": "another-token", "restart": "in_turn", "num_cpus": 4}
    resource = raylet.build({**PARAMETERS, "runtime_path": str(host.root / "runtime"), **changes}, host)
    token, unit = (step for step in resource.plan(resource.observe()).steps[:2])
    resource.apply(token)
    resource.apply(unit)
    host.processes = RayProcesses(("a:B",), "ab12", 30.0)
    result = host.run_module(**changes)[1]
    # Nobody is left who could take its replicas.
    assert (result["pid"], result["restart_due"], result["drain"]) == (101, False, {})


def test_a_raylet_is_asked_where_it_answers_and_not_where_it_will(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.run_module()
    asked: list[str] = []

    def illness(spec: RayletSpec, **_thorough: bool) -> str:
        asked.append(spec.agent_url)
        return ""

    monkeypatch.setattr(raylet, "illness", illness)
    assert host.run_module(ports={"dashboard_agent": 7000}, restart="in_turn")[1]["restart_due"]
    host.run_module(ports={"dashboard_agent": 7000})
    assert [url.rpartition(":")[2] for url in asked] == ["6384", "6384", "7000"]


@pytest.mark.parametrize(
    ("change", "new"),
    [({"dashboard_port": 8300}, "http://127.0.0.1:8300"), ({"dashboard_host": "192.0.2.1"}, "http://192.0.2.1:8265")],
)
def test_a_head_is_told_and_drained_where_its_dashboard_answers_and_not_where_it_will(
    host: Host, change: dict[str, t.Any], new: str
) -> None:
    old = host.dashboard
    host.run_module(role="head")
    assert host.run_module(role="head", check_mode=True, **change)[1]["dashboard_url"] == old
    restart_deferred = host.run_module(role="head", restart="in_turn", **change)[1]
    assert (restart_deferred["restart_due"], restart_deferred["dashboard_url"]) == (True, old)
    host.processes = RayProcesses(("numerals:Numerals",), "ab12", 0.0)
    restarted = host.run_module(role="head", **change)[1]
    assert (restarted["drain"]["ended"], restarted["dashboard_url"]) == ("moved", new)
    assert host.run_module(role="head", restart="in_turn", **change)[1]["dashboard_url"] == new


def test_the_result_tells_how_a_worker_was_drained(host: Host) -> None:
    host.run_module()
    host.processes = RayProcesses(("numerals:Numerals",), "ab12", 30.0)
    drain = host.run_module(state="stopped")[1]["drain"]
    assert (drain["ended"], drain["replicas"]) == ("moved", ["numerals:Numerals"])
    assert not host.active


def test_a_replica_that_stays_until_ray_ends_was_not_moved(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.run_module()
    host.processes = RayProcesses(("numerals:Numerals",), "ab12", 5.0)
    monkeypatch.setattr(host, "drained", lambda: "")
    monkeypatch.setattr(os.path, "exists", lambda path: not path.startswith("/proc/"))
    assert host.run_module(state="stopped")[1]["drain"]["ended"] == "deadline"


@pytest.mark.parametrize(
    ("changes", "others", "how"),
    [({}, True, "moved"), ({}, False, "not_asked"), ({"drain_timeout": 0}, True, "not_asked")],
)
def test_a_head_is_left_by_its_replicas_when_there_is_somewhere_to_go(
    host: Host, changes: dict[str, t.Any], others: bool, how: str
) -> None:
    host.run_module(role="head", **changes)
    host.processes = RayProcesses(("numerals:Numerals",), "ab12", 0.0)
    host.other_nodes = others
    drain = host.run_module(role="head", state="restarted", **changes)[1]["drain"]
    assert drain["ended"] == how
    asked = [action for action in host.actions if "drain-node" in action]
    assert bool(asked) == (how == "moved")
    assert all("--node-id=ab12" in action and TOKEN not in action for action in asked)


def test_a_head_that_is_stopped_for_good_moves_nothing(host: Host) -> None:
    host.run_module(role="head")
    host.processes = RayProcesses(("numerals:Numerals",), "ab12", 0.0)
    assert host.run_module(role="head", state="stopped")[1]["drain"]["ended"] == "not_asked"


def test_it_waits_until_the_node_answers(host: Host) -> None:
    host.ill = 6
    host.run_module(wait_timeout=60)
    assert host.ill < 0


def test_a_taken_port_is_told_and_the_next_run_starts_it(host: Host) -> None:
    host.owner = "redis-server (process 812)"
    with pytest.raises(OperatorError, match=r"port 6380 \(node_manager\) is taken by redis-server \(process 812\)"):
        host.run_module()
    host.owner = None
    assert host.run_module()[1]["pid"] == 100


@pytest.mark.parametrize("lacking", ["account", "runtime", "address", "head"])
def test_nothing_changes_on_a_host_where_it_cannot_work(
    host: Host, lacking: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "is_unknown", lambda name: name == "gpu-head")
    changes: dict[str, t.Any] = {}
    if lacking == "account":
        host.account = None
    elif lacking == "runtime":
        changes["runtime_path"] = "/nowhere"
    elif lacking == "head":
        changes["head_address"] = "gpu-head"
    else:
        changes["node_ip_address"] = "192.0.2.77"
    with pytest.raises(OperatorError, match="cannot"):
        host.run_module(**changes)
    assert sorted(os.listdir(host.root)) == ["runtime"]


def test_one_that_still_looks_for_its_head_is_not_waited_for(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.run_module()
    host.processes = RayProcesses()
    host.actions.clear()
    host.run_module(state="restarted")
    assert "systemctl kill --signal=KILL raylet.service" in host.actions


def test_stopped_and_absent_are_idempotent(host: Host) -> None:
    host.run_module()
    (host.root / "state").mkdir()
    for state in ("stopped", "absent"):
        assert host.run_module(state=state)[0]
        assert host.run_module(state=state)[0] == []
    assert sorted(os.listdir(host.root)) == ["home", "runtime"]
    assert not host.active and not host.enabled


def test_silent_name_servers_restart_nothing(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"node.example.com": "127.0.0.1"}
    monkeypatch.setattr(network, "resolved", lambda name, *, before: told.get(name, before))
    host.run_module(node_ip_address="node.example.com")
    told.clear()
    assert host.run_module(node_ip_address="node.example.com")[0] == []


def test_nothing_is_looked_up_before_the_host_is_observed(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    def looked_up(*_arguments: t.Any, **_options: t.Any) -> t.NoReturn:
        raise AssertionError("looked up")

    monkeypatch.setattr(network, "resolved", looked_up)
    monkeypatch.setattr(files, "read_text", looked_up)
    resource = raylet.build({**PARAMETERS, "runtime_path": "/r", "node_ip_address": "node.example.com"}, host)
    with pytest.raises(AssertionError, match="looked up"):
        resource.observe()


def test_truth_is_written_as_programs_read_it(host: Host) -> None:
    spec = raylet.build({**PARAMETERS, "runtime_path": "/r", "environment": {"A": True, "B": 1}}, host).spec
    assert spec.environment == {"A": "true", "B": "1"}
    assert dataclasses.asdict(spec)["drain_seconds"] == 30
