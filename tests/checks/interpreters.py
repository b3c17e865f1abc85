# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding the oldest Python that the modules promise to run on."""

from __future__ import annotations

import shutil
import subprocess

#: The oldest Python on a node: Ubuntu 20.04's. tests/config.yml of the collection says the same to ansible-test.
FLOOR = "3.8"


def find(version: str) -> str | None:
    """A Python of *version* that starts, or None. A version manager's stand-in may be on PATH and yet not start."""
    name = f"python{version}"
    candidates = [path for path in (shutil.which(name),) if path]
    if shutil.which("pyenv"):
        whence = subprocess.run(["pyenv", "whence", "--path", name], capture_output=True, text=True, check=False)
        candidates += whence.stdout.split()
    return next((path for path in candidates if _starts(path)), None)


def _starts(path: str) -> bool:
    return subprocess.run([path, "-c", "import venv"], capture_output=True, check=False).returncode == 0
