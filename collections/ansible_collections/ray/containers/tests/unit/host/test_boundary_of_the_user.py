# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The face of the Ray user's territory: all is done by a child with that account's rights, in bounded time."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import signal
import stat
import subprocess
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host import files, removal, user_files, user_namespace
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import UserFiles
from ansible_collections.ray.containers.plugins.module_utils._host.user_process import (
    Ended,
    UserProcess,
    become_account,
)
from ansible_collections.ray.containers.tests.unit.fakes.hostile import Place, attacking, in_place, inventory

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")


@pytest.fixture(name="place")
def a_place() -> t.Iterator[Place]:
    with in_place() as place:
        yield place


@pytest.fixture(name="process")
def a_process(place: Place) -> t.Iterator[UserProcess]:
    process = UserProcess(lambda: become_account(place.user))
    yield process
    process._end()


@pytest.fixture(name="territory")
def a_territory(place: Place, process: UserProcess) -> UserFiles:
    return UserFiles(place.user.pw_name, process.ask)


def refused(act: t.Callable[..., t.Any], *arguments: t.Any, **further: t.Any) -> OperatorError:
    began = time.monotonic()
    with pytest.raises(OperatorError) as raised:
        act(*arguments, **further)
    assert time.monotonic() - began < 5
    assert raised.value.remedy
    return raised.value


def test_what_is_made_is_the_users(place: Place, territory: UserFiles) -> None:
    path = place.home / "a" / "b" / "file"
    territory.write_text(str(path), "text \udcff\n", mode=0o600)
    assert territory.read_text(str(path)) == "text \udcff\n"
    assert path.read_bytes() == b"text \xff\n"
    found = territory.state(str(path))
    assert found is not None
    assert (found.kind, found.mode, found.owner, found.uid, found.size) == (
        "file",
        0o600,
        place.user.pw_name,
        path.stat().st_uid,
        7,
    )
    territory.make_directory(str(place.home / "c"), mode=0o711)
    made = territory.make_temporary(str(place.home), "work-", mode=0o755)
    modes = {each: stat.S_IMODE(each.stat().st_mode) for each in (place.home / "a", place.home / "c", Path(made))}
    assert list(modes.values()) == [0o755, 0o711, 0o755]
    assert {each.stat().st_uid for each in (path, *modes)} == {place.user.pw_uid}
    assert territory.names(str(place.home)) == ["a", "c", Path(made).name]
    assert [each.path for each in territory.find(str(path.parent), "f*")] == [str(path)]
    assert territory.resolve(str(place.home / "a" / ".." / "c")) == str(place.home / "c")
    assert territory.read_part(str(path), 3, -3) == b" \xff\n"
    assert territory.read_all([str(path), str(place.home / "none")], 4) == {str(path): "text"}
    assert territory.remove(str(place.home / "a")) == ()
    assert territory.remove(str(place.home / "a")) == ()
    assert not path.exists()


def test_nothing_is_there_where_nothing_is(place: Place, territory: UserFiles) -> None:
    nowhere = str(place.home / "none" / "x")
    assert territory.read_text(nowhere) is None
    assert territory.state(nowhere) is None
    assert territory.names(nowhere) == []
    assert territory.find(nowhere, "*") == []
    assert territory.resolve(nowhere) == ""
    assert not territory.is_directory(nowhere)


def test_an_account_that_is_not_there_has_an_empty_territory(place: Place) -> None:
    territory = user_files.files_of("no-such-account-here")
    assert territory.read_text(str(place.secret)) is None
    assert territory.names("/") == []
    assert refused(territory.write_text, str(place.home / "x"), "x").code == "RC-391"
    assert refused(territory.make_temporary, "/tmp", "x").code == "RC-391"


def test_an_account_that_is_made_has_a_territory_from_then_on(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user_files, "_known", {})
    accounts = {"nobody": place.user}

    def getpwnam(name: str) -> pwd.struct_passwd:
        return accounts[name]

    monkeypatch.setattr(pwd, "getpwnam", getpwnam)
    assert user_files.files_of("made-later").state(str(place.home)) is None
    accounts["made-later"] = place.user
    user_files.files_of("made-later").write_text(str(place.home / "x"), "x")
    assert (place.home / "x").stat().st_uid == place.user.pw_uid
    assert user_files.files_of("made-later") is user_files.files_of("made-later")


def test_a_link_leads_no_further_than_the_user_may_go(place: Place, territory: UserFiles) -> None:
    place.does("ln -s $1/secret secret; ln -s $1 victim; mkdir a; ln -s $1 a/b", str(place.victim))
    before = inventory(place.victim)
    for name in ("secret", "victim/secret", "a/b/secret"):
        error = refused(territory.read_text, str(place.home / name))
        assert (error.code, error.why) == ("RC-391", "Permission denied")
    assert "leads to " + str(place.victim) in refused(territory.write_text, str(place.home / "a/b/c"), "x").why
    assert refused(territory.make_directory, str(place.home / "victim"), mode=0o777).code == "RC-391"
    assert territory.read_text(str(place.home / "victim" / "open")) == "what everybody may know\n"
    assert territory.remove(str(place.home / "a" / "b" / "secret")) != ()
    assert territory.remove(str(place.home / "victim")) == ()
    assert inventory(place.victim) == before


