# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Root's files: read, and replaced so that a killed run never leaves half of one.

A path is walked by descriptors, one name after the other. As root, only directories are passed in which nobody but root can
put something else in the place of the next name, and only links that lie in such; every other path is refused. So what
belongs to the Ray user is never reached from here, however it is linked or renamed meanwhile: see `user_files`. A module that
runs as another account walks any path, since it can harm nobody but that account.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import errno
import os
import pwd
import stat
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.descriptors import (
    OPEN_DIRECTORY,
    Refused,
    read_regular,
    remove_tree,
    replace,
)

__all__ = [
    "lock_file",
    "make_directory",
    "open_to_others",
    "read_text",
    "remove",
    "require_roots",
    "write_text",
]

#: In bytes. The longest of root's files that are read here are those of package managers.
LONGEST = 256 * 2**20

#: Enough to look into it; reading it may be denied.
PASS = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

#: As the kernel has it (path_resolution(7)).
MOST_LINKS = 40


def read_text(path: str, limit: int = LONGEST) -> str | None:
    """The file's text, or None when there is no such file.

    :param limit: bytes; a longer file is refused.
    :raises OperatorError: it is no regular file, or lies where another account could replace it.
    """
    try:
        with _walked(path) as (directory, name):
            content = read_regular(name, limit, flags=os.O_NOFOLLOW, dir_fd=directory)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except Refused as refused:
        raise _error(f"{path} cannot be read", str(refused)) from None
    return content.decode("utf-8", errors="surrogateescape")


def write_text(path: str, content: str, *, mode: int = 0o644, gid: int = -1, above: int = 0o755) -> None:
    """Replace *path* in one step: readers see the old text or the new, also when this run is killed.

    :param gid: of a group that the file is given to; root's when -1.
    :param above: the mode of directories that are missing above it and are made.
    :raises OperatorError: it lies where another account could replace it, or it is a directory.
    """
    try:
        with _walked(os.path.join(os.path.dirname(path) or ".", "."), make=above):
            pass
        with _walked(path, last=False) as (directory, name):
            replace(directory, name, content.encode("utf-8", errors="surrogateescape"), mode, gid=gid)
    except (IsADirectoryError, NotADirectoryError) as error:
        stands = "it is a directory" if isinstance(error, IsADirectoryError) else "no directory is above it"
        raise _error(f"{path} cannot be written", stands) from None


