# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is installed in a virtual environment, read from its files.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import glob
import os
import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text

__all__ = ["installed_libraries"]

_VERSION = re.compile(r"^__version__\s*=\s*[\"'](.+?)[\"']", re.MULTILINE)


def installed_libraries(path: str, names: t.Iterable[str]) -> dict[str, str]:
    """The versions of those of *names* that the environment at *path* has, and of Ray's own cloudpickle."""
    packages = next(iter(glob.glob(f"{glob.escape(path)}/lib/python3.*/site-packages")), "")
    if not packages:
        return {}
    found = {}
    wanted = re.compile(rf"({'|'.join(map(re.escape, names))})-(\d.*)\.dist-info$")
    for entry in os.listdir(packages):
        match = wanted.match(entry)
        if match:
            found[match.group(1)] = match.group(2)
    cloudpickle = _VERSION.search(read_text(f"{packages}/ray/cloudpickle/__init__.py") or "")
    return {**found, "cloudpickle": cloudpickle.group(1)} if cloudpickle else found
