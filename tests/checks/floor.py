# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.checks.floor PYTHON DIRECTORY TEST...``: run tests with an old Python, in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

#: The last release that runs on Python 3.8.
PYTEST = "pytest==8.3.5"


def main(interpreter: str, directory: str, *tests: str) -> int:
    python = Path(directory) / "bin" / "python"
    done = Path(directory) / PYTEST
    if not done.exists():
        subprocess.run([interpreter, "-m", "venv", "--clear", directory], check=True)
        # pip, because it knows the index and the certificates that this machine was told of.
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PYTEST], check=True)
        done.touch()
    return subprocess.run([python, "-m", "pytest", "-q", *tests], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
