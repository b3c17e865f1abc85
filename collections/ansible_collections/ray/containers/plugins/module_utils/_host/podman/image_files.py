# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking through the files of an image in root's store, without running anything of it.

Its own programs, asked in a container, could tell whatever they like.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import stat
import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import privileges
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error
from ansible_collections.ray.containers.plugins.module_utils._core.privileges.image import (
    CONFIGURATION,
    LIBRARIES,
    ImageSeen,
    capabilities_of,
)
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Commands

__all__ = ["mounted", "seen_in"]

#: Seconds for Podman to mount an image, and for looking through it.
MOUNT_TIMEOUT = 120.0
LOOK_TIMEOUT = 600.0

#: Bytes of a file that is read.
LARGEST = 1024 * 1024

SUDOERS = ("/etc/sudoers", "/etc/sudoers.d/*")


@contextlib.contextmanager
def mounted(commands: Commands, image: str) -> t.Iterator[str]:
    """The directory below which the files of an image of root's store lie, read-only."""
    shown = commands.run(("podman", "image", "mount", image), check=False, timeout=MOUNT_TIMEOUT)
    root = shown.stdout.strip().rpartition("\n")[2].strip()
    if shown.rc or not root.startswith("/"):
        raise CommandFailed(shown, what=f"The files of the image {image} cannot be looked at")
    try:
        yield root
    finally:
        commands.run(("podman", "image", "unmount", image), check=False, timeout=MOUNT_TIMEOUT)


def seen_in(root: str, uid: int, gid: int) -> ImageSeen:
    """What the files below *root* tell of how somebody with these ids could become root.

    :raises OperatorError: there are too many of them to look at in time.
    """
    root = os.path.realpath(root)
    set_ids, capabilities = [], {}
    for path, mode in _executables(root):
        inside = path[len(root) :]
        if mode & (stat.S_ISUID | stat.S_ISGID):
            set_ids.append(inside)
        given = capabilities_of(_capability(path))
        if given:
            capabilities[inside] = given
    named = [*(root + path for path in CONFIGURATION), *_libraries(root)]
    # /lib is a link to /usr/lib in most images.
    places = list({os.path.realpath(path): path for path in reversed(named)}.values())
    return ImageSeen(
        set_ids=tuple(sorted(set_ids)),
        capabilities=dict(sorted(capabilities.items())),
        changeable=tuple(
            path[len(root) :].rstrip("/") or "/"
            for path in sorted(places)
            if _is_inside(root, path) and _may_change(path, uid, gid)
        ),
        passwd=_text(root, "/etc/passwd"),
        group=_text(root, "/etc/group"),
        shadow=_text(root, "/etc/shadow"),
        sudoers=tuple(_text(root, path) for pattern in SUDOERS for path in _matching(root, pattern)),
    )


def _executables(root: str) -> t.Iterator[tuple[str, int]]:
    """Every regular file that somebody may run, or that has such a bit all the same. No link is followed."""
    deadline = time.monotonic() + LOOK_TIMEOUT
    waiting = [root]
    while waiting:
        if time.monotonic() > deadline:
            raise error(
                privileges.IMAGE_GIVES_ROOT,
                "Whether the Ray user can become root in the raylet's image is not known",
                why=f"its files could not be looked through in {LOOK_TIMEOUT:.0f} s",
            )
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    mode = entry.stat(follow_symlinks=False).st_mode
                    if mode & 0o6111:
                        yield entry.path, mode


def _capability(path: str) -> bytes:
    try:
        return os.getxattr(path, "security.capability", follow_symlinks=False)
    except OSError as missing:
        if missing.errno in (errno.ENODATA, errno.EOPNOTSUPP):
            return b""
        raise


def _libraries(root: str) -> list[str]:
    """The directories that the dynamic linker looks into, and the libraries in them."""
    settings = ("/etc/ld.so.conf", *_matching(root, "/etc/ld.so.conf.d/*"))
    named = [line.strip() for path in settings for line in _text(root, path).splitlines()]
    directories = [path for pattern in LIBRARIES for path in _matching(root, pattern)]
    directories += [line for line in named if line.startswith("/")]
    found = [root + path for path in dict.fromkeys(directories)]
    real = [path for path in found if _is_inside(root, path) and os.path.isdir(path) and not os.path.islink(path)]
    return [*real, *(f"{path}/{name}" for path in real for name in sorted(os.listdir(path)) if ".so" in name)]


def _matching(root: str, pattern: str) -> list[str]:
    """The paths in the image that match."""
    return [path[len(root) :] for path in sorted(glob.glob(glob.escape(root) + pattern)) if _is_inside(root, path)]


def _is_inside(root: str, path: str) -> bool:
    """Whether the directory that it lies in is the image's: an image may have a link to a directory of the host."""
    parent = os.path.realpath(os.path.dirname(path.rstrip("/")))
    return path.rstrip("/") == root or parent == root or parent.startswith(f"{root}/")


def _may_change(path: str, uid: int, gid: int) -> bool:
    """Whether somebody with these ids may change the file or the directory; a link is another place's affair."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    if stat.S_ISLNK(found.st_mode):
        return False
    by_group = found.st_gid == gid and found.st_mode & stat.S_IWGRP
    return bool(found.st_uid == uid or by_group or found.st_mode & stat.S_IWOTH)


def _text(root: str, path: str) -> str:
    """The text of a regular file, up to a limit; nothing of anything else: it is an image that says what is there."""
    if not _is_inside(root, root + path):
        return ""
    try:
        handle = os.open(root + path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        is_file = stat.S_ISREG(os.fstat(handle).st_mode)
        return os.read(handle, LARGEST).decode("utf-8", errors="replace") if is_file else ""
    finally:
        os.close(handle)
