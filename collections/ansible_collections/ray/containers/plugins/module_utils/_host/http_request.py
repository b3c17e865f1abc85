# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP request and its answer, with the standard library's cheapest client.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import http.client
import ssl
import typing as t
import urllib.parse
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._host.bounded_http import (
    Connection,
    Deadline,
    SecureConnection,
    body_of,
)

__all__ = ["Answer", "NoAnswer", "Send", "send"]


#: Of an answer, in bytes: Serve's status of a cluster with ten thousand replicas has half of it.
LONGEST = 32 * 2**20


class NoAnswer(Exception):
    """Nobody answered, or not to the end: refused, timed out, the connection broke, too long an answer, or nothing could be
    sent. Its text is the cause.
    """


@dataclass(frozen=True)
class Answer:
    """What came back: the HTTP status, the reason phrase, the decoded body, and the headers by their names in lower case."""

    status: int
    reason: str
    text: str
    headers: t.Mapping[str, str] = field(default_factory=dict)


class Send(t.Protocol):
    """How a request is sent; `send` is the real way."""

    def __call__(
        self,
        method: str,
        url: str,
        *,
        body: str | bytes = "",
        headers: t.Mapping[str, str] | None = None,
        timeout: float = 30,
    ) -> Answer: ...


def send(
    method: str, url: str, *, body: str | bytes = "", headers: t.Mapping[str, str] | None = None, timeout: float = 30
) -> Answer:
    """Send one request and read the whole answer. Redirects are answers like any other; proxies are not used.

    :param timeout: seconds until the last byte of the answer is there.
    :raises NoAnswer: there was none, not a whole one, or one of more than `LONGEST` bytes; or the request is none that can be
        sent.
    """
    try:
        parts = urllib.parse.urlsplit(url)
        target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        with contextlib.closing(_connection(parts, Deadline(timeout))) as connection:
            sent = body.encode() if isinstance(body, str) else body
            connection.request(method, target, body=sent or None, headers=dict(headers or {}))
            response = connection.getresponse()
            told = {name.lower(): value for name, value in response.getheaders()}
            text = body_of(response, LONGEST).decode("utf-8", errors="replace")
            return Answer(response.status, response.reason, text, told)
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(_said(error)) from error
    except ValueError:
        # Its own text may quote a header, and with it the token.
        raise NoAnswer(f"{method} {url} is no request that can be sent") from None


def _connection(parts: urllib.parse.SplitResult, deadline: Deadline) -> Connection:
    host = parts.hostname or "127.0.0.1"
    if parts.scheme != "https":
        return Connection(host, parts.port, timeout=deadline)
    # Serve's own proxy on this cluster, asked by address: its certificate names the service, not the address.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return SecureConnection(host, parts.port, timeout=deadline, context=context)


def _said(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "no answer in time"
    return str(error) or type(error).__name__
