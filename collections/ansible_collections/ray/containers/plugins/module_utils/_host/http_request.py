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
from dataclasses import dataclass

__all__ = ["Answer", "NoAnswer", "Send", "send"]


class NoAnswer(Exception):
    """Nobody answered: refused, timed out, the connection broke, or nothing could be sent. Its text is the cause."""


@dataclass(frozen=True)
class Answer:
    """What came back: the HTTP status, the reason phrase, and the decoded body."""

    status: int
    reason: str
    text: str


class Send(t.Protocol):
    """How a request is sent; `send` is the real way."""

    def __call__(
        self, method: str, url: str, *, body: str = "", headers: t.Mapping[str, str] | None = None, timeout: float = 30
    ) -> Answer: ...


def send(
    method: str, url: str, *, body: str = "", headers: t.Mapping[str, str] | None = None, timeout: float = 30
) -> Answer:
    """Send one request and read the whole answer. Redirects are answers like any other; proxies are not used.

    :param timeout: seconds for each wait on the connection.
    :raises NoAnswer: there was none, or the request is none that can be sent.
    """
    try:
        parts = urllib.parse.urlsplit(url)
        target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        with contextlib.closing(_connection(parts, timeout)) as connection:
            connection.request(method, target, body=body.encode() if body else None, headers=dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, response.reason, response.read().decode("utf-8", errors="replace"))
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(_said(error)) from error
    except ValueError:
        # Its own text may quote a header, and with it the token.
        raise NoAnswer(f"{method} {url} is no request that can be sent") from None


def _connection(parts: urllib.parse.SplitResult, timeout: float) -> http.client.HTTPConnection:
    host = parts.hostname or "127.0.0.1"
    if parts.scheme != "https":
        return http.client.HTTPConnection(host, parts.port, timeout=timeout)
    # Serve's own proxy on this cluster, asked by address: its certificate names the service, not the address.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, parts.port, timeout=timeout, context=context)


def _said(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "no answer in time"
    return str(error) or type(error).__name__
