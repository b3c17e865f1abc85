# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the containers of a node are called.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

__all__ = ["CONTAINER", "QUESTION", "TOOLS"]

#: The raylet's; application containers have no name of ours, and lie in the Ray user's own store.
CONTAINER = "raylet"

#: One beside it, in which modules ask Podman where no raylet runs.
TOOLS = "raylet-tools"

#: One beside both, in which modules ask an image what it holds, whatever image the raylet runs.
QUESTION = "raylet-question"
