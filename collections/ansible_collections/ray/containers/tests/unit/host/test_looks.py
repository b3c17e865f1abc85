# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The looks at this host: files, processes and ports as they really are."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import Subject
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_podman import PodmanFacts
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.file_state import owner_name
from ansible_collections.ray.containers.plugins.module_utils._host.looks import (
    account,
    kernel,
    network,
    podman,
    processes,
    runtime,
    unit,
)
from ansible_collections.ray.containers.plugins.module_utils._host.podman import shared_memory
from ansible_collections.ray.containers.plugins.module_utils._resource import diagnosis_looks
from ansible_collections.ray.containers.plugins.module_utils._resource.diagnosis_of_raylet import Raylet
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

WHO = owner_name(os.getuid())
ME = Subject(WHO, os.getuid(), "/")


def test_a_small_file_of_the_users_is_read_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "pause.pid").write_text("812", encoding="utf-8")
    os.mkfifo(tmp_path / "fifo")
    assert account.short_text(str(tmp_path / "pause.pid"), WHO) == "812"
    assert [account.short_text(str(tmp_path / name), WHO) for name in ("none", "fifo", ".")] == ["", "", ""]


def test_what_stands_at_a_path_is_told_without_following_it(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    found = account.path_facts(str(tmp_path / "link"))
    assert found and found.kind == "l"
    assert account.path_facts(str(tmp_path / "none")) is None


def test_who_listens_on_a_port_is_told() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        (found,) = processes.listeners({port}, os.getuid(), 0)
        assert (found.port, found.address, found.pid) == (port, "127.0.0.1", os.getpid())
        assert found.rays
        (of_another,) = processes.listeners({port}, os.getuid() + 1, 0)
        assert not of_another.rays
        # Only a proxy of Serve's may have its port, whoever runs it.
        (on_proxy,) = processes.listeners({port}, os.getuid(), port)
        assert not on_proxy.rays
    assert processes.listeners({port}, os.getuid(), 0) == ()


def test_the_variables_of_a_process_are_read() -> None:
    assert (processes.environment_of(os.getpid(), WHO) or {}).keys() & {"PATH", "HOME"}
    assert processes.environment_of(2**22 + 1, WHO) is None


def test_disks_are_told_once_each(tmp_path: Path) -> None:
    (found,) = kernel.disk_facts([str(tmp_path), str(tmp_path.parent), str(tmp_path / "none")])
    assert found.paths == (str(tmp_path), str(tmp_path.parent))
    assert 0 <= found.free <= found.size


def test_the_kernels_counts_are_those_of_the_account() -> None:
    facts = kernel.kernel_facts(ME, {"TasksCurrent": "3", "TasksMax": "infinity", "Delegate": "no"}, "runc")
    assert facts.instances is not None and facts.instances >= 0
    assert (facts.tasks, facts.delegated, facts.runtime) == ((3, None), False, "runc")
    assert facts.layout in ("v1", "v2", "hybrid")


def test_what_of_a_store_is_somebody_elses(tmp_path: Path) -> None:
    (tmp_path / "libpod").mkdir()
    (tmp_path / "libpod" / "db.sql").touch()
    assert podman.store_facts(ME, str(tmp_path), PodmanFacts()).foreign is None
    # This test's own account has a name; a subordinate id has none.
    foreign = podman.store_facts(Subject("other", os.getuid() + 1), str(tmp_path), PodmanFacts()).foreign
    assert foreign and foreign.path == str(tmp_path)


def test_podman_remembers_an_overlay_that_did_not_work(tmp_path: Path) -> None:
    (tmp_path / "overlay").mkdir()
    (tmp_path / "overlay" / "overlay-false").write_text("not supported over overlayfs", encoding="utf-8")
    facts = podman.store_facts(ME, str(tmp_path / "store"), PodmanFacts(store={"runRoot": str(tmp_path)}))
    assert facts.refused == f"{tmp_path}/overlay/overlay-false: not supported over overlayfs"


SHOWN = (
    "LoadState=loaded\nActiveState=active\nMainPID={pid}\nDropInPaths={path}\nActiveEnterTimestampMonotonic={since}\n"
)


def test_a_drop_in_is_told_by_what_it_sets_and_never_by_its_values(tmp_path: Path) -> None:
    path = tmp_path / "raylet.service.d" / "x.conf"
    path.parent.mkdir()
    path.write_text("[Service]\n# why\nEnvironment=TOKEN=hunter2\nUnsetEnvironment=HOME\n", encoding="utf-8")
    shown = SHOWN.format(pid=os.getpid(), path=path, since=int((time.monotonic() - 60) * 1e6))
    facts = unit.unit_facts(FakeCommands({"systemctl show": shown}), 'Environment="A=1 2"\n', ME, 2.0)
    assert facts.drop_ins[0].settings == ("Environment=TOKEN", "UnsetEnvironment=HOME")
    assert facts.written == {"A": "1 2"}
    assert facts.running is not None and "PATH" in facts.running
    assert facts.age == pytest.approx(60, abs=5)
    assert unit.unit_facts(FakeCommands({"systemctl show": ""}), "", ME, 2.0).problem


def test_the_session_is_looked_at_without_following_its_link(tmp_path: Path) -> None:
    session = tmp_path / "session_2026"
    session.mkdir()
    (tmp_path / "session_latest").symlink_to(session)
    facts = unit.session_facts(str(tmp_path), {"session_dir": str(session), "raylet_socket_name": f"{session}/raylet"})
    assert facts.latest and facts.latest.path == str(session)
    assert facts.gone == (f"{session}/raylet",)
    assert unit.session_facts(str(tmp_path / "none"), None).directory is None


def test_all_looks_are_asked_side_by_side_and_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """On whatever host this is: every question gets an answer, or the reason why there is none."""
    monkeypatch.setattr(diagnosis_looks, "TIME", 2.0)
    monkeypatch.setattr(os, "getloadavg", lambda: (0.5, 0.5, 0.5))
    monkeypatch.setattr(diagnosis_looks, "running_raylet", lambda _uid: None)

    def hang(_self: object) -> tuple[()]:
        time.sleep(4)
        return ()

    def fail(_self: object) -> tuple[()]:
        raise KeyError("nobody thought of it")

    monkeypatch.setattr(diagnosis_looks._Looks, "disks", hang)
    monkeypatch.setattr(diagnosis_looks._Looks, "ports", fail)
    around = diagnosis_looks.Around(
        "nobody-of-that-name", Raylet(False, "", "", "192.0.2.1:6379"), "", "/tmp/none", "/none"
    )
    began = time.monotonic()
    looks = diagnosis_looks.looks_at(around, FakeCommands({"systemctl show": "ActiveState=active\n"}))
    assert time.monotonic() - began < 3.5
    by_question = {look.question: look for look in looks}
    assert by_question["disks"].unanswered == "no answer within 2 s"
    assert by_question["ports"].unanswered == "KeyError: 'nobody thought of it'"
    assert [held.fault.code for held in by_question["account"].held] == ["RC-500"]
    assert by_question["podman" if "podman" in by_question else "programs"].moot


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A virtual environment with a Ray in it."""
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    for name in ("bin/python", "bin/ray", *(f"{packages}/ray/{needed}" for needed in runtime.NEEDED)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch(0o755)
    (packages / "ray-2.60.0.dist-info").mkdir()
    (packages / "ray" / "_version.py").write_text('version = "2.60.0"\ncommit = "b7f4"\n', encoding="utf-8")
    return tmp_path


def test_ray_on_the_disk_is_looked_at(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "require_roots", lambda _path: None)
    program = f"{environment}/bin/ray"

    def looked() -> tuple[str, str, str]:
        facts = runtime.runtime_facts(program, FakeCommands(), 2.0)
        return facts.broken, facts.installed, facts.named

    assert looked() == ("", "2.60.0", "2.60.0")
    packages = environment / "lib" / "python3.11" / "site-packages"
    (packages / "ray" / "_version.py").write_text('version = "2.59.0"\n', encoding="utf-8")
    assert looked() == ("", "2.59.0", "2.60.0")
    (packages / "ray" / runtime.NEEDED[0]).unlink()
    assert looked()[0].endswith("raylet: no such file")
    (environment / "bin" / "ray").chmod(0o644)
    assert looked()[0] == f"{program} lacks the x permission"
    assert runtime.runtime_facts("ray", FakeCommands(), 2.0).program == ""


def test_a_busy_node_is_given_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    for load, seconds in ((0.1, 3.0), (2.0, 3.0), (4.0, 6.0), (100.0, 12.0)):
        monkeypatch.setattr(os, "getloadavg", lambda load=load: (load, 0.0, 0.0))
        assert diagnosis_looks._time() == seconds


def test_the_ports_of_other_nodes_are_tried() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        ports = {"node-manager-port": listening.getsockname()[1], "port": 1}
        (found,) = network.nodes_reached(["127.0.0.1"], ports, 2.0)
    assert (found.host, found.name, found.problem) == ("127.0.0.1", "node-manager-port", "")
    assert network.nodes_reached([], ports, 2.0) == ()


def test_locks_are_given_back_by_a_descriptor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locks = tmp_path / "locks"
    monkeypatch.setattr(shared_memory, "locks_of", lambda _uid: str(locks))
    assert shared_memory.locks_owner(os.getuid()) == ""
    locks.touch(0o644)
    assert shared_memory.locks_owner(os.getuid()) == WHO
    shared_memory.give_locks_back(os.getuid(), os.getgid())
    assert locks.stat().st_mode & 0o777 == 0o600
    os.link(locks, tmp_path / "another")
    with pytest.raises(OperatorError, match="no file of its own"):
        shared_memory.give_locks_back(os.getuid(), os.getgid())
    locks.unlink()
    locks.symlink_to(tmp_path / "another")
    with pytest.raises(OSError, match="symbolic link"):
        shared_memory.give_locks_back(os.getuid(), os.getgid())
