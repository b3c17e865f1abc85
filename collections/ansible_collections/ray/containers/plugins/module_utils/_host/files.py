# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and directories: read them, and replace them so that a killed run never leaves half of one.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import tempfile

__all__ = ["make_directory", "read_text", "remove", "write_text"]


def read_text(path: str) -> str | None:
    """The file's text, or None when there is no such file."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as stream:
            return stream.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def write_text(path: str, content: str, *, mode: int = 0o644, owner: str = "", group: str = "") -> None:
    """Replace *path* in one step: readers see the old text or the new, also when this run is killed."""
    directory = os.path.dirname(path) or "."
    os.makedirs(directory, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{os.path.basename(path)}.", dir=directory)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chown(temporary, _uid(owner), _gid(group, owner))
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def make_directory(path: str, *, mode: int = 0o755, owner: str = "", group: str = "") -> None:
    """Make *path* a directory of this mode and owner, and with it any missing parent (0755).

    A parent goes to the owner of what it is made in, who could replace it in any case: below a home to the user, below
    /var/lib to root.
    """
    missing = []
    parent = path
    while not os.path.isdir(parent):
        missing.append(parent)
        parent = os.path.dirname(parent)
    above = os.stat(parent)
    for directory in reversed(missing):
        os.mkdir(directory)
        os.chown(directory, above.st_uid, above.st_gid)
        os.chmod(directory, 0o755)
    os.chown(path, _uid(owner), _gid(group, owner))
    os.chmod(path, mode)


def remove(path: str) -> None:
    """Take *path* away, whatever it is; nothing there is well too."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


def _uid(owner: str) -> int:
    return pwd.getpwnam(owner).pw_uid if owner else os.geteuid()


def _gid(group: str, owner: str) -> int:
    if group:
        return grp.getgrnam(group).gr_gid
    return pwd.getpwnam(owner).pw_gid if owner else os.getegid()
