# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking applications, through the proxy of every node.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.serve.proxy import ProxyAddress, proxy_hosts
from ansible_collections.ray.containers.plugins.module_utils._core.serve.query import Query
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus
from ansible_collections.ray.containers.plugins.module_utils._host.http_request import Answer, NoAnswer, Send, send

__all__ = ["NotAnswered", "Questions"]

#: For a proxy that is just starting, or has not yet heard of a new route.
ROUTE_SECONDS = 30.0
#: Between two tries of a query that is to be tried again, in seconds.
RETRY_SECONDS = 1.0

NOT_ROUTED_YET = (404, 503)


class NotAnswered(OperatorError):
    """There is no answer at all: by the application, or by the proxy that was to hand the request on."""


class Questions:
    """Sends queries and judges the answers."""

    def __init__(
        self,
        *,
        sender: Send = send,
        clock: t.Callable[[], float] = time.monotonic,
        pause: t.Callable[[float], None] = time.sleep,
    ) -> None:
        self._send, self._clock, self._pause = sender, clock, pause

    def ask(self, query: Query, proxy: ProxyAddress, status: ServeStatus, route: str = "") -> str:
        """What is answered to *query* on the head, when it is right there and through the proxy of every other node.

        :param route: where the application is now, when that is not its own route.
        :raises OperatorError: an answer is wrong, or there is none.
        """
        target = query.target_at(route or query.route)
        answers = [self._right(query, proxy.url(target, host=host)) for host in proxy_hosts(proxy, status)]
        return answers[0] if answers else ""

    def _right(self, query: Query, url: str) -> str:
        tries = query.retries
        while True:
            try:
                return self._judged(query, url)
            except OperatorError:
                if not tries:
                    raise
            tries -= 1
            self._pause(RETRY_SECONDS)

    def _judged(self, query: Query, url: str) -> str:
        answer = self._answer(query, url)
        problem = query.expect.wrong(answer.status, answer.text, answer.headers)
        if problem:
            raise OperatorError(
                f"Application {query.application} answers wrong at {query.method} {url}",
                why=f"it must answer {query.expect.sentence()}, and answers: {problem}",
                remedy="Correct the application or its image, or the query's expect",
            )
        return answer.text

    def _answer(self, query: Query, url: str) -> Answer:
        """The answer, as soon as the proxy knows the route: right after a deploy, or a restart of the head, it does not."""
        deadline = self._clock() + ROUTE_SECONDS
        pause = 0.05
        while True:
            try:
                answer = self._send(query.method, url, body=query.body, headers=query.headers, timeout=query.timeout)
                expected = query.expect.status == answer.status
                if expected or answer.status not in NOT_ROUTED_YET or self._clock() >= deadline:
                    return answer
            except NoAnswer as error:
                if self._clock() >= deadline:
                    raise NotAnswered(
                        f"Application {query.application} does not answer at {query.method} {url}",
                        why=str(error),
                        remedy="Look at serve/proxy_*.log in /tmp/ray/session_latest/logs on that node",
                    ) from error
            self._pause(pause)
            pause = min(2 * pause, 1.0)
