# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""urllib's openers over connections that end (`_host.bounded_http`), for what is behind proxies and redirects.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import ssl
import typing as t
import urllib.error
import urllib.request

from ansible_collections.ray.containers.plugins.module_utils._host.bounded_http import (
    Connection,
    Deadline,
    SecureConnection,
    body_of,
)

__all__ = ["Fetched", "Redirects", "SecureHandler", "bounded_opener", "fetch"]

#: Of an answer that only leads elsewhere, in bytes.
_LONGEST_REDIRECT = 2**20


class Fetched(t.NamedTuple):
    """What came back, whatever its status says."""

    status: int
    headers: t.Any
    body: bytes


def bounded_opener(*handlers: urllib.request.BaseHandler) -> urllib.request.OpenerDirector:
    """An opener that speaks http and, by one of the *handlers*, https, and nothing else.

    A page or a redirect must not make us read file:// addresses.
    """
    made = urllib.request.OpenerDirector()
    own = (_PlainHandler(), urllib.request.HTTPDefaultErrorHandler(), urllib.request.HTTPErrorProcessor())
    for handler in (*own, *handlers):
        made.add_handler(handler)
    return made


def fetch(
    by: urllib.request.OpenerDirector, request: urllib.request.Request, deadline: Deadline, longest: int
) -> Fetched:
    """Send the request, follow redirects as far as the opener does, and read the whole answer.

    :param longest: of the answer, in bytes.
    :raises OSError: there was no answer, or not a whole one.
    """
    try:
        with by.open(request, timeout=t.cast("float", deadline)) as response:
            return Fetched(response.status, response.headers, body_of(response, longest))
    except urllib.error.HTTPError as error:
        with error:
            return Fetched(error.code, error.headers, body_of(t.cast("t.Any", error.fp), longest))


class _PlainHandler(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> t.Any:
        return self.do_open(t.cast("t.Any", Connection), req)


class Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, ten of them at the most."""

    def http_error_302(self, req: urllib.request.Request, fp: t.Any, code: int, msg: str, headers: t.Any) -> t.Any:
        # The base class would read all of it, however much that is.
        body_of(fp, _LONGEST_REDIRECT)
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


class SecureHandler(urllib.request.HTTPSHandler):
    """Speaks https.

    :param context: what is trusted.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(context=context)
        self.context = context

    def https_open(self, req: urllib.request.Request) -> t.Any:
        return self.do_open(t.cast("t.Any", SecureConnection), req, context=self.context)
