# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A child that has the ids of an account, and does in its place what it is asked over a socket.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import signal
import socket
import struct
import threading
import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._host.user_work import carry_out

__all__ = ["Ended", "UserProcess", "become_account"]

#: Before every message: the lengths of its JSON and of what comes after that.
HEADER = struct.Struct("!IQ")

#: Bytes of an answer: of its JSON, and beside it.
MOST_TOLD, MOST_CONTENT = 16 * 2**20, 80 * 2**20

#: What every process that has changed its ids is; with 1, for debugging, all are open to their accounts (proc(5)).
SUID_DUMPABLE = "/proc/sys/fs/suid_dumpable"
PR_SET_DUMPABLE = 4


#: From a request and its content to the answer and its content.
Work = t.Callable[[t.Dict[str, t.Any], bytes], t.Tuple[t.Dict[str, t.Any], bytes]]


class Ended(Exception):
    """The child does not answer, or not any more; its text says why."""


class UserProcess:
    """Started when it is first asked. One that does not answer in time is killed, and never asked again.

    :param become: makes a process one of the account's (`become_account`).
    :param work: what it does for each request.
    """

    def __init__(self, become: t.Callable[[], None], work: Work = carry_out) -> None:
        self._become = become
        self._work = work
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._pid = 0
        self._ended = ""

    def ask(self, request: dict[str, t.Any], content: bytes, seconds: float) -> tuple[dict[str, t.Any], bytes]:
        """Have the child do what *request* says, and return its answer.

        :raises Ended: there is none.
        """
        with self._lock:
            if self._ended:
                raise Ended(self._ended)
            deadline = time.monotonic() + seconds
            try:
                asked = self._socket or self._start()
                _send(asked, request, content, deadline)
                return _receive(asked, deadline)
            except (TimeoutError, socket.timeout):
                self._ended = f"no end after {seconds:.0f} seconds"
            except (OSError, ValueError, RecursionError) as error:
                self._ended = str(error) or "the process that looked there was ended"
            self._end()
            raise Ended(self._ended)

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        self._pid = os.fork()
        if not self._pid:
            try:
                _let_go(theirs.fileno())
                self._become()
                _serve(theirs, self._work)
            except Exception as error:  # whoever asks is to hear of it
                _send(theirs, {"refused": f"{type(error).__name__}: {error}"}, b"", None)
            finally:
                os._exit(0)
        theirs.close()
        self._socket = ours
        return ours

    def _end(self) -> None:
        """Kill it. A process that hangs in the kernel (a file system of the user's own) outlives that, and is left to it."""
        if self._socket:
            self._socket.close()
        if not self._pid:
            return
        with contextlib.suppress(OSError):
            os.kill(self._pid, signal.SIGKILL)
            for _look in range(20):
                if os.waitpid(self._pid, os.WNOHANG)[0]:
                    return
                time.sleep(0.01)


def _let_go(keep: int) -> None:
    """Let go of everything that is the module's, but for one descriptor.

    The standard streams first: a child that hangs must not keep a connection open that ends with the last of them.
    """
    os.setsid()
    null = os.open("/dev/null", os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2 and int(name) != keep:
            with contextlib.suppress(OSError):
                os.close(int(name))
    os.chdir("/")
    os.umask(0o022)


def become_account(account: pwd.struct_passwd) -> None:
    """Give up every right but the account's, for good."""
    with open(SUID_DUMPABLE, encoding="ascii") as setting:
        exposed = setting.read().strip() == "1"
    os.initgroups(account.pw_name, account.pw_gid)
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    if exposed:
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def _serve(asked: socket.socket, work: Work) -> None:
    asked.settimeout(None)
    while True:
        request, content = _receive(asked, None)
        _send(asked, *work(request, content), None)


def _send(to: socket.socket, told: t.Mapping[str, t.Any], content: bytes, deadline: float | None) -> None:
    text = json.dumps(told).encode()
    to.settimeout(_left(deadline))
    to.sendall(HEADER.pack(len(text), len(content)) + text + content)


def _receive(of: socket.socket, deadline: float | None) -> tuple[dict[str, t.Any], bytes]:
    told, beside = HEADER.unpack(_exactly(of, HEADER.size, deadline))
    if told > MOST_TOLD or beside > MOST_CONTENT:
        raise ValueError("its answer is too long")
    text, content = _exactly(of, told, deadline), _exactly(of, beside, deadline)
    answer = json.loads(text)
    if not isinstance(answer, dict):
        raise ValueError("its answer is none")
    return answer, content


def _exactly(of: socket.socket, length: int, deadline: float | None) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        of.settimeout(_left(deadline))
        part = of.recv(min(1 << 20, length - len(parts)))
        if not part:
            raise ValueError("")
        parts += part
    return bytes(parts)


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
