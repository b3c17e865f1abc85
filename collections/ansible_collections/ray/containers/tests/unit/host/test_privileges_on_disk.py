# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an account can become root, looked for on a host of the test's own; accounts are played by root."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host import records
from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._host.privileges import access, changes, examination
from ansible_collections.ray.containers.plugins.module_utils._host.privileges.access import Identity
from ansible_collections.ray.containers.plugins.module_utils._resource import ray_user_powers
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

RAY = Identity("ray", 65001, (65001, 65002), ("ray",))
REFUSED = "User ray is not allowed to run sudo on here.\n"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="other accounts are played by root")


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Places of root's below a directory, all well."""
    for path in (tmp_path, *tmp_path.parents):
        if path != Path("/tmp"):
            path.chmod(0o755)
    for name in ("bin", "sbin", "units", "sudoers.d", "home"):
        (tmp_path / name).mkdir()
    for name in ("bin/tool", "sbin/daemon", "passwd", "sudoers"):
        (tmp_path / name).write_text("")
    os.chown(tmp_path / "home", RAY.uid, RAY.uid)
    for module in (changes, examination):
        monkeypatch.setattr(
            module, "SMALL", (str(tmp_path / "bin"), str(tmp_path / "units"), str(tmp_path / "sudoers.d"))
        )
        monkeypatch.setattr(module, "LARGE", (str(tmp_path / "sbin"),))
        monkeypatch.setattr(module, "FILES", (str(tmp_path / "passwd"), str(tmp_path / "sudoers")))
        monkeypatch.setattr(module, "ABOVE", (str(tmp_path),))
        monkeypatch.setattr(module, "SERVICES", (str(tmp_path / "docker.sock"),))
    monkeypatch.setattr(examination, "SUDOERS", str(tmp_path / "sudoers"))
    monkeypatch.setattr(examination, "UNITS", (str(tmp_path / "units"),))
    for name in ("DOAS", "POLKIT", "TABLES", "DISKS"):
        monkeypatch.setattr(examination, name, ())
    monkeypatch.setattr(examination, "_has", lambda program: program == "sudo")
    monkeypatch.setattr(records, "DIRECTORY", str(tmp_path / "records"))
    return tmp_path


def examined(commands: FakeCommands | None = None, *, exists: bool = True) -> list[str]:
    commands = commands or FakeCommands({"sudo": REFUSED})
    return [f"{each.entry.code} {each.evidence}" for each in examination.examine(commands, RAY, exists=exists)]


def test_a_host_that_is_well_has_no_findings(host: Path) -> None:
    commands = FakeCommands({"sudo": REFUSED})
    assert examined(commands) == []
    assert commands.actions == ["sudo -n -l -U ray"]


@pytest.mark.parametrize("place", ["bin", "bin/tool", "sbin", "sbin/daemon", "passwd", "sudoers.d", ""])
@pytest.mark.parametrize("how", ["owner", "group", "others"])
def test_what_the_account_may_change_is_found(host: Path, place: str, how: str) -> None:
    path = host / place
    os.chown(path, RAY.uid if how == "owner" else 0, RAY.groups[1] if how == "group" else 0)
    path.chmod({"owner": 0o755, "group": 0o775, "others": 0o757}[how])
    assert examined() == [f"RC-255 it may change {path}"]


def test_an_access_list_counts_too(host: Path) -> None:
    entries = access_list_of(RAY.uid)
    os.setxattr(host / "bin/tool", "system.posix_acl_access", entries)
    assert examined() == [f"RC-255 it may change {host / 'bin/tool'}"]


def access_list_of(uid: int) -> bytes:
    from ansible_collections.ray.containers.plugins.module_utils._core.raylet.temp_directory import access_list

    return access_list(uid)


def test_a_masked_unit_and_a_link_into_the_users_home(host: Path) -> None:
    (host / "units/masked.service").symlink_to("/dev/null")
    assert examined() == []
    (host / "home/mine").write_text("")
    os.chown(host / "home/mine", RAY.uid, RAY.uid)
    (host / "bin/mine").symlink_to(host / "home/mine")
    assert examined() == [f"RC-255 it may change {host / 'bin/mine'}"]


@pytest.mark.parametrize(
    ("unit", "found"),
    [
        ("ExecStart={home}/run", True),
        ("ExecStart={home}/yet/to/make", True),
        ("User=ray\nExecStart={home}/run", False),
        ("ExecStart={bin}/tool", False),
        ("ExecStart=/usr/bin/python3 {home}/run.py", True),
    ],
)
def test_programs_of_roots_services(host: Path, unit: str, found: bool) -> None:
    text = "[Service]\n" + unit.format(home=host / "home", bin=host / "bin")
    (host / "units/x.service").write_text(text)
    assert bool(examined()) is found


