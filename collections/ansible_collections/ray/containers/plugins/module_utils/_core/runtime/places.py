# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies where Ray is installed on a node: one environment for each Ray and Python, and what they share.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

__all__ = ["MARKER", "SHARED"]

#: The file that says what an environment is; written last, so that one without it is known to be half made.
MARKER = "ray-runtime.json"

#: Beside the environments: the installer, interpreters of its own, and the lock of who installs.
SHARED = ("uv", "python", ".lock")
