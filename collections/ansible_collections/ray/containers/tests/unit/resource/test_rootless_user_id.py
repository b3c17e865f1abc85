# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which user id `rootless_podman` takes, from what it finds on its host and hears of others."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host import accounts
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._resource.rootless_user_id import user_id
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

UBUNTU = Account("ubuntu", 1000, 1000, "ubuntu", "/home/ubuntu")


@pytest.fixture(autouse=True)
def cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host as cloud images come."""
    monkeypatch.setattr(accounts, "account_with_uid", lambda uid: UBUNTU if uid == 1000 else None)


def chosen(version: str, told: t.Sequence[t.Mapping[str, t.Any]] = (), image: str = "") -> int:
    return user_id(FakeCommands({"podman --version": f"podman version {version}\n"}), "ray", told, image)


def test_a_taken_id_is_passed_over_here_and_elsewhere() -> None:
    assert chosen("4.3.1") == 1001
    assert chosen("4.9.3", [{"uid": None, "taken": [1001]}]) == 1002
    assert chosen("4.9.3", [{"uid": 1005, "taken": []}]) == 1005


def test_an_old_podman_is_told_before_an_account_is_made() -> None:
    with pytest.raises(OperatorError, match="the account ubuntu has it"):
        chosen("3.4.4")
    # That of a raylet's image is another one.
    assert chosen("3.4.4", image="registry.example.com/raylet:1") == 1001
