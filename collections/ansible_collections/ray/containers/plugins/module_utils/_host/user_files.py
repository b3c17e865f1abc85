# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the Ray user's territory: its home, /tmp/ray, and every directory given to it.

An application runs as that user, so that whatever lies there may be the work of an attacker who is at it right now. Root has
it all done by a child with that user's ids and nothing more: a link leads only where the user may go anyway. What comes back
is bounded in size and time, and plain data. The child has none of the module's descriptors; what the module knows lies in its
memory, too, and the kernel keeps that from the user, as of every process that has changed its ids (prctl(2), PR_SET_DUMPABLE).

A module without root's rights does the same itself, with its own.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import pwd
import threading
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.file_state import group_name, owner_name
from ansible_collections.ray.containers.plugins.module_utils._host.user_process import (
    Ended,
    UserProcess,
    become_account,
)
from ansible_collections.ray.containers.plugins.module_utils._host.user_work import carry_out

__all__ = ["FoundAt", "UserFiles", "files_of", "own_files"]

#: Bytes of a file that is read whole.
LONGEST = 4 * 2**20

#: Seconds for one request; a disk may be slow, and a tree large.
LOOK_SECONDS, WRITE_SECONDS, REMOVE_SECONDS = 20.0, 60.0, 900.0


class FoundAt(t.NamedTuple):
    """What stands at a path.

    :param kind: ``file``, ``directory``, ``link``, ``FIFO``, ``socket`` or ``device``.
    :param modified: seconds since the epoch.
    """

    path: str
    kind: str
    mode: int
    uid: int
    owner: str
    group: str
    size: int
    modified: float


class UserFiles:
    """What can be done in the territory of *user*.

    Every method may raise OperatorError: something is there that cannot be used, or no answer came in time.
    """

    def __init__(self, user: str, ask: Ask) -> None:
        self.user = user
        self._ask = ask

    def read_text(self, path: str, limit: int = LONGEST) -> str | None:
        """A file's text; None when there is no such file. One of more than *limit* bytes is refused."""
        answer, content = self._tell("read", path, path=path, limit=limit, start=0, cut=False)
        return None if "missing" in answer else content.decode("utf-8", errors="surrogateescape")

    def read_part(self, path: str, limit: int, start: int) -> bytes:
        """At most *limit* bytes from *start* on, which a negative one counts from the end; none without a file."""
        return self._tell("read", path, path=path, limit=limit, start=start, cut=True)[1]

    def read_all(self, paths: t.Sequence[str], limit: int) -> dict[str, str]:
        """The beginnings of those of the files that can be read."""
        answer, content = self._tell("read all", "files", paths=list(paths), limit=limit)
        texts, start = {}, 0
        for path, length in answer.get("lengths", {}).items():
            texts[path] = content[start : start + length].decode("utf-8", errors="replace")
            start += length
        return texts

    def write_text(self, path: str, content: str, *, mode: int = 0o644) -> None:
        """Replace *path* in one step, and make the directories that are missing above it (0755)."""
        self.write_bytes(path, content.encode("utf-8", errors="surrogateescape"), mode=mode)

    def write_bytes(self, path: str, content: bytes, *, mode: int = 0o644) -> None:
        """The same for what is no text."""
        self._tell("write", path, content, seconds=WRITE_SECONDS, path=path, mode=mode)

    def make_directory(self, path: str, *, mode: int = 0o755) -> None:
        """Make *path* a directory of this mode, and with it any missing parent (0755)."""
        self._tell("make directory", path, seconds=WRITE_SECONDS, path=path, mode=mode)

    def make_temporary(self, above: str, prefix: str, *, mode: int = 0o700) -> str:
        """A new directory in the one *above*, and its path."""
        return str(self._tell("make temporary", above, above=above, prefix=prefix, mode=mode)[0]["path"])

    def remove(self, path: str) -> tuple[str, ...]:
        """Take *path* away as far as the user can, whatever it is.

        :returns: why something is left; nothing where all is gone.
        """
        answer, _content = self._tell("remove", path, seconds=REMOVE_SECONDS, path=path)
        return tuple(map(str, answer.get("left", ())))

    def state(self, path: str, *, follow: bool = False) -> FoundAt | None:
        """What stands there; None for nothing."""
        answer, _content = self._tell("state", path, path=path, follow=follow)
        return None if "missing" in answer else _found(path, answer)

    def is_directory(self, path: str) -> bool:
        """Whether *path* is a directory, or leads to one."""
        found = self.state(path, follow=True)
        return found is not None and found.kind == "directory"

    def names(self, path: str) -> list[str]:
        """The names in a directory, in their order; none where there is none."""
        return list(map(str, self._tell("list", path, path=path)[0].get("names", ())))

    def find(self, above: str, pattern: str) -> list[FoundAt]:
        """The regular files in a directory whose names fit a pattern of the shell, the newest first."""
        answer, _content = self._tell("find", above, above=above, pattern=pattern)
        return [_found(each["path"], each) for each in answer.get("found", ())]

    def resolve(self, path: str) -> str:
        """Where *path* leads, links followed; empty for nowhere."""
        return str(self._tell("resolve", path, path=path)[0].get("path", ""))

    def _tell(
        self, do: str, shown: str, content: bytes = b"", seconds: float = LOOK_SECONDS, **arguments: t.Any
    ) -> tuple[dict[str, t.Any], bytes]:
        try:
            answer, body = self._ask({"do": do, **arguments}, content, seconds)
        except Ended as ended:
            raise _error("NO_ANSWER", do, shown, self.user, str(ended)) from None
        if "refused" in answer or ("missing" in answer and do in _MAKES):
            why = answer.get("refused", "it was taken away meanwhile, or there is no such account")
            raise _error("IN_THE_WAY", do, shown, self.user, why)
        return answer, body


