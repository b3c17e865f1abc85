# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tiny root filesystem made of this host's own shell, to run containers without a registry.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import io
import os
import tarfile

from ansible_collections.ray.containers.plugins.module_utils._core.rootless.proof import shared_libraries
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands

__all__ = ["probe_archive"]

SHELL = "/bin/sh"


def probe_archive(commands: Commands) -> bytes:
    """A tar archive in which ``python -c SCRIPT`` runs SCRIPT in this host's shell.

    The libraries lie in it under the names by which the loader looks for them, with all links resolved, so that it
    makes no difference whether /lib is a link to /usr/lib here.
    """
    libraries = shared_libraries(commands.run(("ldd", SHELL), check=False).stdout)
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for name in ("tmp", "etc", "proc", "sys", "dev", "shared"):
            directory = tarfile.TarInfo(name)
            directory.type = tarfile.DIRTYPE
            directory.mode = 0o1777 if name == "tmp" else 0o755
            archive.addfile(directory)
        _add(archive, SHELL, "usr/bin/python")
        for library in libraries:
            _add(archive, library, library.lstrip("/"))
    return content.getvalue()


def _add(archive: tarfile.TarFile, source: str, name: str) -> None:
    real = os.path.realpath(source)
    entry = tarfile.TarInfo(name)
    entry.size = os.path.getsize(real)
    entry.mode = 0o755
    with open(real, "rb") as stream:
        archive.addfile(entry, stream)
