# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The home of an account that this collection did not make is refused where it cannot be used, and never changed."""

from __future__ import annotations

import contextlib
import os
import pwd
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import ACCOUNT_COMMENT
from ansible_collections.ray.containers.plugins.module_utils._host import accounts, file_state, kernel, user_files
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._resource import rootless_podman
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands
from ansible_collections.ray.containers.tests.unit.fakes.hostile import Place, in_place, inventory
from ansible_collections.ray.containers.tests.unit.fakes.territory import in_own_hands

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes homes")


def unread(path: str) -> tuple[float, ...]:
    """What there is to say of a directory, but for when it was last read: anybody on this machine may do that meanwhile."""
    found = os.stat(path)
    return found.st_mode, found.st_uid, found.st_gid, found.st_nlink, found.st_mtime_ns, found.st_ctime_ns


@pytest.fixture(name="place")
def a_place(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[Place]:
    monkeypatch.setattr(user_files, "_known", {})
    with in_place() as place:
        yield place


@pytest.mark.parametrize(
    ("user", "home", "why"),
    [
        ("nobody", "/", "a directory of the system"),
        ("nobody", "/etc", "a directory of the system"),
        ("nobody", "/home", "a directory of the system"),
        ("nobody", "/usr/games", "a directory of the system"),
        ("nobody", "{link}", "it is a link"),
        ("nobody", "{roots}", "it is there, and belongs to root"),
        ("nobody", "{theirs}/below", "is not root's alone"),
        ("nobody", "{file}", "it is a file"),
        ("nobody", "{own}", "that of an account of the system"),
        ("nobody", "{closed}", "it is there, and belongs to root"),
        ("daemon", "{roots}", "it is there, and belongs to root"),
        ("someone-new", "{roots}", "it is there, and belongs to root"),
        ("someone-new", "{theirs}/new", "is not root's alone"),
        ("someone-new", "/", "a directory of the system"),
        ("someone-new", "/etc/new", "a directory of the system"),
    ],
)
def test_8_a_home_that_is_not_ours_is_refused_and_not_changed(
    place: Place, monkeypatch: pytest.MonkeyPatch, user: str, home: str, why: str
) -> None:
    places = {name: place.root / name for name in ("link", "roots", "file", "closed")}
    places["link"].symlink_to(place.home)
    places["roots"].mkdir()
    places["closed"].mkdir(mode=0o700)
    places["file"].touch()
    path = home.format(**places, theirs=place.home, own=place.home)
    with contextlib.suppress(KeyError):
        found = pwd.getpwnam(user)
        own = Account(user, found.pw_uid, found.pw_gid, "nogroup", path)
        monkeypatch.setattr(accounts, "account", lambda _name: own)
    uid = {"nobody": place.user.pw_uid, "daemon": 1}.get(user, 54321)
    parameters = {name: option.get("default") for name, option in rootless_podman.ARGUMENT_SPEC.items()}
    capability = rootless_podman.build({**parameters, "user": user, "uid": uid, "home": path}, FakeCommands())
    before = inventory(place.root), *map(unread, ("/", "/etc", "/home"))
    with pytest.raises(OperatorError) as raised:
        capability.plan(capability.observe())
    assert raised.value.code == "RC-332", raised.value
    assert why.replace("it is there", "the directory is there") in str(raised.value)
    assert raised.value.remedy
    assert (inventory(place.root), *map(unread, ("/", "/etc", "/home"))) == before


def capability(home: str, uid: int) -> rootless_podman.RootlessPodman:
    parameters = {name: option.get("default") for name, option in rootless_podman.ARGUMENT_SPEC.items()}
    return rootless_podman.build({**parameters, "user": "nobody", "uid": uid, "home": home}, FakeCommands())


@pytest.mark.parametrize(
    ("mode", "comment", "changed"),
    [
        (0o711, "Alice", False),
        (0o755, "Ray", False),
        (0o700, "Alice", None),
        (0o750, "Ray", None),
        (0o700, ACCOUNT_COMMENT, True),
    ],
)
def test_only_a_home_of_ours_is_opened(
    place: Place, monkeypatch: pytest.MonkeyPatch, mode: int, comment: str, changed: bool | None
) -> None:
    """None: refused, with the command that opens it."""
    home, uid = str(place.home), 4321
    os.chown(home, uid, uid)
    place.home.chmod(mode)
    monkeypatch.setattr(accounts, "account", lambda _name: Account("nobody", uid, uid, "nogroup", home, comment))
    monkeypatch.setattr(file_state, "owner_name", lambda _uid: "nobody")
    monkeypatch.setattr(kernel, "runs_systemd", lambda: True)
    in_own_hands(monkeypatch)
    wanted = capability(home, uid)
    observed = wanted.observe()
    if changed is None:
        with pytest.raises(OperatorError, match=f"Run `chmod go\\+x {home}`") as raised:
            wanted.plan(observed)
        assert raised.value.code == "RC-332"
    else:
        paths = [getattr(step.action, "path", "") for step in wanted.plan(observed).steps]
        assert (home in paths) is changed
