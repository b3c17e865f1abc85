# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ray lies in and leaves on a node: one environment for each Ray and Python, what they share, and the head's memory.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

__all__ = ["GCS_STATE", "IN_A_CONTAINER", "MARKER", "SHARED"]

#: The file that says what an environment is; written last, so that one without it is known to be half made.
MARKER = "ray-runtime.json"

#: Beside the environments: the installer, interpreters of its own, and the lock of who installs.
SHARED = ("uv", "python", ".lock")

#: What the head remembers, below /var/lib; by the runtime, for another Ray does not read it.
GCS_STATE = "ray/gcs"

#: How the name of the state ends that a raylet in a container keeps.
IN_A_CONTAINER = "-container"
