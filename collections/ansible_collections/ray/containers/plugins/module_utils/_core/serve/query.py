# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries: what an application is asked after each deploy, and whether it answered right.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import typing as t
import urllib.parse
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.log_text import shortened
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig

__all__ = ["Query", "expected", "read_queries", "wrong"]

#: What stands for itself in a path and its query (RFC 3986), with the sign of what is already encoded.
AS_WRITTEN = "/?:@!$&'()*+,;=[]%"

Fields = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Query:
    """One question to an application, and the answer that it must give.

    :param target: the path on Serve's proxy: the application's route and the path below it, percent-encoded.
    :param body: the request's body, JSON; empty for none.
    :param expect: text that the answer must hold, or ``{"json": …}``: what the answer, as JSON, must contain.
    """

    application: str
    method: str
    target: str
    body: str
    expect: t.Any

    def sentence(self) -> str:
        """What is asked and expected, for an operator."""
        return f"Ask application {self.application}: {self.method} {self.target} must answer {expected(self.expect)}"


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


def wrong(expect: t.Any, status: int, text: str) -> str:
    """What is wrong with an answer, in a few words; empty when it is right."""
    if status >= 400:
        return f"HTTP {status}: {shortened(text)}"
    if not isinstance(expect, dict):
        return "" if str(expect) in text else shortened(text) or "an empty answer"
    try:
        answer = json.loads(text)
    except ValueError:
        return f"no JSON: {shortened(text) or 'an empty answer'}"
    return "" if _contains(answer, expect["json"]) else shortened(text)


def expected(expect: t.Any) -> str:
    """What must be answered, shortened, for an operator."""
    if isinstance(expect, dict):
        return f"JSON with {shortened(json.dumps(expect['json'], sort_keys=True), 160)}"
    return f"with {shortened(json.dumps(str(expect), ensure_ascii=False), 160)}"


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
    expect = entry["expect"]
    if isinstance(expect, dict) and set(expect) != {"json"}:
        raise OperatorError(
            f"The query of application {name} expects something that cannot be compared",
            why=f"expect has the keys {', '.join(sorted(map(str, expect))) or '(none)'}",
            remedy="Write expect as text, or as a dictionary with the one key json",
        )
    body = "" if entry.get("json") is None else json.dumps(entry["json"])
    return Query(
        name, str(entry.get("method") or "GET").upper(), _below(route, str(entry.get("path") or "")), body, expect
    )


def _below(route: str, path: str) -> str:
    if path:
        route = f"{route.rstrip('/')}{path if path.startswith(('/', '?')) else f'/{path}'}"
    return urllib.parse.quote(route, safe=AS_WRITTEN)


def _contains(answer: t.Any, wanted: t.Any) -> bool:
    """Dictionaries of the answer may have more keys than wanted; everything else is equal."""
    if isinstance(wanted, dict):
        return isinstance(answer, dict) and all(
            key in answer and _contains(answer[key], value) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        return (
            isinstance(answer, list)
            and len(answer) == len(wanted)
            and all(_contains(have, want) for have, want in zip(answer, wanted))
        )
    return bool(answer == wanted)
