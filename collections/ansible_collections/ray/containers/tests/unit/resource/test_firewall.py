# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capability firewall on a node with a real nft: for a time first, and for good once the controller has come again."""

from __future__ import annotations

import os
import shutil
import subprocess
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.firewall import places
from ansible_collections.ray.containers.plugins.module_utils._core.firewall import plan as firewall_plan
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Completed
from ansible_collections.ray.containers.plugins.module_utils._host.firewall import nftables, surroundings
from ansible_collections.ray.containers.plugins.module_utils._resource import firewall
from ansible_collections.ray.containers.tests.unit.fakes.namespaces import NODE, OTHERS, Cable, needs_nft

ROWS: list[dict[str, t.Any]] = [
    {"key": "nodes", "name": "the cluster's nodes", "ports": "6379", "from": {"w1": [OTHERS[0]]}},
    {"key": "serve", "name": "clients of Serve", "ports": "8000", "from": None},
]
FEWER = [{**ROWS[0], "from": {"w1": ["198.51.100.1"]}}, ROWS[1]]
PARAMETERS = {"state": "present", "ssh_ports": [], "understood": ROWS, "confirm": "", "check_mode": False}
FIRST, SECOND = "192.0.2.9 50001 192.0.2.1 22", "192.0.2.9 50002 192.0.2.1 22"
NFT = shutil.which("nft") or ""


class Node(Cable):
    """A node whose nft is real, and whose systemd remembers.

    :ivar comes_by: the SSH connection that the controller comes by.
    :ivar timer: the command that waits for its time.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(f"fwr{os.getpid()}")
        self.files = {name: root / name for name in ("rules", "unit", "drop_in")}
        self.waiting = root / "waiting"
        self.comes_by = FIRST
        self.timer: tuple[str, ...] = ()
        self.enabled = self.active = False
        self.actions: list[str] = []

    def run_for_module(self, argv: t.Sequence[str], *, stdin: str = "", check: bool = True, **_: t.Any) -> Completed:
        self.actions.append(" ".join(argv))
        if argv[0] == "systemd-run":
            assert "--on-active=30" in argv and "--timer-property=AccuracySec=100ms" in argv
            self.timer = tuple(argv[argv.index("--") + 1 :])
            return Completed(tuple(argv), 0, "", "")
        if argv[0] == "systemctl":
            return Completed(tuple(argv), 0, self.systemctl([word for word in argv[1:] if word[0] != "-"]), "")
        done = subprocess.run(
            ("ip", "netns", "exec", self.node, *argv), input=stdin, capture_output=True, text=True, check=False
        )
        completed = Completed(tuple(argv), done.returncode, done.stdout, done.stderr)
        if check and done.returncode:
            raise CommandFailed(completed)
        return completed

    def systemctl(self, words: list[str]) -> str:
        if words[0] == "show":
            return f"ActiveState={'active' if self.active else 'inactive'}\nUnitFileState={'enabled' if self.enabled else ''}\n"
        if words == ["stop", "ray-containers-firewall-undo.timer"]:
            self.timer = ()
        elif words[0] == "enable":
            self.enabled = True
        elif words[0] == "start":
            self.active = True
            self.run("nft", "-f", str(self.files["rules"]))
        elif words[0] == "disable":
            self.enabled = self.active = False
        else:
            assert words == ["daemon-reload"]
        return ""

    def thirty_seconds_pass(self) -> None:
        """The timer's command runs, if it still waits."""
        if self.timer:
            self.run(*self.timer, check=False)
        self.timer = ()

    @property
    def table(self) -> str:
        """Our table, empty without one."""
        return self.run("nft", "-s", "list", "table", "inet", "ray_containers", check=False)

    def go(self, *, check: bool = False, **parameters: t.Any) -> tuple[Plan, dict[str, t.Any]]:
        """Be one call of the module."""
        commands = t.cast("t.Any", self)
        given = {**PARAMETERS, **parameters, "check_mode": check}
        capability = firewall.build(given, Commands(commands))
        observed = capability.observe()
        plan = capability.plan(observed)
        for step in () if check else plan.steps:
            capability.apply(step)
        return plan, capability.result(observed, plan)

    def set_up(self, **parameters: t.Any) -> Plan:
        """Both calls, as the action makes them."""
        self.comes_by = FIRST
        plan, result = self.go(**parameters)
        if result["confirm"]:
            self.comes_by = SECOND
            self.go(confirm=result["confirm"])
        return plan


