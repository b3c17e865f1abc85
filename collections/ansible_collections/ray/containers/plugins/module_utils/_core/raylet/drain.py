# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the drain of a raylet ended, from what its node shows.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re

__all__ = ["GRACEFUL", "ended"]

#: Seconds before the deadline at which Serve stops a replica of a draining node, whether or not another one runs: its
#: graceful_shutdown_timeout_s, if not set (Ray 2.60.0 serve/_private/deployment_state.py, `_partition_groups_to_stop`).
GRACEFUL = 20.0

#: In the service's journal (Ray 2.60.0 _private/node.py, `_drain_node_before_shutdown`).
UNFINISHED = "did not finish draining"

#: Serve's proxy logs each change of an application's replicas (Ray 2.60.0 serve/_private/request_router).
UPDATED = re.compile(
    r"updated replicas for Deployment\(name='([^']*)', app='([^']*)'\): \d+ total \(\+(\d+) added, -(\d+) removed\)"
)


def ended(replicas: tuple[str, ...], limit: float, left_after: float | None, journal: str, proxy_log: str) -> str:
    """How a drain ended: ``nothing`` (to move), ``not_asked``, ``moved``, or ``deadline``, when a replica was not replaced.

    :param replicas: those that ran when it began, each as ``application:deployment``, without what stands behind a dot.
    :param limit: the time that it was given, in seconds.
    :param left_after: seconds until none of them ran any more; None when Ray ended first.
    :param journal: what the service said since; :param proxy_log: what Serve's proxy on the node said.
    """
    if not replicas:
        return "nothing"
    if limit <= 0:
        return "not_asked"
    if left_after is None or UNFINISHED in journal:
        return "deadline"
    gained: dict[str, int] = {}
    for deployment, application, added, removed in UPDATED.findall(proxy_log):
        name = f"{application}:{deployment}".partition(".")[0]
        gained[name] = gained.get(name, 0) + int(added) - int(removed)
    # Without a word of the proxy, time tells: only a replica that has another one in its place goes that early.
    early = left_after < limit - GRACEFUL
    replaced = all(gained[name] >= 0 if name in gained else early for name in replicas)
    return "moved" if replaced else "deadline"
