# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the other way to run a raylet has left: only what is the collection's own is named."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mounts import Mount
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import ACCOUNT_COMMENT
from ansible_collections.ray.containers.plugins.module_utils._host import kernel
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.ray import leftovers

IMAGE_ID = "b" * 64


@pytest.fixture(name="host")
def a_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A host that has had a raylet in both ways."""
    for path in ("home/.local/share/containers", "home/.config/containers", "home/.config/raylet", "store", "ray/uv"):
        (tmp_path / path).mkdir(parents=True)
    (tmp_path / "ray" / "2.60.0-py3.11.2").mkdir()
    (tmp_path / "ray" / "2.60.0-py3.11.2" / "ray-runtime.json").write_text("{}")
    monkeypatch.setattr(leftovers, "CONTAINER_STORE", str(tmp_path / "store"))
    monkeypatch.setattr(leftovers, "DIRECTORY", str(tmp_path / "records"))
    monkeypatch.setattr(leftovers, "_states", lambda: ["/s/2.60.0-container", "/s/2.60.0-py3.11.2"])
    monkeypatch.setattr(leftovers, "_images", lambda: (IMAGE_ID,))
    monkeypatch.setattr(leftovers, "_present", lambda paths, _owner: paths)
    monkeypatch.setattr(kernel, "mounts", lambda: (Mount("/", "ext4", True),))
    return tmp_path


def owner(host: Path, comment: str = ACCOUNT_COMMENT) -> Account:
    return Account("ray", 1000, 1000, "ray", str(host / "home"), comment)


def test_the_container_leaves_its_store_image_and_state(host: Path) -> None:
    left = leftovers.left_by_the_container(owner(host))
    assert left.images == (IMAGE_ID,)
    assert {str(host / "store"), str(host / "home/.config/raylet"), "/s/2.60.0-container"} <= set(left.paths)
    assert "/s/2.60.0-py3.11.2" not in left.paths


@pytest.mark.parametrize(
    ("there", "removed"),
    [
        (["podman", "token"], [""]),
        (["podman", "token", "firewall.nft"], ["/podman", "/token"]),
        (["firewall.nft"], []),
    ],
)
def test_the_firewalls_rules_do_not_go_with_what_a_container_had(
    host: Path, monkeypatch: pytest.MonkeyPatch, there: list[str], removed: list[str]
) -> None:
    directory = host / "etc"
    for name, value in {
        "": "FOR_CONTAINERS",
        "/podman": "CONTAINER_CONFIGURATION",
        "/token": "CONTAINER_TOKEN",
    }.items():
        monkeypatch.setattr(leftovers, value, f"{directory}{name}")
    monkeypatch.setattr(
        leftovers, "_present", lambda paths, _owner: {path: each for path, each in paths.items() if Path(path).exists()}
    )
    directory.mkdir()
    for name in there:
        (directory / name).touch()
    left = leftovers.left_by_the_container(owner(host)).paths
    assert [path for path in left if path.startswith(str(directory))] == [f"{directory}{name}" for name in removed]


def test_the_host_leaves_ray_and_the_users_store(host: Path) -> None:
    left = leftovers.left_by_the_host(owner(host), str(host / "ray"))
    assert {str(host / "ray"), str(host / "home/.local"), "/s/2.60.0-py3.11.2"} <= set(left.paths)
    assert "/etc/systemd/system/ray-containers-shared-mounts.service" in left.paths
    assert str(host / "home/.config/raylet") not in left.paths


def test_the_configuration_goes_with_its_directory_where_nothing_else_is_in_it(host: Path) -> None:
    config = host / "home/.config"
    assert {str(config / "containers"), str(config / "cni")} <= set(leftovers.left_by_the_host(owner(host), "").paths)
    (config / "raylet").rmdir()
    (config / "cni").mkdir()
    left = leftovers.left_by_the_host(owner(host), "").paths
    assert [path for path in left if path.startswith(str(config))] == [str(config)]


def test_what_else_lies_beside_the_store_stays(host: Path) -> None:
    (host / "home/.local/bin").mkdir()
    left = leftovers.left_by_the_host(owner(host), "")
    assert str(host / "home/.local/share") in left.paths
    assert str(host / "home/.local") not in left.paths


@pytest.mark.parametrize("name", ["Alice", "Ray", ""])
def test_another_persons_images_stay(host: Path, name: str) -> None:
    left = leftovers.left_by_the_host(owner(host, name), str(host / "ray"))
    assert not [path for path in left.paths if path.startswith(str(host / "home"))]
    assert left.lingering == ""


def test_a_directory_with_other_things_loses_only_ray(host: Path) -> None:
    (host / "ray" / "notes").write_text("mine")
    left = leftovers.left_by_the_host(None, str(host / "ray"))
    assert set(left.paths) - set(leftovers.MOUNT_UNIT_FILES) == {
        str(host / "ray" / "2.60.0-py3.11.2"),
        "/s/2.60.0-py3.11.2",
    }


@pytest.mark.parametrize("filesystem", ["nfs4", "ceph"])
def test_what_other_hosts_may_use_stays(host: Path, monkeypatch: pytest.MonkeyPatch, filesystem: str) -> None:
    mounts: tuple[t.Any, ...] = (Mount("/", "ext4", True), Mount(str(host / "ray"), filesystem, True))
    monkeypatch.setattr(kernel, "mounts", lambda: mounts)
    assert str(host / "ray") not in leftovers.left_by_the_host(None, str(host / "ray")).paths
