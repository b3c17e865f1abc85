# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rotation of the token does to a raylet: it is emptied, or held with the new token beside it."""

from __future__ import annotations

import dataclasses
import itertools
import os
import signal
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.plan import (
    Configure,
    RayletFound,
    TokenFile,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.rotation import (
    Hold,
    MoveReplicas,
    plan_rotation,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.service import Service
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.ray import processes
from ansible_collections.ray.containers.plugins.module_utils._host.ray.processes import RayProcesses
from ansible_collections.ray.containers.plugins.module_utils._resource import raylet_rotation
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

HELD = RayletSpec(
    "worker",
    "ray",
    "/opt/ray/x",
    "2.60.0",
    "192.0.2.1",
    auth_token="new-token",
    state="held",
)
EMPTIED = dataclasses.replace(HELD, role="head", state="emptied")
FOUND = RayletFound(
    service=Service(uid=1000, group="ray", home="/home/ray", open_files=(1, 1)),
    unit="a unit",
    tmpfiles=None,
    token=TokenFile("old-token", private=True),
    active=True,
    enabled=True,
    main_pid=1,
    restart_due=False,
    ill="",
)
ME = Account("ray", os.getuid(), os.getgid(), "", "/home/ray")


def kinds(spec: RayletSpec, **found: t.Any) -> list[type]:
    return [type(step.action) for step in plan_rotation(spec, dataclasses.replace(FOUND, **found)).steps]


def test_a_worker_gets_the_new_token_first_and_is_held_then() -> None:
    # Whatever ends its Ray from now on, systemd starts it with the new one; and it counts as to be restarted.
    assert kinds(HELD) == [Configure, Hold]
    (step, _hold) = plan_rotation(HELD, FOUND).steps
    assert step.action.together and "new-token" not in step.summary + step.before + step.after


def test_a_run_that_was_killed_has_nothing_more_to_do() -> None:
    assert kinds(HELD, token=TokenFile("new-token", private=True), held=True) == []
    assert kinds(HELD, token=TokenFile("new-token", private=True)) == [Hold]
    assert kinds(HELD, active=False) == kinds(EMPTIED, active=False) == []


def test_a_node_without_replicas_need_not_be_emptied() -> None:
    assert kinds(EMPTIED) == []
    assert kinds(EMPTIED, replicas=("a:b",)) == [MoveReplicas]


def ended(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def state(process: subprocess.Popen[bytes]) -> str:
    return processes._state(str(process.pid))


def test_ray_itself_is_held_and_no_application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sleep = "import time; time.sleep(60)"
    started = {
        name: subprocess.Popen([name, "-c", sleep, *words], executable=sys.executable)
        for name, words in {
            "/x/raylet/raylet": (),
            "/x/bin/python": ("/x/ray/dashboard/agent.py", "--node-id=1"),
            "/y/bin/python": ("/y/ray/_private/log_monitor.py",),
            "ray::ServeReplica:a:b": (),
            "ray::ProxyActor": (),
            "podman": ("run", "image", "/ray/dashboard.py"),
        }.items()
    }
    try:
        monkeypatch.setattr(processes, "_processes_of", lambda _uid: [str(each.pid) for each in started.values()])
        for _wait in range(100):
            if all(b"time.sleep" in Path(f"/proc/{each.pid}/cmdline").read_bytes() for each in started.values()):
                break
            time.sleep(0.05)
        own = processes.own_processes(ME)
        assert set(own) == {started[name].pid for name in ("/x/raylet/raylet", "/x/bin/python", "/y/bin/python")}
        assert not any(own.values())
        commands = FakeCommands({"systemctl": "", "systemd-run": "", "/bin/kill": kill})
        raylet_rotation._hold(ME, commands)
        held = {name for name, each in started.items() if state(each) == "T"}
        assert held == {"/x/raylet/raylet", "/x/bin/python", "/y/bin/python"}
        assert all(processes.own_processes(ME).values())
        # Before anything is held there is somebody who lets it go again.
        assert [action.split()[0] for action in commands.actions[:2]] == ["systemctl", "systemd-run"]
        assert commands.actions[2].startswith("[ray] /bin/kill -STOP")
    finally:
        for each in started.values():
            ended(each)


def kill(argv: tuple[str, ...]) -> str:
    for pid in argv[2:]:
        os.kill(int(pid), signal.SIGSTOP)
    time.sleep(0.2)
    return ""


def test_replicas_that_do_not_move_stop_the_rotation(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = itertools.count(step=300)
    monkeypatch.setattr(time, "monotonic", lambda: float(next(seconds)))
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(raylet_rotation, "ray_processes", lambda _user: RayProcesses(("a:b",), "ab12", 30.0))
    monkeypatch.setattr(raylet_rotation, "leave", lambda _spec, _commands, _node: True)
    with pytest.raises(OperatorError, match=r"do not move: a:b had no other in its place after 880 s"):
        raylet_rotation._move(EMPTIED, ME, FakeCommands({}))
    monkeypatch.setattr(raylet_rotation, "leave", lambda _spec, _commands, _node: False)
    with pytest.raises(OperatorError, match="cannot move"):
        raylet_rotation._move(EMPTIED, ME, FakeCommands({}))
