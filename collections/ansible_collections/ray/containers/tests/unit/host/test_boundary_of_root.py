# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Root's face of files: whatever an account does in its own directories, root does not follow it there."""

from __future__ import annotations

import os
import stat
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.tests.unit.fakes.hostile import Place, attacking, in_place, inventory

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="there is a boundary only where root is on one side of it")


@pytest.fixture(name="place")
def a_place() -> t.Iterator[Place]:
    with in_place() as place:
        yield place


def test_files_and_directories_are_made_and_replaced(place: Place) -> None:
    path = place.root / "etc" / "conf.d" / "a"
    files.write_text(str(path), "one\n", mode=0o600)
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("one\n", 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o755
    files.write_text(str(path), "two\n", gid=place.user.pw_gid)
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode), path.stat().st_gid) == (
        "two\n",
        0o644,
        place.user.pw_gid,
    )
    assert [each.name for each in path.parent.iterdir()] == ["a"]
    files.write_text(str(place.root / "closed" / "b"), "", above=0o700)
    assert stat.S_IMODE((place.root / "closed").stat().st_mode) == 0o700
    files.remove(str(place.root / "etc"))
    files.remove(str(place.root / "etc"))
    assert not (place.root / "etc").exists()
    assert files.read_text(str(path)) is None


