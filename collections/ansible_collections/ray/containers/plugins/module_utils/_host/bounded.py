# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One process, waited for and listened to within limits: what it starts and what it says may be an attacker's.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
import typing as t

__all__ = ["Outcome", "run_bounded"]

#: Seconds that a process which has ended leaves for what it has started to say the rest.
LINGER = 5.0

#: Seconds between two looks whether it has ended, while nothing is said.
LOOK_EVERY = 0.2


class Outcome(t.NamedTuple):
    """What became of it.

    :param ended: why it was ended; empty when it came to its end by itself.
    """

    rc: int
    stdout: bytes
    stderr: bytes
    ended: str = ""


def run_bounded(
    argv: t.Sequence[str],
    *,
    stdin: bytes,
    seconds: float,
    most: int,
    environment: t.Mapping[str, str],
    cwd: str,
    become: t.Callable[[], None] | None = None,
    keep: t.Collection[int] = (),
) -> Outcome:
    """Run *argv* and wait; end it, and with it all of its process group, once a limit is reached.

    :param seconds: in all.
    :param most: bytes on either of its outputs.
    :param become: run in the new process before the program.
    :param keep: descriptors that it is given.
    :raises FileNotFoundError: there is no such program.
    """
    # preexec_fn and not user=, group=, extra_groups=: those need Python 3.9, and the floor is 3.8.
    process = subprocess.Popen(  # pylint: disable=subprocess-popen-preexec-fn,consider-using-with
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(environment),
        cwd=cwd,
        preexec_fn=become,
        pass_fds=tuple(keep),
        start_new_session=True,
    )
    listener = _Listener(process, stdin, most)
    try:
        ended = listener.listen(time.monotonic() + seconds, seconds)
    except BaseException:
        _kill(process)
        raise
    finally:
        listener.close()
    if ended:
        _kill(process)
    rc = process.wait() if not ended else -signal.SIGKILL
    return Outcome(rc, bytes(listener.said["stdout"]), bytes(listener.said["stderr"]), ended)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """A process that hangs in the kernel outlives this, and is not waited for."""
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=2)


class _Listener:
    def __init__(self, process: subprocess.Popen[bytes], stdin: bytes, most: int) -> None:
        self._process = process
        self._stdin = memoryview(stdin)
        self._most = most
        self._selector = selectors.DefaultSelector()
        self.said = {"stdout": bytearray(), "stderr": bytearray()}
        for name, event in (
            ("stdin", selectors.EVENT_WRITE),
            ("stdout", selectors.EVENT_READ),
            ("stderr", selectors.EVENT_READ),
        ):
            stream = getattr(process, name)
            os.set_blocking(stream.fileno(), False)
            self._selector.register(stream, event, name)

    def close(self) -> None:
        self._selector.close()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def listen(self, deadline: float, seconds: float) -> str:
        """Until all has been said; returns why it is to be ended, if it is."""
        lingers_until = None
        while self._selector.get_map():
            now = time.monotonic()
            if lingers_until is None and self._process.poll() is not None:
                lingers_until = now + LINGER
            if lingers_until is not None and now >= lingers_until:
                return ""  # what it has started holds its outputs open, for as long as it pleases
            if now >= deadline:
                return f"no end after {seconds:.0f} seconds"
            for key, _events in self._selector.select(min(LOOK_EVERY, deadline - now)):
                self._attend(key)
            if any(len(text) > self._most for text in self.said.values()):
                return f"it said more than {self._most} bytes"
        return self._await(deadline, seconds)

    def _await(self, deadline: float, seconds: float) -> str:
        """Nothing more can be said: only its end is missing."""
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return f"no end after {seconds:.0f} seconds"
        return ""

    def _attend(self, key: selectors.SelectorKey) -> None:
        if key.data == "stdin":
            self._feed(key)
            return
        text = self.said[key.data]
        part = os.read(key.fd, min(1 << 16, self._most + 1 - len(text)))
        text += part
        if not part:
            self._selector.unregister(key.fileobj)

    def _feed(self, key: selectors.SelectorKey) -> None:
        try:
            self._stdin = self._stdin[os.write(key.fd, self._stdin[: 1 << 16]) :]
        except BrokenPipeError:
            self._stdin = self._stdin[:0]
        if not self._stdin:
            self._selector.unregister(key.fileobj)
            with contextlib.suppress(OSError):
                t.cast("t.IO[bytes]", key.fileobj).close()
