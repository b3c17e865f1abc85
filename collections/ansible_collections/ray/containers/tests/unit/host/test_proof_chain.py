# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a kept proof rests on: whatever is broken of it, the proof is no longer kept, and what merely runs changes nothing."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mounts import Mount
from ansible_collections.ray.containers.plugins.module_utils._host import kernel
from ansible_collections.ray.containers.plugins.module_utils._host.podman import chain
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import own_files


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A host whose programs and files lie below a temporary directory."""
    first, second, etc = (tmp_path / name for name in ("local", "usr", "etc"))
    for directory in (first, second, etc / "containers.conf.d"):
        directory.mkdir(parents=True)
    for program in ("podman", "crun", "newuidmap"):
        (second / program).write_text(program)
        (second / program).chmod(0o755)
    (tmp_path / "conmon").mkdir()
    (tmp_path / "conmon" / "conmon").write_text("conmon")
    (etc / "storage.conf").write_text("[storage]\n")
    for name in ("store/libpod", "store/overlay", "home/containers.conf.d", "home/registries.conf.d"):
        (tmp_path / name).mkdir(parents=True)
    for below in ("containers", "registries"):
        (tmp_path / "home" / f"{below}.conf.d" / "50-ray-containers.conf").write_text("ours\n")
    monkeypatch.setattr(chain, "SYSTEM_PATH", f"{first}:{second}")
    monkeypatch.setattr(chain, "CONMON_PLACES", (str(tmp_path / "conmon"),))
    monkeypatch.setattr(chain, "SYSTEM_FILES", (f"{etc}/*.conf", f"{etc}/*.conf.d/*.conf"))
    monkeypatch.setattr(chain, "PLACES", ("/", str(tmp_path / "store")))
    monkeypatch.setattr(chain, "subid_source", lambda: "files")
    monkeypatch.setattr(kernel, "sysctl", lambda name: "1" if "apparmor" in name else "")
    return tmp_path


def seen(host: Path, *mounts: Mount) -> dict[str, t.Any]:
    table = (Mount("/", "ext4", shared=True, options=frozenset({"rw", "relatime"})), *mounts)
    around = chain.surroundings(own_files(), 1000, str(host / "home"), str(host / "store"), table, str(host / "home"))
    return {**chain.builds(), **around}


def capable(path: str, _name: str) -> bytes:
    if path.endswith("/newuidmap"):
        return b"\x01\x00"
    raise OSError


BROKEN: dict[str, t.Callable[[Path], object]] = {
    "a program is gone": lambda host: (host / "usr/crun").unlink(),
    "a program may not be run": lambda host: (host / "usr/podman").chmod(0o644),
    "the setuid bit of a program": lambda host: (host / "usr/newuidmap").chmod(0o4755),
    "a program is another one": lambda host: (host / "usr/crun").write_text("another"),
    "another program is found before it": lambda host: (host / "local/podman").write_text("shell"),
    "conmon may not be run": lambda host: (host / "conmon/conmon").chmod(0o600),
    "the configuration of all users": lambda host: (host / "etc/storage.conf").write_text("[broken"),
    "a drop-in for all users": lambda host: (host / "etc/containers.conf.d/a.conf").write_text(""),
    "a drop-in of the user's": lambda host: (host / "home/containers.conf.d/zz.conf").write_text("[broken"),
    "a file of the user's registries": lambda host: (host / "home/registries.conf.d/zz.conf").write_text("[broken"),
    "the user's registries.conf": lambda host: (host / "home/registries.conf").write_text("[broken"),
    "the store is closed": lambda host: (host / "store/overlay").chmod(0o500),
    "a part of the store is gone": lambda host: (host / "store/libpod").rmdir(),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_shows(what: str, host: Path) -> None:
    before = seen(host)
    assert seen(host) == before
    BROKEN[what](host)
    assert seen(host) != before


def test_a_capability_that_was_taken_away_shows(host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = seen(host)
    monkeypatch.setattr(os, "getxattr", capable)
    assert seen(host) != before


@pytest.mark.parametrize("option", ["ro", "noexec", "nosuid"])
def test_a_mount_that_forbids_something_shows(option: str, host: Path) -> None:
    store = str(host / "store")
    as_before = Mount(store, "ext4", shared=True, options=frozenset({"rw"}))
    assert seen(host, as_before) != seen(host, Mount(store, "ext4", shared=True, options=frozenset({"rw", option})))
    assert seen(host, as_before) == seen(host, Mount(store, "ext4", shared=False, options=frozenset({"rw", "noatime"})))


@pytest.mark.parametrize("setting", chain.SETTINGS)
def test_a_setting_of_the_kernel_shows(setting: str, host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = seen(host)
    monkeypatch.setattr(kernel, "sysctl", lambda name: "7" if name == setting else "")
    assert seen(host) != before


def test_containers_that_run_change_nothing(host: Path) -> None:
    before = seen(host)
    (host / "store/overlay/layer").mkdir()
    (host / "store/libpod/bolt_state.db").write_text("state")
    (host / "home/containers.conf.d/50-ray-containers.conf").write_text("the plan compares it\n")
    (host / "home/auth.json").write_text("{}")
    assert seen(host) == before
