# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP that ends: whoever answers, an application or a registry, can neither keep us waiting for ever nor fill the memory.

A timeout of `http.client` is one for each wait, which an answer of one byte a second never meets. The names of hosts are
asked of the system's resolver, which has time limits of its own (resolv.conf(5)).

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
import typing as t

__all__ = ["Connection", "Deadline", "Incomplete", "SecureConnection", "body_of"]

#: Read at once.
_PART = 64 * 1024


class Incomplete(OSError):
    """An answer that is longer than it may be, or that ended before its end."""


class Deadline:
    """When an exchange has to be over, from its first connection to its last byte, redirects among it.

    In the place of a timeout it also goes through `urllib.request`, which hands that on as it is.

    :param seconds: from now on.
    :param silence: seconds for each single wait; as long as the whole when 0.
    """

    def __init__(self, seconds: float, silence: float = 0) -> None:
        self._end = time.monotonic() + seconds
        self._silence = silence or seconds

    def left(self) -> float:
        """Seconds that the next wait may take.

        :raises socket.timeout: there are none left.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        return min(left, self._silence)


def body_of(response: http.client.HTTPResponse, longest: int) -> bytes:
    """The whole body of an answer. Nothing in it is decoded, so that it is as long as what came.

    :param longest: in bytes.
    :raises Incomplete: it is longer, or ended too early.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        part = response.read(min(_PART, longest + 1 - size))
        if not part:
            break
        parts.append(part)
        size += len(part)
        if size > longest:
            raise Incomplete(f"the answer is longer than {longest // 2**20} MiB")
    # Content-Length counts down; of an answer that is read in parts, http.client itself does not mind its end.
    if response.length:
        raise Incomplete("the connection broke before the whole answer was there")
    return b"".join(parts)


class _Reader(io.RawIOBase):
    """What a socket receives, each wait within the deadline."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._raw = raw
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: t.Any) -> int | None:
        self._sock.settimeout(self._deadline.left())
        return t.cast("int | None", self._raw.readinto(buffer))

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Socket(socket.socket):
    deadline: Deadline

    def makefile(self, *_mode: t.Any, **_options: t.Any) -> t.Any:
        """As http.client asks for it: for reading bytes."""
        return io.BufferedReader(_Reader(super().makefile("rb", buffering=0), self, self.deadline))


class _SecureSocket(ssl.SSLSocket):
    deadline: Deadline

    def makefile(self, *_mode: t.Any, **_options: t.Any) -> t.Any:
        return io.BufferedReader(_Reader(super().makefile("rb", buffering=0), self, self.deadline))


class Connection(http.client.HTTPConnection):
    """A connection that keeps to a deadline, which is given as its timeout."""

    def __init__(self, *arguments: t.Any, timeout: Deadline, **options: t.Any) -> None:
        super().__init__(*arguments, **options)
        self.deadline = timeout
        self._create_connection = self._connected

    def _connected(self, address: tuple[str, int], *_timeout_and_source: t.Any) -> socket.socket:
        """A connection to the first address of the name that takes one."""
        failure: OSError | None = None
        for family, kind, protocol, _name, place in socket.getaddrinfo(*address, type=socket.SOCK_STREAM):
            sock = _Socket(family, kind, protocol)
            sock.deadline = self.deadline
            try:
                sock.settimeout(self.deadline.left())
                sock.connect(place)
                return sock
            except OSError as error:
                sock.close()
                failure = error
        raise failure or OSError("the name has no address")

    def send(self, data: t.Any) -> None:
        if self.sock is not None:
            self.sock.settimeout(self.deadline.left())
        super().send(data)


class SecureConnection(Connection, http.client.HTTPSConnection):
    """The same over TLS."""

    def __init__(self, *arguments: t.Any, context: ssl.SSLContext, **options: t.Any) -> None:
        context.sslsocket_class = _SecureSocket
        super().__init__(*arguments, context=context, **options)

    def connect(self) -> None:
        super().connect()
        t.cast("_SecureSocket", self.sock).deadline = self.deadline