def test_no_path_is_not_the_working_directory(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module's own working directory may be anybody's, and everything in it is to stay."""
    kept = str(place.root / "kept")
    files.write_text(kept, "1")
    monkeypatch.chdir(os.path.dirname(kept))
    assert files.read_text("") is None
    assert files.open_to_others("") == ""
    files.remove("")
    with pytest.raises(FileNotFoundError):
        files.write_text("", "2")
    with pytest.raises(FileNotFoundError):
        files.make_directory("", mode=0o700)
    assert files.read_text(kept) == "1"


def test_a_directory_can_be_given_away_once_and_is_not_taken(place: Place) -> None:
    given = place.root / "store" / "images"
    for _twice in range(2):
        files.make_directory(str(given), mode=0o711, uid=place.user.pw_uid, gid=place.user.pw_gid)
    assert (given.stat().st_uid, stat.S_IMODE(given.stat().st_mode)) == (place.user.pw_uid, 0o711)
    assert given.parent.stat().st_uid == 0
    before = inventory(place.root)
    with pytest.raises(OperatorError, match=f"it belongs to {place.user.pw_name}"):
        files.make_directory(str(given), uid=1)
    assert inventory(place.root) == before


def test_what_root_takes_back_leads_nowhere(place: Place) -> None:
    place.does("mkdir taken; ln -s $1 taken/link; echo x > taken/file", str(place.victim))
    taken = place.root / "taken"
    (place.home / "taken").rename(taken)
    with pytest.raises(OperatorError):
        files.read_text(str(taken / "file"))
    files.make_directory(str(taken), mode=0o711, uid=0, gid=0)
    assert files.read_text(str(taken / "file")) == "x\n"
    secret = str(taken / "link" / "secret")
    assert files.open_to_others(secret) == str(taken / "link")
    with pytest.raises(OperatorError, match="is a link of"):
        files.read_text(secret)


def test_links_of_roots_are_followed(place: Place) -> None:
    (place.root / "real").mkdir()
    (place.root / "link").symlink_to("real")
    (place.root / "absolute").symlink_to(place.root / "link")
    files.write_text(str(place.root / "absolute" / "a"), "text")
    (place.root / "file").symlink_to("absolute/../real/./a")
    assert files.read_text(str(place.root / "file")) == "text"
    # A link that is itself replaced or removed is not followed.
    files.write_text(str(place.root / "file"), "own")
    assert not (place.root / "file").is_symlink()
    files.remove(str(place.root / "link"))
    assert (place.root / "real" / "a").read_text() == "text"


#: What the account makes of its home, and a path there that root is then given.
TRICKS = {
    "a link instead of the file": ("ln -s $1/secret trick", "trick"),
    "a link instead of the directory": ("ln -s $1 trick", "trick/secret"),
    "a link in the middle": ("mkdir a; ln -s $1 a/b", "a/b/secret"),
    "a plain file": ("echo x > trick", "trick"),
    "a hard link": ("echo x > x; ln x trick", "trick"),
    "nothing": (":", "trick"),
}


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("linked", [False, True], ids=["", "by a link of root's"])
def test_root_does_not_enter_what_is_anothers(place: Place, trick: str, linked: bool) -> None:
    script, name = TRICKS[trick]
    place.does(script, str(place.victim))
    (place.root / "way").symlink_to(place.home)
    path = str((place.root / "way" if linked else place.home) / name)
    before = inventory(place.root)
    acts: list[t.Callable[[], t.Any]] = [
        lambda: files.read_text(path),
        lambda: files.write_text(path, "root was here"),
        lambda: files.make_directory(path, uid=place.user.pw_uid),
        lambda: files.make_directory(f"{path}/below/it"),
        lambda: files.remove(path),
        lambda: files.require_roots(path),
    ]
    for act in acts:
        with pytest.raises(OperatorError) as raised:
            act()
        assert raised.value.code == "RC-330"
        assert str(place.home) in str(raised.value)
    assert files.open_to_others(path) == str(place.home)
    assert inventory(place.root) == before


@pytest.mark.parametrize(
    ("mode", "group", "safe"), [(0o775, 1, False), (0o775, 0, True), (0o777, 0, False), (0o1777, 0, False)]
)
def test_a_directory_that_others_may_write_is_not_passed(place: Place, mode: int, group: int, safe: bool) -> None:
    directory = place.root / "shared"
    directory.mkdir()
    os.chown(directory, 0, group)
    directory.chmod(mode)
    path = str(directory / "file")
    if safe:
        files.write_text(path, "x")
        assert files.open_to_others(path) == ""
    else:
        with pytest.raises(OperatorError, match="can be written by others"):
            files.write_text(path, "x")
        assert files.open_to_others(path) == str(directory)


def test_in_a_sticky_directory_what_is_roots_is_roots(place: Place) -> None:
    sticky = place.root / "tmp"
    sticky.mkdir()
    sticky.chmod(0o1777)
    (sticky / "roots").mkdir(mode=0o700)
    files.write_text(str(sticky / "roots" / "file"), "x")
    assert files.read_text(str(sticky / "roots" / "file")) == "x"
    (sticky / "link").symlink_to(place.victim)  # which an account could have made a hard link of
    for name in ("link/secret", "new"):
        with pytest.raises(OperatorError):
            files.write_text(str(sticky / name), "x")


def test_what_is_no_file_is_refused_and_does_not_block(place: Place) -> None:
    fifo, directory, loop = place.root / "fifo", place.root / "directory", place.root / "loop"
    os.mkfifo(fifo)
    directory.mkdir()
    loop.symlink_to("loop")
    zero = place.root / "zero"
    zero.symlink_to("/dev/zero")
    for path, why in ((fifo, "a FIFO"), (directory, "a directory"), (zero, "a device"), (loop, "a loop of links")):
        with pytest.raises(OperatorError, match=why) as raised:
            files.read_text(str(path))
        assert raised.value.remedy
    sparse = place.root / "sparse"
    with open(sparse, "wb") as stream:
        stream.truncate(10 * 2**30)
    with pytest.raises(OperatorError, match="more than"):
        files.read_text(str(sparse), 2**20)
    with pytest.raises(OperatorError, match="it is a directory"):
        files.write_text(str(directory), "x")
    with pytest.raises(OperatorError, match="no directory is above it"):
        files.write_text(str(sparse / "below" / "it"), "x")
    with pytest.raises(OperatorError, match="something else is at that path"):
        files.make_directory(str(sparse))
    files.write_text(str(fifo), "a file again")
    assert files.read_text(str(fifo)) == "a file again"


def test_a_tree_is_removed_up_to_what_is_anothers(place: Place) -> None:
    tree = place.root / "tree"
    (tree / "a" / "b").mkdir(parents=True)
    (tree / "a" / "link").symlink_to(place.victim)
    (tree / "theirs").mkdir()
    (tree / "theirs" / "file").write_text("x")
    os.chown(tree / "theirs", place.user.pw_uid, place.user.pw_gid)
    before = inventory(place.victim)
    with pytest.raises(OperatorError, match="theirs: it is another account's"):
        files.remove(str(tree))
    assert sorted(path.name for path in tree.rglob("*")) == ["file", "theirs"]
    (tree / "theirs" / "file").unlink()
    files.remove(str(tree))  # an empty directory is no place to be led from
    assert not tree.exists()
    assert inventory(place.victim) == before


#: Puts a link in the place of a directory and back, as fast as it can.
SWAPS = """
import os, sys
os.mkdir("way"); os.symlink(sys.argv[1], "link"); os.mkdir("real")
print(flush=True)
while True:
    os.rename("way", "away"); os.rename("link", "way")
    os.rename("way", "link"); os.rename("away", "way")
"""


def test_a_busy_attacker_leads_root_nowhere(place: Place) -> None:
    path = str(place.home / "way" / "secret")
    before = inventory(place.victim)
    with attacking(place, SWAPS, str(place.victim)):
        for _time in range(200):
            for act in (files.read_text, files.remove, lambda each: files.write_text(each, "x")):
                with pytest.raises(OperatorError):
                    act(path)
    assert inventory(place.victim) == before


def test_another_account_goes_where_it_may(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: place.user.pw_uid)
    files.write_text(str(place.home / "below" / "file"), "x")
    assert files.read_text(str(place.home / "below" / "file")) == "x"
    assert files.open_to_others(str(place.home)) == ""
    files.require_roots(str(place.home))


def test_the_walk_leaves_no_descriptors(place: Place) -> None:
    before = len(os.listdir("/proc/self/fd"))
    test_links_of_roots_are_followed(place)
    test_what_is_no_file_is_refused_and_does_not_block(place)
    for path in (place.home / "x", Path("/proc/self/status/x")):
        with pytest.raises(OperatorError):
            files.write_text(str(path), "x")
    assert len(os.listdir("/proc/self/fd")) == before
