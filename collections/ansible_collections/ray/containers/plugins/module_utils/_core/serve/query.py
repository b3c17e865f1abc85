# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries: what an application is asked after each deploy.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import base64
import json
import typing as t
import urllib.parse
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.module_utils._core.serve.expectation import Expectation

__all__ = ["Query", "read_queries"]

#: What stands for itself in a path and its query (RFC 3986), with the sign of what is already encoded.
AS_WRITTEN = "/?:@!$&'()*+,;=[]%"
#: For one answer, in seconds: a model may be slow.
ANSWER_SECONDS = 120.0
#: What a query can send, of which it sends one at the most.
BODIES = ("json", "body", "content")

Fields = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Query:
    """One question to an application, and the answer that it must give.

    :param route: of the application, and *below* the path below it, percent-encoded.
    :param timeout: seconds for one answer.
    :param retries: how often it is asked again after a wrong answer, or none.
    """

    application: str
    method: str
    route: str
    below: str
    expect: Expectation
    body: bytes = b""
    headers: t.Mapping[str, str] = field(default_factory=dict)
    timeout: float = ANSWER_SECONDS
    retries: int = 0

    @property
    def target(self) -> str:
        """The path on Serve's proxy."""
        return self.target_at(self.route)

    def target_at(self, route: str) -> str:
        """The same of the application at another route."""
        if not self.below:
            return urllib.parse.quote(route, safe=AS_WRITTEN)
        slash = "" if self.below.startswith(("/", "?")) else "/"
        return urllib.parse.quote(f"{route.rstrip('/')}{slash}{self.below}", safe=AS_WRITTEN)

    def sentence(self) -> str:
        """What is asked and expected, for an operator."""
        return f"Ask application {self.application}: {self.method} {self.target} must answer {self.expect.sentence()}"


def read_queries(entries: t.Sequence[Fields], config: ServeConfig) -> tuple[Query, ...]:
    """The queries of the module's parameter, with the routes of *config*.

    :raises OperatorError: a query cannot be asked: no such application, or one without a route.
    """
    if entries and config.fields.get("proxy_location") == "Disabled":
        raise OperatorError(
            "The applications cannot be queried",
            why="proxy_location is Disabled in the Serve config",
            remedy="Remove the queries, or let Serve run its HTTP proxies",
        )
    return tuple(_query(entry, config) for entry in entries)


def _query(entry: Fields, config: ServeConfig) -> Query:
    name = str(entry["application"])
    if name not in config.routes:
        raise OperatorError(
            f"A query names application {name}, which the Serve config does not have",
            why=f"its applications are: {', '.join(config.routes) or 'none'}",
            remedy="Correct the query's application",
        )
    route = config.routes[name]
    if route is None:
        raise OperatorError(
            f"Application {name} cannot be queried",
            why="it has no route_prefix",
            remedy="Give it one, or remove the query",
        )
    body, kind = _body(entry, name)
    headers = {str(key): str(value) for key, value in (entry.get("headers") or {}).items()}
    if kind and "content-type" not in {key.lower() for key in headers}:
        headers["Content-Type"] = kind
    return Query(
        name,
        str(entry.get("method") or "GET").upper(),
        route,
        str(entry.get("path") or ""),
        Expectation.read(entry["expect"], name),
        body,
        headers,
        float(entry.get("timeout") or ANSWER_SECONDS),
        int(entry.get("retries") or 0),
    )


def _body(entry: Fields, application: str) -> tuple[bytes, str]:
    """What is sent, and of which type it is."""
    given = [key for key in BODIES if entry.get(key) is not None]
    if len(given) > 1:
        raise OperatorError(
            f"The query of application {application} has two bodies",
            why=f"it has {' and '.join(given)}",
            remedy="Give a query one of json, body and file",
        )
    if entry.get("json") is not None:
        return json.dumps(entry["json"]).encode(), "application/json"
    if entry.get("body") is not None:
        return str(entry["body"]).encode(), "text/plain; charset=utf-8"
    if entry.get("content") is not None:
        return base64.b64decode(str(entry["content"])), "application/octet-stream"
    return b"", ""
