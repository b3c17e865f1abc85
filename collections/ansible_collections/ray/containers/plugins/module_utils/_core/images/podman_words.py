# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Podman wrote, cut to what an operator needs of it.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re

__all__ = ["evidence"]

#: Characters: a program in a container may say what it wants.
LONGEST = 2000


def evidence(output: str) -> str:
    """The line that holds the reason: Podman's own error rather than the warnings of its retries."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line[len("Error: ") :] for line in lines if line.startswith("Error: ")]
    # Podman repeats the reference and the address that the sentence names already.
    line = (errors or lines or [""])[-1][:LONGEST].rstrip(".")
    return re.sub(r'^(?:initializing source \S+: )?(?:pinging container registry \S+: )?(?:Get "\S+": )?', "", line)
