# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the inventory says about the account that Ray runs as: each rule with what breaks it and what nearly does."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.context import inventory_context
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.ray_user_rules import RULES
from ansible_collections.ray.containers.plugins.plugin_utils._rule import findings
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules import index


def found(**variables: t.Any) -> list[tuple[str, str]]:
    context = inventory_context(["h"], ["w"], {"h": {}, "w": variables})
    return [(each.entry.code, each.where) for each in findings(RULES, ServeConfig({}, ()), context)]


@pytest.mark.parametrize("written", ["allowed", True, "", "Refuse"])
def test_there_are_two_ways_to_treat_a_privileged_user(written: object) -> None:
    assert found(ray_user_privileged=written) == [("RC-252", "ray_user_privileged of w")]


@pytest.mark.parametrize("variables", [{}, {"ray_user_privileged": "refuse"}, {"ray_user_privileged": "allow"}])
def test_what_is_right(variables: dict[str, str]) -> None:
    assert found(**variables) == []


def test_the_rules_are_in_the_index() -> None:
    assert set(RULES) <= set(index.RAYLETS)
