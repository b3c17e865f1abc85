# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done in the Ray user's territory, one request after the other, by a process that has that user's rights.

Links lead wherever that user may go, which harms nobody else. Nothing here waits for another process, and every answer has
a limit. Requests and answers are plain data: see `user_files`, which asks.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import errno
import fnmatch
import os
import stat
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._host.descriptors import (
    OPEN_DIRECTORY,
    Refused,
    children,
    kind_of,
    read_regular,
    remove_tree,
    replace,
)

__all__ = ["MOST_ENTRIES", "carry_out"]

Answer = t.Dict[str, t.Any]

#: Names of one directory that are looked through.
MOST_ENTRIES = 20_000

#: Nothing is there; a loop of links and a name that is too long lead nowhere, too, but somebody made them.
_MISSING = (errno.ENOENT, errno.ENOTDIR)


def carry_out(request: t.Mapping[str, t.Any], content: bytes) -> tuple[Answer, bytes]:
    """Do what is asked, and say how it went: with ``missing``, ``refused`` or ``errno`` where it did not."""
    arguments = dict(request)
    work = _WORK[arguments.pop("do")]
    try:
        return work(content, **arguments)
    except Refused as refused:
        return {"refused": str(refused)}, b""
    except OSError as error:
        if error.errno in _MISSING:
            return {"missing": True}, b""
        return {"errno": error.errno, "refused": error.strerror or str(error)}, b""


def _read(_content: bytes, path: str, limit: int, start: int, cut: bool) -> tuple[Answer, bytes]:
    return {}, read_regular(path, limit, start=start, cut=cut)


def _read_all(_content: bytes, paths: list[str], limit: int) -> tuple[Answer, bytes]:
    """The beginnings of those that can be read, each at most so long."""
    lengths, body = {}, bytearray()
    for path in paths:
        with contextlib.suppress(OSError, Refused):
            content = read_regular(path, limit, cut=True)
            lengths[path] = len(content)
            body += content
    return {"lengths": lengths}, bytes(body)


def _write(content: bytes, path: str, mode: int) -> tuple[Answer, bytes]:
    above, name = os.path.split(path)
    with _directory(above) as directory:
        try:
            replace(directory, name, content, mode)
        except IsADirectoryError:
            raise Refused("it is a directory") from None
        except PermissionError as error:
            leads = os.path.realpath(above)
            raise Refused(
                f"{error.strerror}" + ("" if leads == above else f", since {above} leads to {leads}")
            ) from None
    return {}, b""


def _make_directory(_content: bytes, path: str, mode: int) -> tuple[Answer, bytes]:
    with _directory(path) as directory:
        os.fchmod(directory, mode)
    return {}, b""


@contextlib.contextmanager
def _directory(path: str) -> t.Iterator[int]:
    """A directory, made with what is missing above it (0755)."""
    try:
        os.makedirs(path, 0o755, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        stands = path
        while not os.path.lexists(stands):
            stands = os.path.dirname(stands)
        kind = kind_of(os.lstat(stands).st_mode)
        raise Refused(f"{stands} is a {kind}{' that leads to no directory' if kind == 'link' else ''}") from None
    directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield directory
    finally:
        os.close(directory)


def _make_temporary(_content: bytes, above: str, prefix: str, mode: int) -> tuple[Answer, bytes]:
    path = f"{above}/{prefix}{os.urandom(6).hex()}"
    os.mkdir(path, 0o700)
    directory = os.open(path, OPEN_DIRECTORY)
    try:
        os.fchmod(directory, mode)
    finally:
        os.close(directory)
    return {"path": path}, b""


def _remove(_content: bytes, path: str) -> tuple[Answer, bytes]:
    above, name = os.path.split(path)
    directory = os.open(above, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        return {"left": remove_tree(directory, name, lambda _found: True)}, b""
    finally:
        os.close(directory)


def _state(_content: bytes, path: str, follow: bool) -> tuple[Answer, bytes]:
    return _status(os.stat(path) if follow else os.lstat(path)), b""


def _list(_content: bytes, path: str) -> tuple[Answer, bytes]:
    directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        return {"names": sorted(children(directory, MOST_ENTRIES))}, b""
    finally:
        os.close(directory)


def _find(_content: bytes, above: str, pattern: str) -> tuple[Answer, bytes]:
    """The regular files of a directory whose names fit a pattern, the newest first."""
    names = fnmatch.filter(_list(b"", above)[0]["names"], pattern)
    found = []
    for name in names:
        with contextlib.suppress(OSError):
            status = os.stat(f"{above}/{name}")
            if stat.S_ISREG(status.st_mode):
                found.append({"path": f"{above}/{name}", **_status(status)})
    return {"found": sorted(found, key=lambda each: each["modified"], reverse=True)[:MOST_ENTRIES]}, b""


def _resolve(_content: bytes, path: str) -> tuple[Answer, bytes]:
    os.stat(path)
    return {"path": os.path.realpath(path)}, b""


def _status(found: os.stat_result) -> Answer:
    return {
        "kind": kind_of(found.st_mode),
        "mode": stat.S_IMODE(found.st_mode),
        "uid": found.st_uid,
        "gid": found.st_gid,
        "size": found.st_size,
        "modified": found.st_mtime,
    }


_WORK: dict[str, t.Callable[..., tuple[Answer, bytes]]] = {
    "read": _read,
    "read all": _read_all,
    "write": _write,
    "make directory": _make_directory,
    "make temporary": _make_temporary,
    "remove": _remove,
    "state": _state,
    "list": _list,
    "find": _find,
    "resolve": _resolve,
}