Ask = t.Callable[[t.Dict[str, t.Any], bytes, float], t.Tuple[t.Dict[str, t.Any], bytes]]

_CANNOT = {
    "read": "be read",
    "read all": "be read",
    "write": "be written",
    "make directory": "be made a directory",
    "make temporary": "take a directory",
    "remove": "be removed",
}

_MAKES = ("write", "make directory", "make temporary")

_lock = threading.Lock()
_known: dict[str, UserFiles] = {}


def files_of(user: str) -> UserFiles:
    """The territory of an account; of one that does not exist it is empty, and nothing can be put into it."""
    with _lock:
        if user not in _known:
            territory = UserFiles(user, _way(user))
            if not _exists(user):
                # Not kept: the account may be made by the next step.
                return territory
            _known[user] = territory
        return _known[user]


def own_files() -> UserFiles:
    """The same for the account that the module, or the controller, runs as: with its own rights."""
    return UserFiles(f"user {os.geteuid()}", _by_itself)


def _by_itself(request: dict[str, t.Any], content: bytes, _seconds: float) -> tuple[dict[str, t.Any], bytes]:
    return carry_out(request, content)


def _exists(user: str) -> bool:
    try:
        return bool(pwd.getpwnam(user))
    except KeyError:
        return False


def _way(user: str) -> Ask:
    if os.geteuid() != 0:
        return _by_itself
    if not _exists(user):
        return lambda _request, _content, _seconds: ({"missing": True}, b"")
    account = pwd.getpwnam(user)
    if account.pw_uid == 0:
        return _by_itself
    return UserProcess(lambda: become_account(account)).ask


def _error(name: str, do: str, path: str, user: str, why: str) -> OperatorError:
    # Only a refusal compiles it.
    from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import territory

    entry = getattr(territory, name)
    what = f"{path} cannot {_CANNOT.get(do, 'be looked at')} as {user}"
    return OperatorError(what, why=why, remedy=entry.remedy, code=entry.code)


def _found(path: str, told: t.Mapping[str, t.Any]) -> FoundAt:
    return FoundAt(
        path,
        str(told["kind"]),
        int(told["mode"]),
        int(told["uid"]),
        owner_name(int(told["uid"])),
        group_name(int(told["gid"])),
        int(told["size"]),
        float(told["modified"]),
    )
