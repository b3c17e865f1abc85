# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run with another token than the cluster's: refused by the head before anything else, and held back elsewhere."""

from __future__ import annotations

import getpass
import types
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.ray.containers.plugins.module_utils._host.ray import cluster_token as on_disk
from ansible_collections.ray.containers.plugins.module_utils._resource import podman
from ansible_collections.ray.containers.plugins.module_utils._resource.cluster_token import require_same
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(on_disk, "account", lambda _user: types.SimpleNamespace(home=str(tmp_path)))
    return tmp_path


def has(home: Path, token: str) -> None:
    (home / ".ray").mkdir()
    (home / ".ray" / "auth_token").write_text(token)


@pytest.mark.parametrize("token", ["", "any"])
def test_a_head_without_a_token_takes_any(home: Path, token: str) -> None:
    require_same("ray", token)


def test_a_host_without_the_account_takes_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_disk, "account", lambda _user: None)
    require_same("ray", "any")


def test_the_cluster_s_own_token_passes(home: Path) -> None:
    has(home, "secret-of-the-cluster\n")
    require_same("ray", "secret-of-the-cluster")


@pytest.mark.parametrize(
    ("token", "code"), [("", "RC-244"), ("another", "RC-243"), ("secret-of-the-cluste", "RC-243"), ("ä", "RC-243")]
)
def test_any_other_is_refused_and_neither_is_told(home: Path, token: str, code: str) -> None:
    has(home, "secret-of-the-cluster\n")
    with pytest.raises(OperatorError) as refused:
        require_same("ray", token)
    assert refused.value.code == code
    assert "secret-of" not in str(refused.value)


def engine(**parameters: t.Any) -> podman.Podman:
    given = {name: option.get("default") for name, option in podman.ARGUMENT_SPEC.items()}
    return podman.build({**given, **parameters}, FakeCommands({}))


def test_the_head_is_refused_before_anything_is_asked_of_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    has(home, "secret-of-the-cluster")
    monkeypatch.setattr(podman, "refuse", lambda *_arguments: pytest.fail("it was asked something"))
    with pytest.raises(OperatorError, match="RC-243"):
        engine(user=getpass.getuser(), cluster_token="another").observe()


@pytest.mark.parametrize(("hold", "changed"), [(True, False), (False, True)])
def test_a_node_that_is_held_back_changes_nothing_and_says_so(
    hold: bool, changed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(podman, "plan_engine", lambda *_arguments: Plan((Step(None, "Install podman"),)))
    module = engine(hold=hold)
    assert module.plan(t.cast("t.Any", None)).changed is changed
    assert module._held is hold


def test_a_node_with_nothing_to_do_is_not_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(podman, "plan_engine", lambda *_arguments: Plan(()))
    module = engine(hold=True)
    assert not module.plan(t.cast("t.Any", None)).steps
    assert not module._held


def test_a_rotation_knows_which_of_its_two_tokens_the_head_has(home: Path) -> None:
    assert require_same("ray", "old", "new") == "none"
    has(home, "new")
    assert require_same("ray", "old", "new") == "next"
    (home / ".ray" / "auth_token").write_text("old")
    assert require_same("ray", "old", "new") == "current"
    with pytest.raises(OperatorError, match="RC-243"):
        require_same("ray", "another", "new")