class Commands:
    """What the capability is handed."""

    def __init__(self, node: Node) -> None:
        self.run = node.run_for_module
        self.actions = node.actions


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> t.Iterator[Node]:
    made = Node(tmp_path)
    names = {"RULES": made.files["rules"], "UNIT_PATH": made.files["unit"], "DROP_IN": made.files["drop_in"]}
    for module in (places, firewall_plan, firewall):
        for name, path in names.items():
            monkeypatch.setattr(module, name, str(path))
    monkeypatch.setattr(nftables, "WAITING", str(made.waiting))
    monkeypatch.setattr(nftables, "program", lambda: NFT)
    monkeypatch.setattr(surroundings, "connection", lambda: made.comes_by)
    monkeypatch.setattr(surroundings, "ssh_ports", lambda: (22,))
    monkeypatch.setattr(surroundings, "uplinks", tuple)
    monkeypatch.setattr(surroundings, "services", lambda known: [] if 9100 in known else ["9100 (node_exporter)"])
    with made:
        yield made


pytestmark = needs_nft


def test_check_mode_predicts_and_a_second_run_has_nothing_to_do(node: Node) -> None:
    predicted, told = node.go(check=True)
    assert node.table == "" and not any(path.exists() for path in (*node.files.values(), node.waiting))
    assert told["confirm"] == "" and told["firewall"]["closes"] == ["9100 (node_exporter)"]
    done = node.set_up()
    assert done == predicted
    assert node.enabled and node.active and node.timer == () and not node.waiting.exists()
    again, result = node.go()
    assert (again, result["confirm"], result["firewall"]["closes"]) == (Plan(), "", [])


def test_an_unchanged_run_asks_three_times(node: Node) -> None:
    node.set_up()
    node.actions.clear()
    node.go()
    assert [action.split()[0].rpartition("/")[2] for action in node.actions] == ["nft", "systemctl", "unshare"]


def test_nothing_is_written_for_the_next_boot_before_the_controller_has_come_again(node: Node) -> None:
    _plan, result = node.go()
    assert result["confirm"] and node.table and node.timer
    assert not any(path.exists() for path in node.files.values())
    assert not node.enabled


def test_rules_take_themselves_back_where_there_was_nothing(node: Node) -> None:
    node.go()
    node.thirty_seconds_pass()
    assert node.table == "" and not node.waiting.exists()
    assert not any(path.exists() for path in node.files.values())


def test_rules_take_themselves_back_to_those_that_were_there(node: Node) -> None:
    node.set_up()
    before, written = node.table, node.files["rules"].read_text()
    node.go(understood=FEWER, ssh_ports=[2222])
    assert node.table != before
    node.thirty_seconds_pass()
    assert node.table == before and node.files["rules"].read_text() == written


def test_a_controller_that_comes_too_late_is_told(node: Node) -> None:
    _plan, result = node.go()
    node.thirty_seconds_pass()
    node.comes_by = SECOND
    with pytest.raises(OperatorError) as caught:
        node.go(confirm=result["confirm"])
    assert caught.value.code == "RC-461" and not node.files["rules"].exists()


def test_a_connection_that_was_open_before_proves_nothing(node: Node) -> None:
    _plan, result = node.go()
    with pytest.raises(OperatorError) as caught:
        node.go(confirm=result["confirm"])
    assert caught.value.code == "RC-461" and "that it had before" in caught.value.why
    node.thirty_seconds_pass()
    assert node.table == ""


def test_another_run_cannot_say_that_all_is_well(node: Node) -> None:
    node.go()
    node.comes_by = SECOND
    with pytest.raises(OperatorError):
        node.go(confirm="0" * 32)
    assert node.timer


def test_a_run_after_a_killed_one_goes_back_no_further_than_what_was_agreed_to(node: Node) -> None:
    node.set_up()
    agreed = node.table
    node.go(understood=FEWER)
    killed = node.table
    assert killed != agreed
    # Not even where it wants the very same: nobody has agreed to it.
    plan, _result = node.go(understood=FEWER)
    assert any(isinstance(step.action, firewall_plan.LoadRules) for step in plan.steps) and node.table == killed
    node.thirty_seconds_pass()
    assert node.table == agreed


