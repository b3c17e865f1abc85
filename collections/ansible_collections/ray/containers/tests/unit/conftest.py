# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose rights the Ray user's files are handled with in tests: its own where that is what the test is about."""

from __future__ import annotations

import pytest

from ansible_collections.ray.containers.tests.unit.fakes.territory import in_own_hands


@pytest.fixture(autouse=True)
def _territory(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most tests name an account that this machine does not have; those of the boundary use real ones."""
    if not request.path.name.startswith("test_boundary"):
        in_own_hands(monkeypatch)
