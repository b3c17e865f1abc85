# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's half of the firewall: what it tells the node, and how it comes again."""

from __future__ import annotations

import time
import types
import typing as t
from pathlib import Path

import pytest

pytest.importorskip("ansible")

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from ansible_collections.ray.containers.plugins.action.firewall import ActionModule
from ansible_collections.ray.containers.plugins.plugin_utils._firewall.new_connection import new_connection

VARIABLES = {
    "inventory_hostname": "head",
    "groups": {"ray_cluster": ["head", "w1"]},
    "hostvars": {"head": {"ansible_host": "192.0.2.1"}, "w1": {"ansible_host": "192.0.2.2"}},
}
CONFIG = {"http_options": {"port": 8080}, "secret": "hunter2"}
ARGS: dict[str, t.Any] = {"role": "head", "nodes": ["ray_cluster"], "config": CONFIG}
LOADED = {"changed": True, "steps": ["Load"], "actions": ["nft"], "confirm": "token", "firewall": {"closes": []}}
KEPT = {"changed": True, "steps": ["Keep"], "actions": ["systemctl"], "confirm": ""}
REFUSED = "ssh: connect to host 192.0.2.1 port 22: Connection refused"


class Connection:
    """An SSH connection with its options."""

    transport = "ssh"

    def __init__(self, directory: Path) -> None:
        self.options = {"ssh_args": "-o ControlPersist=10m", "control_path_dir": str(directory / "cp")}

    def get_option(self, name: str) -> str:
        return self.options[name]

    def set_option(self, name: str, value: str) -> None:
        self.options[name] = value


class Action(ActionModule):
    """The action with a node that answers as it is told.

    :ivar answers: what each call brings: a result, or a problem.
    :ivar sent: each call's arguments, and the arguments of SSH that it went by.
    """

    def __init__(self, directory: Path, *answers: t.Any, check_mode: bool = False, **args: t.Any) -> None:
        self._task = types.SimpleNamespace(args=args, check_mode=check_mode, async_val=0, action="firewall")
        self._connection = Connection(directory)
        self.answers = list(answers)
        self.sent: list[tuple[dict[str, t.Any], str]] = []

    def _execute_module(self, **call: t.Any) -> dict[str, t.Any]:
        self.sent.append((call["module_args"], self._connection.options["ssh_args"]))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)


@pytest.fixture(autouse=True)
def no_base(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter(range(0, 1000, 2))
    monkeypatch.setattr(ActionBase, "run", lambda *_: {})
    monkeypatch.setattr(time, "monotonic", lambda: next(seconds))
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)


def test_the_node_is_told_ports_and_addresses_and_no_config(tmp_path: Path) -> None:
    action = Action(tmp_path, {"changed": False, "confirm": ""}, **ARGS, ssh_ports=[22])
    action.run(task_vars=VARIABLES)
    ((told, _ssh_args),) = action.sent
    assert set(told) == {"understood", "ssh_ports"} and "hunter2" not in str(told)
    nodes, serve = (row for row in told["understood"] if row["from"] != {})
    assert nodes["from"] == {"head": ["192.0.2.1"], "w1": ["192.0.2.2"]}
    assert (serve["ports"], serve["from"]) == ("8080", None)


def test_what_is_taken_off_needs_no_explanation(tmp_path: Path) -> None:
    action = Action(tmp_path, {"changed": True, "confirm": ""}, state="absent")
    action.run(task_vars={})
    assert action.sent[0][0] == {"state": "absent"}


def test_it_comes_again_by_a_connection_of_its_own(tmp_path: Path) -> None:
    action = Action(tmp_path, LOADED, KEPT, **ARGS)
    result = action.run(task_vars=VARIABLES)
    assert result["steps"] == ["Load"] and result["actions"] == ["nft", "systemctl"]
    assert "confirm" not in result and result["changed"] and not result.get("failed")
    (_first, before), (told, meanwhile) = action.sent
    assert told == {"confirm": "token"}
    # The first of several values is the one that ssh takes.
    assert meanwhile.index("ControlPath") < meanwhile.index(before) and "ControlPath" not in before
    assert action._connection.options["ssh_args"] == before


def test_it_knocks_until_it_is_let_in(tmp_path: Path) -> None:
    action = Action(tmp_path, LOADED, AnsibleConnectionFailure("down"), AnsibleConnectionFailure("down"), KEPT, **ARGS)
    assert not action.run(task_vars=VARIABLES).get("failed")
    paths = {ssh_args for _told, ssh_args in action.sent[1:]}
    assert len(paths) == 3, "each knock is a new connection"


def test_rules_that_were_taken_back_are_told_with_what_ssh_said(tmp_path: Path) -> None:
    gone = {"failed": True, "msg": "The rules were taken back", "actions": []}
    action = Action(tmp_path, LOADED, AnsibleConnectionFailure(f"Failed:\n{REFUSED}\n"), gone, **ARGS)
    result = action.run(task_vars=VARIABLES)
    assert result["failed"] and not result["changed"] and result["code"] == "RC-461"
    assert REFUSED in result["msg"] and "ray_firewall_ssh_ports" in result["remedy"]


def test_a_host_that_never_comes_back_is_told_too(tmp_path: Path) -> None:
    action = Action(tmp_path, LOADED, *[AnsibleConnectionFailure("no route")] * 100, **ARGS)
    result = action.run(task_vars=VARIABLES)
    assert result["failed"] and result["code"] == "RC-461" and "no route" in result["why"]


@pytest.mark.parametrize(("check_mode", "verb"), [(True, "would close"), (False, "closes")])
def test_what_will_be_closed_is_a_warning(check_mode: bool, verb: str, tmp_path: Path) -> None:
    told = {"changed": True, "confirm": "", "firewall": {"closes": ["9100 (node_exporter)"]}}
    result = Action(tmp_path, told, check_mode=check_mode, **ARGS).run(task_vars=VARIABLES)
    assert result["warnings"][0].startswith(f"The firewall {verb} what else this host serves: 9100 (node_exporter)")


def test_options_that_cannot_be_meant_reach_no_node(tmp_path: Path) -> None:
    action = Action(tmp_path, **{**ARGS, "serve_from": ["10.0.0.1/24"]})
    result = action.run(task_vars=VARIABLES)
    assert result["failed"] and "10.0.0.0/24" in result["msg"] and action.sent == []


@pytest.mark.parametrize(("transport", "resets"), [("paramiko", 1), ("local", 0)])
def test_other_connections_are_closed_and_opened_again(transport: str, resets: int) -> None:
    done: list[int] = []
    connection = types.SimpleNamespace(transport=transport, reset=lambda: done.append(1))
    with new_connection(connection):
        assert len(done) == resets