def test_what_is_no_file_is_one_sentence(place: Place, territory: UserFiles) -> None:
    place.does(
        "mkfifo fifo; ln -s /dev/zero zero; ln -s loop loop; mkdir directory; ln -s nowhere/at/all dangling; echo x > file"
    )
    subprocess.run(["python3", "-c", "import socket; socket.socket(1).bind('socket')"], cwd=place.home, check=True)
    home = str(place.home)
    for name, why in (
        ("fifo", "it is a FIFO"),
        ("zero", "it is a device"),
        ("directory", "it is a directory"),
        ("loop", "Too many levels of symbolic links"),
        ("socket", "No such device or address"),
    ):
        assert refused(territory.read_text, f"{home}/{name}").why == why
    assert refused(territory.write_text, f"{home}/directory", "x").why == "it is a directory"
    for name, kind in (("file", "file"), ("fifo", "FIFO"), ("dangling", "link that leads to no directory")):
        assert refused(territory.write_text, f"{home}/{name}/x", "x").why == f"{home}/{name} is a {kind}"
        assert refused(territory.make_directory, f"{home}/{name}").why == f"{home}/{name} is a {kind}"
    territory.write_text(f"{home}/fifo", "a file again")
    assert territory.read_text(f"{home}/fifo") == "a file again"


def test_a_file_without_end_ends(place: Place, territory: UserFiles) -> None:
    place.does("truncate -s 10G sparse; ln -s /proc/self/environ endless; seq 30000 > many")
    assert refused(territory.read_text, str(place.home / "sparse")).why.startswith("it holds more than")
    assert territory.read_part(str(place.home / "sparse"), 1000, -1000) == bytes(1000)
    assert territory.read_part(str(place.home / "sparse"), 1000, 5 * 2**30) == bytes(1000)
    assert territory.read_part(str(place.home / "many"), 6, -6) == b"30000\n"
    place.does("mkdir crowd; cd crowd; seq 21000 | xargs touch")
    assert "more than" in refused(territory.names, str(place.home / "crowd")).why


#: Puts a link in the place of every temporary file that appears, as fast as it can.
SWAPS = """
import os, sys
print(flush=True)
while True:
    for name in os.listdir("."):
        if name.startswith(".file."):
            try:
                os.rename(name, "taken"); os.symlink(sys.argv[1], name)
            except OSError:
                pass
"""


def test_a_swapped_temporary_file_gives_nothing_away(place: Place, territory: UserFiles) -> None:
    before = inventory(place.victim)
    with attacking(place, SWAPS, str(place.secret)):
        for _time in range(100):
            # The account may spoil its own file, and does.
            with contextlib.suppress(OperatorError):
                territory.write_text(str(place.home / "file"), "x" * 4096, mode=0o666)
    assert inventory(place.victim) == before


def test_a_tree_may_be_deep_closed_and_full(place: Place, territory: UserFiles) -> None:
    place.does("mkdir -p tree/closed/x; ln -s $1 tree/victim; cd tree; seq 9000 | xargs touch", str(place.victim))
    above = os.open(place.home / "tree", os.O_RDONLY)
    for _level in range(500):
        os.mkdir("d", dir_fd=above)
        os.chown("d", place.user.pw_uid, place.user.pw_gid, dir_fd=above)
        below = os.open("d", os.O_RDONLY, dir_fd=above)
        os.close(above)
        above = below
    os.close(above)
    before = inventory(place.victim)
    assert territory.remove(str(place.home / "tree")) == ()
    assert not (place.home / "tree").exists()
    assert inventory(place.victim) == before


def test_the_child_has_the_rights_of_the_account_and_nothing_of_the_module(
    place: Place, process: UserProcess, territory: UserFiles
) -> None:
    with open(place.secret, encoding="ascii") as ours:
        territory.names("/")
        directory = Path(f"/proc/{process._pid}")
        said = dict(line.split(":\t", 1) for line in (directory / "status").read_text().splitlines() if ":\t" in line)
        descriptors = [os.readlink(each) for each in (directory / "fd").iterdir()]
        assert ours.fileno() > 2
    assert said["Uid"].split() == [str(place.user.pw_uid)] * 4
    assert said["Gid"].split() == [str(place.user.pw_gid)] * 4
    assert set(said["Groups"].split()) <= {
        str(group) for group in os.getgrouplist(place.user.pw_name, place.user.pw_gid)
    }
    assert {said[name] for name in ("CapPrm", "CapEff", "CapInh", "CapAmb")} == {"0" * 16}
    assert sorted(each.partition(":")[0] for each in descriptors) == ["/dev/null"] * 3 + ["socket"]
    # What the module knows lies in the child's memory, too.
    for name in ("mem", "environ", "maps", "fd/0"):
        with pytest.raises(subprocess.CalledProcessError):
            place.does(f"head -c 1 {directory}/{name} 2>/dev/null >/dev/null")


