# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the cluster has room for one more replica, from what Ray says is taken of each node.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import mapping

__all__ = ["UNKNOWN", "Room"]

#: Ray counts in ten thousandths (Ray 2.60.0 src/ray/common/scheduling/fixed_point.h).
GRAIN = 1e-4

#: Names in an operator's words.
WORDS = {"memory": "bytes of memory"}

Fields = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Room:
    """What is free on each node.

    :param free: by node, amounts of resources, with the names as the dashboard tells them; empty when it is not known.
    """

    free: t.Mapping[str, t.Mapping[str, float]] = field(default_factory=dict)

    @classmethod
    def read(cls, document: Fields) -> Room:
        """From the answer to ``GET /api/cluster_status``."""
        report = mapping(mapping(mapping(document.get("data")).get("clusterStatus")).get("loadMetricsReport"))
        nodes = mapping(report.get("usageByNode"))
        return cls({node: _free(mapping(usage)) for node, usage in nodes.items()})

    def lacks(self, needs: t.Sequence[t.Mapping[str, float]]) -> str:
        """What is missing for all of *needs* at once, each of which must be on one node; empty when nothing is."""
        if not self.free:
            return ""
        left = {node: dict(free) for node, free in self.free.items()}
        # The largest first: what is placed is placed where it leaves the least.
        for need in sorted(needs, key=lambda each: -sum(each.values())):
            fitting = [free for free in left.values() if _fits(free, need)]
            if not fitting:
                return _missing(left, need)
            chosen = min(fitting, key=lambda free: sum(free.get(_dashboard_name(name), 0) for name in need))
            for name, amount in need.items():
                chosen[_dashboard_name(name)] -= amount
        return ""


#: Where nobody asked, or could tell.
UNKNOWN = Room()


def _free(usage: Fields) -> dict[str, float]:
    return {
        str(name): float(pair[1]) - float(pair[0])
        for name, pair in usage.items()
        if isinstance(pair, list) and len(pair) == 2
    }


def _fits(free: t.Mapping[str, float], need: t.Mapping[str, float]) -> bool:
    return all(free.get(_dashboard_name(name), 0) + GRAIN >= amount for name, amount in need.items())


def _missing(left: t.Mapping[str, t.Mapping[str, float]], need: t.Mapping[str, float]) -> str:
    wanted = " and ".join(f"{amount:g} {WORDS.get(name, name)}" for name, amount in sorted(need.items()))
    most = {name: max(free.get(_dashboard_name(name), 0.0) for free in left.values()) for name in need}
    short = [name for name in sorted(need) if most[name] + GRAIN < need[name]]
    told = " and ".join(f"{max(0.0, most[name]):g} {WORDS.get(name, name)}" for name in short or sorted(need))
    if short:
        return f"a replica needs {wanted} on one node, and no node has more than {told} free"
    return f"a replica needs {wanted} on one node, and no node has all of that free"


def _dashboard_name(name: str) -> str:
    """The name of a resource as the dashboard writes it (Ray 2.60.0 dashboard/utils.py to_camel_case)."""
    first, *others = name.split("_")
    return first + "".join(each.title() for each in others)
