# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the controller keeps a cluster's token, whose it is, and when it is made."""

from __future__ import annotations

import multiprocessing
import typing as t
from pathlib import Path

import pytest

pytest.importorskip("ansible")

from ansible_collections.ray.containers.plugins.lookup.cluster_token import LookupModule
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.token_files import TokenFiles


def variables(directory: Path, head: str = "head", address: str = "192.0.2.1", **more: t.Any) -> dict[str, t.Any]:
    of_the_head = {"ansible_host": address, "inventory_dir": str(directory)}
    return {"groups": {"ray_head": [head]}, "hostvars": {head: of_the_head}, "inventory_hostname": "worker", **more}


def looked_up(given: dict[str, t.Any], **options: t.Any) -> str:
    (token,) = LookupModule().run([], given, **options)
    return token


def secrets_of(directory: Path) -> list[str]:
    return sorted(path.name for path in (directory / ".secrets").glob("*"))


def test_nothing_is_made_before_it_is_due(tmp_path: Path) -> None:
    assert looked_up(variables(tmp_path)) == ""
    assert list(tmp_path.iterdir()) == []


def test_check_mode_makes_nothing(tmp_path: Path) -> None:
    assert len(looked_up(variables(tmp_path, ansible_check_mode=True), make=True)) == 64
    assert list(tmp_path.iterdir()) == []


def test_it_is_made_once_for_its_owner_alone_and_never_committed(tmp_path: Path) -> None:
    token = looked_up(variables(tmp_path), make=True)
    assert len(token) == 64 and token.isalnum()
    assert looked_up(variables(tmp_path), make=True) == looked_up(variables(tmp_path)) == token
    directory = tmp_path / ".secrets"
    assert secrets_of(tmp_path) == [".gitignore", "ray_auth_token.head@192.0.2.1"]
    assert [directory.stat().st_mode & 0o777, TokenFiles.of(variables(tmp_path)).path.stat().st_mode & 0o777] == [
        0o700,
        0o600,
    ]
    assert "\n*\n" in (directory / ".gitignore").read_text()
    assert looked_up(variables(tmp_path, ansible_check_mode=True), make=True) == token


def test_what_others_could_read_is_closed(tmp_path: Path) -> None:
    token = looked_up(variables(tmp_path), make=True)
    path = TokenFiles.of(variables(tmp_path)).path
    path.chmod(0o644)
    path.parent.chmod(0o755)
    assert looked_up(variables(tmp_path), make=True) == token
    assert [path.parent.stat().st_mode & 0o777, path.stat().st_mode & 0o777] == [0o700, 0o600]


def _made(directory: Path) -> str:
    return TokenFiles.of(variables(directory)).made()


def test_hosts_that_ask_at_the_same_time_get_the_same(tmp_path: Path) -> None:
    with multiprocessing.get_context("fork").Pool(8) as pool:
        assert len(set(pool.map(_made, [tmp_path] * 64, chunksize=1))) == 1


def test_two_clusters_of_one_directory_do_not_share_one(tmp_path: Path) -> None:
    first = looked_up(variables(tmp_path), make=True)
    second = looked_up(variables(tmp_path, address="192.0.2.9"), make=True)
    third = looked_up(variables(tmp_path, head="other", address="other"), make=True)
    assert len({first, second, third}) == 3
    assert secrets_of(tmp_path)[1:] == [
        "ray_auth_token.head@192.0.2.1",
        "ray_auth_token.head@192.0.2.9",
        "ray_auth_token.other",
    ]


def test_the_file_of_earlier_releases_keeps_working_for_the_cluster_that_has_it(tmp_path: Path) -> None:
    (tmp_path / ".secrets").mkdir()
    (tmp_path / ".secrets" / "ray_auth_token").write_text("old-token\n")
    assert looked_up(variables(tmp_path)) == "old-token"
    assert looked_up(variables(tmp_path), make=True) == "old-token"
    # Another cluster of the directory gets one of its own.
    assert looked_up(variables(tmp_path, address="192.0.2.9")) == ""
    assert looked_up(variables(tmp_path, address="192.0.2.9"), make=True) != "old-token"
    assert looked_up(variables(tmp_path)) == "old-token"
    assert (tmp_path / ".secrets" / "ray_auth_token").read_text() == "old-token\n"


def test_the_address_is_the_one_that_the_workers_are_given(tmp_path: Path) -> None:
    given = variables(tmp_path)
    given["hostvars"]["head"]["ray_node_ip_address"] = "10.0.0.1"
    assert TokenFiles.of(given).path.name == "ray_auth_token.head@10.0.0.1"
    assert TokenFiles.of({"inventory_hostname": "a/b"}).path.name == "ray_auth_token.a_b"


def test_a_rotation_goes_on_with_the_token_that_it_began_with(tmp_path: Path) -> None:
    old = looked_up(variables(tmp_path), make=True)
    assert looked_up(variables(tmp_path), next=True) == ""
    assert len(looked_up(variables(tmp_path, ansible_check_mode=True), next=True, make=True)) == 64
    assert looked_up(variables(tmp_path), next=True) == ""
    new = looked_up(variables(tmp_path), next=True, make=True)
    assert new != old
    assert looked_up(variables(tmp_path), next=True, make=True) == looked_up(variables(tmp_path), next=True) == new
    assert looked_up(variables(tmp_path), make=True) == old
    files = TokenFiles.of(variables(tmp_path))
    assert files.next.stat().st_mode & 0o777 == 0o600
    assert files.others() == []
    files.rotate()
    assert (looked_up(variables(tmp_path)), looked_up(variables(tmp_path), next=True)) == (new, "")
    assert files.path.stat().st_mode & 0o777 == 0o600


def test_a_rotation_keeps_the_file_of_earlier_releases_right(tmp_path: Path) -> None:
    (tmp_path / ".secrets").mkdir()
    shared = tmp_path / ".secrets" / "ray_auth_token"
    shared.write_text("old-token\n")
    files = TokenFiles.of(variables(tmp_path))
    new = files.made_next()
    files.rotate()
    assert shared.read_text().strip() == files.read() == new
    other = TokenFiles.of(variables(tmp_path, address="192.0.2.9"))
    other.made()
    other.made_next()
    other.rotate()
    assert shared.read_text().strip() == new, "it is another cluster's"
