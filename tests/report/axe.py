# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""axe-core, which asks a page how accessible it is: one file, pinned by its version and its digest."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import tarfile
from pathlib import Path

__all__ = ["source"]

VERSION = "4.14.1"
#: Of the package, as its registry's `integrity` has it.
SHA512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="


def source(directory: Path) -> str:
    """Its JavaScript; fetched by npm unless it is there. npm runs nothing of it.

    :param directory: where the package is kept.
    :raises RuntimeError: the package is another one than that which was pinned.
    """
    package = directory / f"axe-core-{VERSION}.tgz"
    if not package.exists():
        argv = ["npm", "pack", "--silent", "--ignore-scripts", f"axe-core@{VERSION}"]
        subprocess.run(argv, cwd=directory, check=True, stdout=subprocess.DEVNULL)
    content = package.read_bytes()
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != SHA512:
        package.unlink()
        raise RuntimeError(f"axe-core {VERSION} is not the package that was pinned; it was removed")
    with tarfile.open(package) as archive:
        found = archive.extractfile("package/axe.min.js")
        assert found is not None
        return found.read().decode()