def test_a_run_that_is_killed_between_its_halves_converges(node: Node) -> None:
    _plan, result = node.go()
    node.comes_by = SECOND
    node.waiting.joinpath("armed").rename(node.waiting / "kept")
    node.thirty_seconds_pass()
    assert result["confirm"] and node.table and not node.files["rules"].exists()
    _plan, result = node.go()
    assert not result["confirm"] and node.files["rules"].exists() and node.enabled
    assert node.go()[0] == Plan()


def test_the_timer_and_the_controller_do_not_both_have_their_way(node: Node) -> None:
    _plan, result = node.go()
    timer = node.timer
    node.comes_by = SECOND
    node.go(confirm=result["confirm"])
    kept = node.table
    node.run(*timer, check=False)
    assert node.table == kept != ""


def test_what_cannot_be_put_back_is_taken_away(node: Node) -> None:
    node.go()
    (node.waiting / "before.nft").write_text("nonsense")
    node.thirty_seconds_pass()
    assert node.table == ""


def test_rules_that_the_kernel_refuses_leave_no_timer(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    real = nftables.load

    def refuse(commands: t.Any, nft: str, rules: str) -> None:
        real(commands, nft, rules.replace("accept", "nonsense"))

    monkeypatch.setattr(nftables, "load", refuse)
    with pytest.raises(OperatorError) as caught:
        node.go()
    assert caught.value.code == "RC-460"
    assert (node.table, node.timer, node.waiting.exists()) == ("", (), False)


def test_who_comes_and_goes_changes_the_rules(node: Node) -> None:
    node.listen(6379)
    node.set_up()
    knocks = [(OTHERS[0], NODE, 6379), (OTHERS[1], NODE, 6379)]
    assert node.knock(*knocks) == ["open", "refused"]
    more = [{**ROWS[0], "from": {"w1": [OTHERS[0]], "w2": [OTHERS[1]]}}, ROWS[1]]
    node.set_up(understood=more)
    assert node.knock(*knocks) == ["open", "open"]
    node.set_up(understood=FEWER)
    assert node.knock(*knocks) == ["refused", "refused"]


def test_nothing_stays_when_it_is_taken_off(node: Node) -> None:
    node.set_up()
    predicted, _result = node.go(check=True, state="absent")
    plan, result = node.go(state="absent")
    assert plan == predicted and result["firewall"]["active"] is False
    assert node.table == "" and not node.enabled and not any(path.exists() for path in node.files.values())
    assert node.go(state="absent")[0] == Plan()


def test_taking_it_off_ends_what_waits(node: Node) -> None:
    node.go()
    node.go(state="absent")
    assert (node.table, node.timer, node.waiting.exists()) == ("", (), False)


def test_without_nft_check_mode_predicts_and_a_run_says_who_brings_it(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nftables, "program", str)
    predicted = node.go(check=True)[0]
    with pytest.raises(OperatorError) as caught:
        node.go()
    assert caught.value.code == "RC-463"
    monkeypatch.setattr(nftables, "program", lambda: NFT)
    assert [type(step.action) for step in node.set_up().steps] == [type(step.action) for step in predicted.steps]


NAMED = [{**ROWS[0], "from": {"w1": ["w1.example.com", OTHERS[0]], "lb.example.com": ["lb.example.com"]}}]


def test_names_are_asked_for_on_the_node(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, t.Any] = {"w1.example.com": (), "lb.example.com": ("2001:db8::9", OTHERS[1])}
    monkeypatch.setattr(surroundings, "look_up", known.__getitem__)
    node.set_up(understood=NAMED)
    assert OTHERS[0] in node.table and OTHERS[1] in node.table and "2001:db8::9" in node.table
    # While no name server answers, they are what they were.
    known["lb.example.com"] = None
    assert node.go(understood=NAMED)[0] == Plan()
    known["lb.example.com"] = ()
    with pytest.raises(OperatorError) as caught:
        node.go(understood=NAMED)
    assert caught.value.code == "RC-462" and "lb.example.com has no address" in caught.value.what


def test_a_name_that_was_never_known_is_told(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "look_up", lambda _name: None)
    with pytest.raises(OperatorError) as caught:
        node.go(understood=NAMED)
    assert caught.value.why == "no name server answers" and "lb.example.com" in caught.value.what
    assert node.table == ""
