# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that means harm: answers that trickle, never end, break off, or lie about their length. On a real socket."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
import typing as t

__all__ = ["ENDLESS", "TRICKLES", "HostileServer", "BROKEN"]

Talk = t.Callable[[socket.socket], None]

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


class HostileServer:
    """Has each client read its request's head, then talks to it as it is told, until the client is gone.

    :param certificate: a file with key and certificate: TLS, when there is one.
    """

    def __init__(self, talk: Talk, certificate: str = "") -> None:
        self.talk = talk
        self.requests: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.location = f"localhost:{self._listener.getsockname()[1]}"
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certificate else None
        if self._context:
            self._context.load_cert_chain(certificate)
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> HostileServer:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            if self._context:
                client = self._context.wrap_socket(client, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                part = client.recv(65536)
                if not part:
                    return
                head += part
            self.requests.append(head.partition(b"\r\n")[0].decode())
            self.talk(client)
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)


def _slowly(before: bytes, again: bytes) -> Talk:
    def talk(client: socket.socket) -> None:
        client.sendall(before)
        while True:
            client.sendall(again)
            time.sleep(0.05)

    return talk


def _fast(before: bytes, again: bytes) -> Talk:
    def talk(client: socket.socket) -> None:
        client.sendall(before)
        while True:
            client.sendall(again)

    return talk


def _once(answer: bytes) -> Talk:
    return lambda client: client.sendall(answer)


def _silent(client: socket.socket) -> None:
    client.recv(1)


MIB = b"x" * 2**20
CHUNK = b"%x\r\n%s\r\n" % (len(MIB), MIB)

#: Each wait is short, and there is no end.
TRICKLES: dict[str, Talk] = {
    "silence": _silent,
    "a status line": _slowly(b"HTTP/1.1 200 ", b"O"),
    "continue": _slowly(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "one header": _slowly(OK + b"X-Long: ", b"x"),
    "headers": _slowly(OK, b"X: y\r\n"),
    "a body": _slowly(OK + b"Content-Length: 1000000\r\n\r\n", b"x"),
    "a body without a length": _slowly(OK + b"\r\n", b"x"),
    "chunks": _slowly(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "a chunk's size": _slowly(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "trailers": _slowly(OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", b"X: y\r\n"),
    "an error's body": _slowly(b"HTTP/1.1 503 No\r\n\r\n", b"x"),
}

#: More than any memory holds, as fast as it goes.
ENDLESS: dict[str, Talk] = {
    "a body": _fast(OK + b"\r\n", MIB),
    "a body of a length": _fast(OK + b"Content-Length: 999999999999999\r\n\r\n", MIB),
    "chunks": _fast(OK + b"Transfer-Encoding: chunked\r\n\r\n", CHUNK),
    "an error's body": _fast(b"HTTP/1.1 404 No\r\n\r\n", MIB),
    "a header": _fast(OK + b"X: ", MIB),
}


#: No whole answers.
BROKEN: dict[str, Talk] = {
    "less than promised": _once(OK + b"Content-Length: 100\r\n\r\n{}"),
    "a chunk cut short": _once(OK + b"Transfer-Encoding: chunked\r\n\r\n64\r\n{}"),
    "no last chunk": _once(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
    "no http": _once(b"\x1b]52;c;aGk=\x07 hello\r\n\r\n"),
    "nothing": _once(b""),
}
