# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading, replacing and removing files by descriptors: what is looked at is what is used, whoever renames meanwhile.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
import typing as t

__all__ = ["OPEN_DIRECTORY", "Refused", "children", "kind_of", "read_regular", "remove_tree", "replace"]

#: A FIFO without a writer, a terminal, a file under somebody's lease: none makes an open wait.
OPEN_TO_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
OPEN_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

#: Directories in each other that are open at the same time while a tree is removed; deeper ones are moved up first.
DEEPEST = 64

#: Names of one directory that are held at the same time.
AT_ONCE = 4096

#: What is told of that could not be removed.
TOLD = 8

_KINDS = (
    (stat.S_ISREG, "file"),
    (stat.S_ISDIR, "directory"),
    (stat.S_ISLNK, "link"),
    (stat.S_ISFIFO, "FIFO"),
    (stat.S_ISSOCK, "socket"),
)


class Refused(Exception):
    """What stands at a path is nothing to use there; the text says what it is."""


def kind_of(mode: int) -> str:
    """What a mode (stat(2)) is one of: ``file``, ``directory``, ``link``, ``FIFO``, ``socket`` or ``device``."""
    return next((kind for test, kind in _KINDS if test(mode)), "device")


def read_regular(
    path: str, limit: int, *, start: int = 0, cut: bool = False, flags: int = 0, dir_fd: int | None = None
) -> bytes:
    """The content of a regular file, which never blocks.

    :param limit: bytes.
    :param start: leave out what comes before; a negative one counts from the end.
    :param cut: of a longer file the first *limit* bytes; it is refused otherwise.
    :raises Refused: it is none, or it is too long.
    """
    descriptor = os.open(path, OPEN_TO_READ | flags, dir_fd=dir_fd)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise Refused(f"it is a {kind_of(found.st_mode)}")
        if start:
            os.lseek(descriptor, start if start > 0 else max(0, found.st_size + start), os.SEEK_SET)
        content = _read(descriptor, limit + 1)
    finally:
        os.close(descriptor)
    if len(content) > limit and not cut:
        raise Refused(f"it holds more than {limit} bytes")
    return content[:limit]


def _read(descriptor: int, most: int) -> bytes:
    """What is there now: a file that grows meanwhile, or that the kernel makes up for ever, ends somewhere."""
    content = bytearray()
    while len(content) < most:
        part = os.read(descriptor, min(1 << 20, most - len(content)))
        if not part:
            break
        content += part
    return bytes(content)


def replace(directory: int, name: str, content: bytes, mode: int, uid: int = -1, gid: int = -1) -> None:
    """Put a file with this content in the place of *name*: readers see the old one or the new.

    Its owner and mode are set on the descriptor, and before there is anything in it to read.
    """
    temporary = f".{name[:200]}.{os.urandom(6).hex()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(temporary, flags, 0o600, dir_fd=directory)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            if (uid, gid) != (-1, -1):
                os.fchown(descriptor, uid, gid)
            os.fchmod(descriptor, mode)
            stream.write(content)
            stream.flush()
            os.fsync(descriptor)
        os.rename(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
    except BaseException:
        # Where it is gone, somebody else took it away.
        with contextlib.suppress(OSError):
            os.unlink(temporary, dir_fd=directory)
        raise


def children(directory: int, most: int) -> list[str]:
    """The names in a directory.

    :raises Refused: there are more than *most*.
    """
    names = []
    with os.scandir(directory) as entries:
        for entry in entries:
            names.append(entry.name)
            if len(names) > most:
                raise Refused(f"it holds more than {most} entries")
    return names


def remove_tree(directory: int, name: str, may_enter: t.Callable[[os.stat_result], bool]) -> list[str]:
    """Remove *name*, whatever it is, with all that lies in it; links are removed and not followed.

    :param may_enter: whether a directory may be emptied, by its status.
    :returns: why something is left, some lines at the most; nothing where all is gone.
    """
    removal = _Removal(may_enter)
    removal.remove(directory, name, name)
    return removal.told


class _Removal:
    """One tree on its way out.

    :param told: why something is left.
    """

    def __init__(self, may_enter: t.Callable[[os.stat_result], bool]) -> None:
        self.told: list[str] = []
        self._may_enter = may_enter
        self._gone = 0
        self._open: list[int] = []

    def remove(self, above: int, name: str, shown: str) -> None:
        try:
            if not stat.S_ISDIR(os.lstat(name, dir_fd=above).st_mode):
                os.unlink(name, dir_fd=above)
            elif len(self._open) > DEEPEST:
                # However deep somebody has made it: the descriptors of this process are few.
                os.rename(name, f".{os.urandom(8).hex()}", src_dir_fd=above, dst_dir_fd=self._open[0])
            else:
                self._empty(above, name, shown)
                os.rmdir(name, dir_fd=above)
            self._gone += 1
        except FileNotFoundError:
            return
        except (OSError, Refused) as error:
            why = f"{shown}: {getattr(error, 'strerror', None) or error}"
            # That a directory is not empty says nothing where it was told what is left in it.
            if len(self.told) < TOLD and why not in self.told and not any(f"{shown}/" in each for each in self.told):
                self.told.append(why)

    def _empty(self, above: int, name: str, shown: str) -> None:
        descriptor = os.open(name, OPEN_DIRECTORY, dir_fd=above)
        self._open.append(descriptor)
        try:
            if not self._may_enter(os.fstat(descriptor)):
                if self._some(descriptor):
                    raise Refused("it is another account's, and not empty")
                return
            names, before = self._some(descriptor), -1
            while names and self._gone != before:
                before = self._gone
                for each in names:
                    self.remove(descriptor, each, f"{shown}/{each}")
                names = self._some(descriptor)
        finally:
            os.close(self._open.pop())

    def _some(self, descriptor: int) -> list[str]:
        with os.scandir(descriptor) as entries:
            return [entry.name for entry in itertools.islice(entries, AT_ONCE)]
