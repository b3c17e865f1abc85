# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for Serve's proxies, without which applications run and nobody reaches them.

Serve tells of a proxy only its status, and starts one that cannot start again for ever. Why it cannot, its log says (Ray 2.60.0
``serve/_private/proxy_state.py``, ``serve/_private/proxy.py``).

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import deploys as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.log_text import new_lines
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.serve.proxy_failure import cause_of
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ProxyStatus, joined
from ansible_collections.ray.containers.plugins.module_utils._host.ray.serve_api import RayNode, ServeApi

__all__ = ["ProxyWatch"]

#: How long a proxy may take to become HEALTHY once all applications run, in seconds: Serve itself waits 5 s for one to answer,
#: and starts it again then.
PROXY_SECONDS = 60.0

#: Between two looks at logs, in seconds.
LOOK_SECONDS = 2.0

#: Where a proxy that cannot start says why.
LOG = ("serve/proxy_", "log")
LINES = 200


class ProxyWatch:
    """Watches the proxies while a deploy is waited for."""

    def __init__(self, api: ServeApi, clock: t.Callable[[], float]) -> None:
        self._api = api
        self._clock = clock
        self._alone_since: float | None = None
        self._looked: float | None = None
        self._before: dict[RayNode, list[str]] = {}

    def begin(self) -> None:
        """A deploy comes: the waiting begins again."""
        self._alone_since = self._looked = None

    def look(self, unready: t.Sequence[ProxyStatus], *, alone: bool) -> None:
        """Judge proxies that are not HEALTHY.

        :param alone: whether nothing else is waited for.
        :raises OperatorError: one cannot become HEALTHY, or the time is up.
        """
        now = self._clock()
        if not unready:
            self._alone_since = self._looked = None
            return
        if self._looked is None or now - self._looked > LOOK_SECONDS:
            said = self._api.newest_logs(*LOG, LINES, of={proxy.node for proxy in unready})
            # What they said before is not about now.
            why = "" if self._looked is None else cause_of(self._fresh(said))
            self._looked, self._before = now, said
            if why:
                raise self._failed(unready, why)
        if not alone:
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = now
        elif now - self._alone_since > PROXY_SECONDS:
            raise self._failed(unready, f"it did not become HEALTHY within {PROXY_SECONDS:.0f} s")

    def _fresh(self, said: t.Mapping[RayNode, list[str]]) -> list[str]:
        return [line for node, lines in said.items() for line in new_lines(self._before.get(node, []), lines)]

    @staticmethod
    def _failed(unready: t.Sequence[ProxyStatus], why: str) -> OperatorError:
        where = joined(proxy.address for proxy in unready)
        states = joined(sorted({proxy.status or "not there" for proxy in unready}))
        return error(catalogue.PROXY_NOT_HEALTHY, f"The Serve proxy on node {where} is {states}", why=why)