def test_a_socket_that_it_may_open(host: Path) -> None:
    (host / "docker.sock").write_text("")
    (host / "docker.sock").chmod(0o660)
    assert examined() == []
    os.chown(host / "docker.sock", 0, RAY.groups[1])
    assert examined() == [f"RC-255 it may open {host / 'docker.sock'}, which is as good as being root"]


def test_sudo_itself_is_asked_and_its_files_are_read_where_it_cannot_be(host: Path) -> None:
    (host / "sudoers").write_text(f"@includedir {host / 'sudoers.d'}\n")
    (host / "sudoers.d/90-ray").write_text("ray ALL=(ALL) NOPASSWD:ALL\n")
    (host / "sudoers.d/old.bak").write_text("nonsense\n")
    listed = "User ray may run the following commands on here:\n    (ALL) NOPASSWD: ALL\n"
    assert examined(FakeCommands({"sudo": listed})) == ["RC-253 sudo lets it run (ALL) NOPASSWD: ALL"]
    assert examined(FakeCommands({"sudo": REFUSED})) == []
    told = ["RC-253 sudo lets it run (ALL) NOPASSWD:ALL"]
    commands = FakeCommands()
    assert examined(commands, exists=False) == told
    assert commands.actions == []
    assert examined(FakeCommands({"sudo": Completed((), 1, "", "sudo: unable to initialize policy plugin")})) == told


def test_files_that_include_each_other_are_read_once(host: Path) -> None:
    (host / "sudoers").write_text(f"@include {host / 'sudoers'}\n@include {host / 'sudoers.d/x'}\n")
    (host / "sudoers.d/x").write_text(f"@include {host / 'sudoers'}\nray ALL=ALL\n")
    assert examined(exists=False) == ["RC-253 sudo lets it run ALL"]


@pytest.mark.parametrize(
    "change",
    [
        lambda host: (host / "bin/new").write_text(""),
        lambda host: (host / "bin/tool").chmod(0o777),
        lambda host: os.chown(host / "bin/tool", RAY.uid, -1),
        lambda host: (host / "bin").chmod(0o777),
        lambda host: (host / "sbin/new").write_text(""),
        lambda host: (host / "sudoers.d/ray").write_text("ray ALL=ALL"),
        lambda host: (host / "sudoers").write_text("ray ALL=ALL"),
        lambda host: host.chmod(0o777),
        lambda host: (host / "docker.sock").write_text(""),
    ],
)
def test_every_change_is_looked_at_anew(host: Path, change: object) -> None:
    before = changes.fingerprint("ray", 1000, ())
    assert changes.fingerprint("ray", 1000, ()) == before
    assert callable(change)
    change(host)
    assert changes.fingerprint("ray", 1000, ()) != before


def test_other_groups_are_looked_at_anew_and_our_own_files_are_not(host: Path) -> None:
    before = changes.fingerprint("ray", 1000, ("ray",))
    assert changes.fingerprint("ray", 1000, ("ray", "docker")) != before
    (host / "units/raylet.service").write_text("x")
    (host / "units/multi-user.target.wants").mkdir()
    assert changes.fingerprint("ray", 1000, ("ray",)) == before


def test_what_was_noted_is_not_asked_again(host: Path) -> None:
    commands = FakeCommands({"sudo": "User root may run the following commands on here:\n    (ALL) ALL\n"})
    first = ray_user_powers.look(commands, "root", 0, 0)
    assert (first.noted, first.found[0]) == (False, ("RC-253", "sudo lets it run (ALL) ALL"))
    changes.note("root", first.now, [list(each) for each in first.found])
    commands.actions.clear()
    again = ray_user_powers.look(commands, "root", 0, 0)
    assert (again.noted, again.found) == (True, first.found)
    assert commands.actions == []
    (host / "sudoers").write_text("# another one\n")
    assert not ray_user_powers.look(commands, "root", 0, 0).noted
    assert commands.actions == ["sudo -n -l -U root"]


def test_an_account_that_is_yet_to_make_is_refused_for_its_rule(host: Path) -> None:
    ray_user_powers.refuse(FakeCommands(), "ray-of-nobody", "refuse")
    (host / "sudoers").write_text("ray-of-nobody ALL=NOPASSWD: ALL\n")
    with pytest.raises(OperatorError, match="NOPASSWD: ALL") as raised:
        ray_user_powers.refuse(FakeCommands(), "ray-of-nobody", "refuse")
    assert raised.value.code == "RC-253"
    ray_user_powers.refuse(FakeCommands(), "ray-of-nobody", "allow")


def test_a_child_that_fails_is_not_taken_for_an_answer(host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_become", lambda _identity: 1 / 0)
    with pytest.raises(OperatorError, match="without an answer"):
        access.permitted(RAY, places=["/"], devices=[], programs=[])