def test_a_child_that_is_killed_is_a_sentence(place: Place, process: UserProcess, territory: UserFiles) -> None:
    territory.names("/")
    place.does(f"kill -KILL {process._pid}")
    error = refused(territory.names, "/")
    assert error.code == "RC-392"
    assert "was ended" in error.why or "reset" in error.why or "pipe" in error.why


def test_what_does_not_answer_is_given_up_and_not_asked_again(place: Place, process: UserProcess) -> None:
    process.ask({"do": "list", "path": "/"}, b"", 5)
    pid = process._pid
    os.kill(pid, signal.SIGSTOP)
    began = time.monotonic()
    for _twice in range(2):
        with pytest.raises(Ended, match="no end after 1 seconds"):
            process.ask({"do": "list", "path": "/"}, b"", 1)
    assert time.monotonic() - began < 3
    assert not Path(f"/proc/{pid}").exists()


@pytest.fixture(name="silent_mount")
def a_silent_mount(place: Place) -> t.Iterator[Path]:
    """A file system of the account's own, which never answers: who looks into it waits for it."""
    path = place.home / "silent"
    path.mkdir()
    try:
        device = os.open("/dev/fuse", os.O_RDWR)
    except OSError:
        pytest.skip("this machine has no FUSE")
    libc = ctypes.CDLL(None, use_errno=True)
    options = f"fd={device},rootmode=40000,user_id={place.user.pw_uid},group_id={place.user.pw_gid}"
    if libc.mount(b"fuse", str(path).encode(), b"fuse", 0, options.encode()):
        os.close(device)
        pytest.skip("no file system can be mounted here")
    yield path
    libc.umount2(str(path).encode(), 2)
    os.close(device)


def test_a_file_system_that_hangs_hangs_nobody(silent_mount: Path, process: UserProcess) -> None:
    began = time.monotonic()
    with pytest.raises(Ended):
        process.ask({"do": "read", "path": str(silent_mount / "x"), "limit": 9, "start": 0, "cut": False}, b"", 1)
    assert time.monotonic() - began < 3


def test_what_containers_have_left_goes_too(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    store = place.root / "store"
    (store / "layer" / "file").mkdir(parents=True)
    (store / "victim").symlink_to(place.victim)
    for path, uid in ((store, place.user.pw_uid), (store / "layer", 100005), (store / "layer" / "file", 100006)):
        os.chown(path, uid, uid)
        path.chmod(0o700)
    before = inventory(place.victim)
    owner = Account(place.user.pw_name, place.user.pw_uid, place.user.pw_gid, "", str(place.home))
    monkeypatch.setattr(removal, "account", lambda _name: owner)
    monkeypatch.setattr(files, "read_text", lambda _path: f"{place.user.pw_name}:100000:65536\n")
    # Its own, with those of its containers, in a directory of root's.
    removal.remove_shared(str(store), place.user.pw_name)
    assert not store.exists()
    # And nothing else, whatever it is called.
    for path in (place.victim, place.secret):
        namespace = user_namespace.files_in_namespace(owner)
        assert namespace.remove(str(path)) != ()
    place.does("mkdir way; ln -s $1 way/victim", str(place.victim))
    error = refused(removal.remove_shared, str(place.home / "way" / "victim" / "secret"), place.user.pw_name)
    assert error.code == "RC-391"
    assert inventory(place.victim) == before


def test_the_ids_of_a_namespace_are_the_accounts_alone() -> None:
    text = "other:100000:65536\nray:165536:65536\n1000:300000:10\nray:0:0\n"
    own = Account("ray", 1000, 1000, "ray", "/home/ray")
    assert user_namespace.id_map(1000, text, own) == "0 1000 1\n1 165536 65536\n65537 300000 10\n"


def test_roots_directory_with_the_users_in_it_goes_in_two_parts(place: Place) -> None:
    state = place.root / "state"
    (state / "users" / "deep").mkdir(parents=True)
    (state / "roots").mkdir()
    for path in (state / "users", state / "users" / "deep"):
        os.chown(path, place.user.pw_uid, place.user.pw_gid)
    removal.remove_shared(str(state), place.user.pw_name)
    assert not state.exists()
    other = pwd.getpwuid(1)
    (state / "theirs" / "deep").mkdir(parents=True)
    os.chown(state / "theirs", other.pw_uid, other.pw_gid)
    assert "another account's" in refused(removal.remove_shared, str(state), place.user.pw_name).why
