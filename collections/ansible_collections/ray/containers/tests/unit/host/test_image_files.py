# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking through the files of an image, which are made here; only root can make some of them."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.privileges.image import weaknesses
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Completed
from ansible_collections.ray.containers.plugins.module_utils._host.podman import image_files
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

RAY = 65001
SETUID = struct.pack("<IIIII", 0x02000001, 1 << 7, 0, 0, 0)

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An image that passes."""
    image = tmp_path / "merged"
    for directory in ("usr/bin", "usr/lib/x86_64-linux-gnu", "etc/ld.so.conf.d", "etc/sudoers.d", "home/ray", "srv"):
        (image / directory).mkdir(parents=True)
    (image / "bin").symlink_to("usr/bin")
    (image / "lib").symlink_to("/usr/lib")
    for name in ("newuidmap", "newgidmap", "python3"):
        program(image / "usr/bin" / name)
    os.setxattr(image / "usr/bin/newuidmap", "security.capability", SETUID)
    (image / "etc/passwd").write_text(f"root:x:0:0::/root:/bin/sh\nray:x:{RAY}:100::/home/ray:/bin/sh\n")
    (image / "etc/group").write_text("sudo:x:27:\n")
    (image / "etc/shadow").write_text("root:*:19000::::::\n")
    (image / "usr/lib/x86_64-linux-gnu/libc.so.6").write_text("")
    os.chown(image / "home/ray", RAY, RAY)
    return image


def program(path: Path, mode: int = 0o755, owner: int = 0) -> Path:
    path.write_text("")
    os.chown(path, owner, owner)
    path.chmod(mode)
    return path


def evidence(root: Path) -> list[str]:
    return [each.evidence for each in weaknesses(image_files.seen_in(str(root), RAY, 100), "ray", RAY)]


def test_an_image_that_passes(root: Path) -> None:
    assert evidence(root) == []


@pytest.mark.parametrize(
    ("place", "mode"),
    [("usr/bin/su", 0o4755), ("home/ray/.x/bash", 0o4711), ("srv/chage", 0o2755), ("srv/odd", 0o4644)],
)
def test_programs_with_the_bits_are_found_wherever_they_lie(root: Path, place: str, mode: int) -> None:
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    program(root / place, mode)
    assert evidence(root) == [f"/{place} has the set-user-ID or set-group-ID bit"]


def test_directories_and_links_with_the_bits_are_nothing(root: Path) -> None:
    (root / "srv").chmod(0o2775)
    (root / "srv/su").symlink_to("/usr/bin/su")
    os.mkfifo(root / "srv/pipe", 0o4755)
    assert evidence(root) == []


def test_capabilities_are_found(root: Path) -> None:
    os.setxattr(root / "usr/bin/python3", "security.capability", SETUID)
    assert evidence(root) == ["/usr/bin/python3 has capabilities that only root should have"]


@pytest.mark.parametrize(
    "place",
    ["etc/passwd", "usr/bin", "usr/bin/newuidmap", "usr/lib/x86_64-linux-gnu/libc.so.6", "etc/ld.so.conf.d", "etc"],
)
@pytest.mark.parametrize("how", ["owner", "group", "others"])
def test_what_such_programs_believe_must_be_roots(root: Path, place: str, how: str) -> None:
    os.chown(root / place, RAY if how == "owner" else 0, 100 if how == "group" else 0)
    (root / place).chmod(0o775 if how == "group" else 0o757 if how == "others" else 0o755)
    if place.endswith("newuidmap"):
        os.setxattr(root / place, "security.capability", SETUID)  # taken away by the change of its owner
    assert evidence(root) == [f"the Ray user may change /{place}"]


def test_so_must_the_directories_that_the_linker_is_told_of(root: Path) -> None:
    (root / "etc/ld.so.conf.d/ray.conf").write_text("# mine\n/home/ray\n/nonexistent\n")
    assert evidence(root) == ["the Ray user may change /home/ray"]


def test_the_rule_for_the_ray_user_is_told(root: Path) -> None:
    program(root / "usr/bin/sudo", 0o4755)
    (root / "etc/sudoers.d/ray").write_text("ray ALL=NOPASSWD: ALL\n")
    assert evidence(root) == [
        "/usr/bin/sudo has the set-user-ID or set-group-ID bit, and sudo lets ray run NOPASSWD: ALL"
    ]


def test_an_image_that_leads_out_of_itself_shows_nothing_of_the_host(root: Path, tmp_path: Path) -> None:
    host = tmp_path / "host-etc"
    host.mkdir()
    (host / "shadow").write_text("root::19000::::::\n")
    (host / "group").write_text("docker:x:1:ray\n")
    for name in ("passwd", "group", "shadow"):
        (root / "etc" / name).unlink()
    (root / "etc/ld.so.conf.d").rmdir()
    (root / "etc/sudoers.d").rmdir()
    (root / "etc").rmdir()
    (root / "etc").symlink_to(host)
    seen = image_files.seen_in(str(root), RAY, 100)
    assert (seen.passwd, seen.group, seen.shadow) == ("", "", "")
    assert evidence(root) == []


@pytest.mark.parametrize("kind", ["pipe", "link", "directory", "large"])
def test_what_is_no_plain_file_is_not_read(root: Path, kind: str, tmp_path: Path) -> None:
    shadow = root / "etc/shadow"
    shadow.unlink()
    (tmp_path / "secret").write_text("root::\n")
    if kind == "pipe":
        os.mkfifo(shadow)
    elif kind == "link":
        shadow.symlink_to(tmp_path / "secret")
    elif kind == "directory":
        shadow.mkdir()
    else:
        with shadow.open("wb") as stream:
            stream.truncate(10 * 2**30)
    assert len(image_files.seen_in(str(root), RAY, 100).shadow) == (image_files.LARGEST if kind == "large" else 0)


def test_it_does_not_go_on_for_ever(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_files, "LOOK_TIMEOUT", -1.0)
    with pytest.raises(OperatorError, match="could not be looked through") as raised:
        image_files.seen_in(str(root), RAY, 100)
    assert raised.value.code == "RC-258"


def test_the_image_is_mounted_for_as_long_as_it_is_looked_at() -> None:
    commands = FakeCommands({"podman image mount": "Resolved x\n/var/lib/containers/storage/overlay/1/merged\n"})
    with pytest.raises(ZeroDivisionError), image_files.mounted(commands, "r/x:1") as root:
        assert root == "/var/lib/containers/storage/overlay/1/merged"
        raise ZeroDivisionError
    assert commands.actions == ["podman image mount r/x:1", "podman image unmount r/x:1"]
    commands = FakeCommands({"podman image mount": Completed((), 125, "", "Error: r/x:1: image not known")})
    with pytest.raises(CommandFailed, match="image not known"), image_files.mounted(commands, "r/x:1"):
        pass
