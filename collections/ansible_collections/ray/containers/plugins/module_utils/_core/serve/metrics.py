# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests Serve's proxies have answered, from their metrics in Prometheus' text format.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

__all__ = ["Requests", "requests_of"]

#: Ray 2.60.0 serve/_private/request_ingress_metrics.py. A counter stands there under one of two names, or under both
#: (RAY_EXPORT_COUNTER_AS_GAUGE): the one with `_total` goes first.
_SAMPLE = re.compile(r"^ray_serve_num_(?:http|grpc)_(requests|error_requests)(_total)?\{(.*)\} (\S+)$")
_APPLICATION = re.compile(r'(?:^|,)application="((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Requests:
    """What became of the requests of one application since its proxies started.

    :param answered: all of them, and :param failed: those that were answered by an error.
    """

    answered: int = 0
    failed: int = 0


def requests_of(pages: t.Iterable[str]) -> dict[str, Requests]:
    """By application, over the metrics of all nodes."""
    counted: dict[str, dict[str, float]] = {}
    for page in pages:
        for (name, kind), values in _samples(page).items():
            found = counted.setdefault(name, {})
            found[kind] = found.get(kind, 0.0) + values.get("_total", values.get("", 0.0))
    return {
        name: Requests(round(found.get("requests", 0.0)), round(found.get("error_requests", 0.0)))
        for name, found in counted.items()
    }


def _samples(page: str) -> dict[tuple[str, str], dict[str, float]]:
    """The sums of one node, by application and kind, under each of the two names."""
    sums: dict[tuple[str, str], dict[str, float]] = {}
    for line in page.splitlines():
        found = _SAMPLE.match(line)
        application = _APPLICATION.search(found.group(3)) if found else None
        if not found or not application or not application.group(1):
            continue
        try:
            value = float(found.group(4))
        except ValueError:
            continue
        of_name = sums.setdefault((application.group(1), found.group(1)), {})
        suffix = found.group(2) or ""
        of_name[suffix] = of_name.get(suffix, 0.0) + value
    return sums
