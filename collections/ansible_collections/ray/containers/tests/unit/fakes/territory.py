# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ray user's territory with the rights of whoever runs the test, for what is not about rights."""

from __future__ import annotations

import pytest

from ansible_collections.ray.containers.plugins.module_utils._host import user_files, user_work

__all__ = ["in_own_hands"]


def in_own_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every account's files be handled by this process, whatever the account, and whether it exists."""
    monkeypatch.setattr(user_files, "_known", {})
    monkeypatch.setattr(user_files, "_exists", lambda _user: True)
    monkeypatch.setattr(
        user_files, "_way", lambda _user: lambda request, content, _seconds: user_work.carry_out(request, content)
    )
