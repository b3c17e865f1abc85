# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file with the operator's variables for a raylet, as it lies on the node.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.environment_file import ENVIRONMENT_PATH
from ansible_collections.ray.containers.plugins.module_utils._host.file_state import file_state
from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text

__all__ = ["environment_file"]


def environment_file() -> str | None:
    """Its text; None without one, and empty when others can read it."""
    content, state = read_text(ENVIRONMENT_PATH), file_state(ENVIRONMENT_PATH)
    if content is None or state is None:
        return None
    return "" if state.mode & 0o077 else content