def lock_file(path: str, *, above: int = 0o700) -> int:
    """A descriptor of the file *path*, which is made (0600) where it is missing: to be locked, and to say who has locked it.

    :param above: the mode of directories that are missing above it and are made.
    :raises OperatorError: it lies where another account could replace it, or something else is at that path.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        with _walked(os.path.join(os.path.dirname(path) or ".", "."), make=above):
            pass
        with _walked(path, last=False) as (directory, name):
            return os.open(name, flags, 0o600, dir_fd=directory)
    except OSError as error:
        raise _error(f"{path} cannot be locked", error.strerror or str(error)) from None


def make_directory(path: str, *, mode: int = 0o755, uid: int = -1, gid: int = -1) -> None:
    """Make *path* a directory of this mode and owner, and with it any missing parent (root's, 0755).

    :param uid: whom it is given to; one that is there and is neither root's nor theirs is refused, unless root takes it back.
    :raises OperatorError: it lies where another account could replace it, or something else is at that path.
    """
    try:
        with _walked(path and os.path.join(path, "."), make=0o755) as (directory, _name):
            _settle(path, directory, mode, uid, gid)
    except NotADirectoryError:
        raise _error(f"The directory {path} cannot be made", "something else is at that path") from None


def remove(path: str) -> None:
    """Take *path* away, whatever it is; nothing there is well too.

    :raises OperatorError: it lies where another account could replace it, or another account's directory is in it.
    """
    try:
        with _walked(path, last=False) as (directory, name):
            left = remove_tree(directory, name, _is_roots)
    except (FileNotFoundError, NotADirectoryError):
        return
    if left:
        raise _error(f"{path} cannot be removed whole", "; ".join(left))


def open_to_others(path: str) -> str:
    """The first thing on the way to *path* that another account could replace, *path* included; empty for nothing.

    What is not there yet is root's to make, and safe. For a module that is not root's nothing is exposed.
    """
    if os.geteuid() != 0:
        return ""
    try:
        with _walked(path) as (directory, name):
            found = os.lstat(name, dir_fd=directory)
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except _Open as error:
        return error.directory
    return "" if _is_roots(found) and _closed(found) else path


def require_roots(path: str) -> None:
    """Refuse what root is to run or to build on, unless root alone can change it.

    :raises OperatorError: another account can.
    """
    exposed = open_to_others(path)
    if exposed:
        raise _Open(path, exposed, "can be changed by another account")


class _Open(OperatorError):
    """A directory on the way in which another account could put something else in the place of the next name."""

    def __init__(self, path: str, directory: str, why: str) -> None:
        # Only a refusal compiles it, here and below.
        from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.territory import REPLACEABLE

        super().__init__(
            f"Root does not go to {path}",
            why=f"{directory} {why}, and so could lead elsewhere",
            remedy=REPLACEABLE.remedy,
            code=REPLACEABLE.code,
        )
        self.directory = directory


def _is_roots(found: os.stat_result) -> bool:
    return found.st_uid in (0, os.geteuid())


def _closed(found: os.stat_result) -> bool:
    """Whether nobody else may write there; the group root is no one else."""
    return not found.st_mode & 0o002 and (not found.st_mode & 0o020 or found.st_gid == 0)


@contextlib.contextmanager
def _walked(path: str, *, last: bool = True, make: int = 0) -> t.Iterator[tuple[int, str]]:
    """A descriptor of the directory that *path* lies in, and its last name there.

    :param last: whether a link of the last name is followed, too.
    :param make: the mode of directories that are missing and are made; none are with 0. The last name must be ``.`` then.
    """
    walk = _Walk(path, make)
    try:
        yield walk.to_end(last)
    finally:
        os.close(walk.descriptor)


class _Walk:
    """On the way along a path; the descriptor is that of the directory reached."""

    def __init__(self, path: str, make: int) -> None:
        if not path:
            # As the kernel has it (path_resolution(7)); os.path.abspath takes it for the working directory.
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        self._path = os.path.abspath(path)
        self._make = make
        self._names = [name for name in reversed(self._path.split("/")) if name]
        if path.endswith("/."):
            self._names.insert(0, ".")
        self._links = 0
        self._start()

    def _start(self) -> None:
        self.descriptor = os.open("/", PASS)
        self._reached = "/"

    def to_end(self, last: bool) -> tuple[int, str]:
        while True:
            name = self._names.pop() if self._names else "."
            found = self._look(name)
            if found is not None and stat.S_ISLNK(found.st_mode) and (self._names or last):
                self._follow(name, found)
            elif not self._names:
                return self.descriptor, name
            else:
                self._enter(name, found)

    def _look(self, name: str) -> os.stat_result | None:
        """What stands at a name of the directory reached; the name itself must be safe there."""
        here = os.fstat(self.descriptor)
        try:
            found = None if name in (".", "..") else os.lstat(name, dir_fd=self.descriptor)
        except FileNotFoundError:
            found = None
        if os.geteuid() == 0 and name != ".":
            if not _is_roots(here):
                raise _Open(self._path, self._reached, f"belongs to {_name_of(here.st_uid)}")
            # In a sticky directory, as /tmp is, others cannot touch what is root's; a link there may be anybody's work.
            kept = bool(here.st_mode & stat.S_ISVTX and found and _is_roots(found) and not stat.S_ISLNK(found.st_mode))
            if not _closed(here) and not kept:
                raise _Open(self._path, self._reached, "can be written by others")
        return found

    def _follow(self, name: str, link: os.stat_result) -> None:
        if os.geteuid() == 0 and not _is_roots(link):
            raise _Open(self._path, os.path.join(self._reached, name), f"is a link of {_name_of(link.st_uid)}'s")
        self._links += 1
        if self._links > MOST_LINKS:
            raise _error(f"{self._path} leads nowhere", "it is a loop of links")
        target = os.readlink(name, dir_fd=self.descriptor)
        self._names += [part for part in reversed(target.split("/")) if part and part != "."]
        if target.startswith("/"):
            os.close(self.descriptor)
            self._start()

    def _enter(self, name: str, found: os.stat_result | None) -> None:
        if found is None and self._make and name != "..":
            _mkdir(self.descriptor, name, self._make)
        inner = os.open(name, PASS, dir_fd=self.descriptor)
        os.close(self.descriptor)
        self.descriptor = inner
        self._reached = os.path.normpath(os.path.join(self._reached, name))


def _mkdir(directory: int, name: str, mode: int) -> None:
    os.mkdir(name, 0o700, dir_fd=directory)
    with _opened(directory, name) as made:
        os.fchmod(made, mode)


def _settle(path: str, directory: int, mode: int, uid: int, gid: int) -> None:
    with _opened(directory, ".") as found:
        owner = os.fstat(found).st_uid
        # What is root's again is no way to elsewhere: links that another account has left in it are not followed.
        if os.geteuid() == 0 and uid != 0 and owner not in (0, uid):
            raise _error(f"The directory {path} is not taken over", f"it belongs to {_name_of(owner)}")
        if (uid, gid) != (-1, -1):
            os.fchown(found, uid, gid)
        os.fchmod(found, mode)


@contextlib.contextmanager
def _opened(directory: int, name: str) -> t.Iterator[int]:
    descriptor = os.open(name, OPEN_DIRECTORY, dir_fd=directory)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"the user id {uid}"


def _error(what: str, why: str) -> OperatorError:
    from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.territory import REPLACEABLE

    return OperatorError(what, why=why, remedy=REPLACEABLE.remedy, code=REPLACEABLE.code)
