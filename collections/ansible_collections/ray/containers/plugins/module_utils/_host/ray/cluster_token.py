# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster's token as the Ray user has it.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._host.accounts import account
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of

__all__ = ["LONGEST", "token_of", "token_path"]

#: Of a token, in bytes.
LONGEST = 4096


def token_path(home: str) -> str:
    """Where Ray looks for it."""
    return f"{home}/.ray/auth_token"


def token_of(user: str) -> str:
    """The token; empty where there is none, or no such account."""
    known = account(user)
    return (files_of(user).read_text(token_path(known.home), LONGEST) or "").strip() if known else ""
