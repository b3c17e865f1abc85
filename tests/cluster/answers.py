# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking the applications, as a client on the nodes' network does."""

from __future__ import annotations

import itertools
import json
import threading
import time
import typing as t
import urllib.error
import urllib.parse
import urllib.request

__all__ = ["Watch", "answer", "answers"]


def answer(url: str) -> dict[str, t.Any] | None:
    """The JSON that an application answers, or None while it does not answer."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return t.cast("dict[str, t.Any]", json.loads(response.read()))
    except (OSError, urllib.error.HTTPError, ValueError):
        return None


def answers(applications: t.Mapping[str, t.Mapping[str, t.Any]]) -> dict[str, dict[str, t.Any]] | None:
    """Every application's answer by name, or None as long as one of them does not answer."""
    found = {name: answer(application["url"]) for name, application in applications.items()}
    return {name: given for name, given in found.items() if given} if all(found.values()) else None


class Watch:
    """Asks every application on every node, four times a second, for as long as the block lasts.

    :ivar silences: by application, the longest time in which no node answered, in seconds.
    """

    def __init__(self, applications: t.Mapping[str, t.Mapping[str, t.Any]], addresses: t.Iterable[str]) -> None:
        self.silences: dict[str, float] = {}
        self._ended = threading.Event()
        self._answered: dict[str, list[float]] = {name: [] for name in applications}
        self._threads = [
            threading.Thread(target=self._ask, args=(name, _at(application["url"], address)))
            for name, application in applications.items()
            for address in addresses
        ]

    def __enter__(self) -> Watch:
        self._began = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        over = time.monotonic()
        self._ended.set()
        for thread in self._threads:
            thread.join()
        for name, times in self._answered.items():
            moments = [self._began, *sorted(moment for moment in times if moment < over), over]
            self.silences[name] = max(later - earlier for earlier, later in itertools.pairwise(moments))

    def _ask(self, name: str, url: str) -> None:
        while not self._ended.wait(0.25):
            if answer(url):
                self._answered[name].append(time.monotonic())


def _at(url: str, address: str) -> str:
    """The same of another node."""
    parts = urllib.parse.urlsplit(url)
    return urllib.parse.urlunsplit(parts._replace(netloc=f"{address}:{parts.port}"))
