# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of ray_registries, told by its name."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.plugin_utils._registry.entries import require_form

RIGHT = {"location": "r.example.com", "insecure": False, "auth_file": "auth.json"}


@pytest.mark.parametrize("registries", [None, [], [RIGHT], [{"location": "r", "insecure": "yes", "auth_file": None}]])
def test_a_right_form(registries: t.Any) -> None:
    require_form(registries)


@pytest.mark.parametrize(
    ("registries", "said"),
    [
        ({"r": RIGHT}, "ray_registries is not valid: it holds a mapping"),
        ("r.example.com", "ray_registries is not valid: it holds text"),
        (["r.example.com"], "ray_registries[0] is not valid: it holds text"),
        ([RIGHT, {"insecure": True}], "ray_registries[1] is not valid: it has no location"),
        (
            [{**RIGHT, "authfile": "x"}],
            "ray_registries[0].authfile is not valid: there is no such key. Write auth_file",
        ),
        (
            [{**RIGHT, "password": "hunter2"}],
            "ray_registries[0].password is not valid: there is no such key. Remove it",
        ),
        ([{"location": 5}], "ray_registries[0].location is not valid: it holds a number, and not text"),
        ([{**RIGHT, "insecure": "maybe"}], "ray_registries[0].insecure is not valid: it is 'maybe'"),
    ],
)
def test_a_wrong_form_is_one_sentence(registries: t.Any, said: str) -> None:
    with pytest.raises(OperatorError) as caught:
        require_form(registries)
    assert str(caught.value).startswith(said)
    assert caught.value.code == "RC-266"
    assert "hunter2" not in str(caught.value)
