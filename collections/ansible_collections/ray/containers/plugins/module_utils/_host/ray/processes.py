# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ray's processes of this host, by the titles and arguments that Ray gives them; those in containers are seen, too.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text

__all__ = ["RayProcesses", "ray_processes"]

#: The title of a replica's process goes on with application:deployment (Ray 2.60.0 serve/_private/common.py,
#: `to_replica_actor_class_name`).
REPLICA = "ray::ServeReplica:"
NODE_ID = "--node_id="
#: Ray's own limit is 30 s (Ray 2.60.0 _private/ray_constants.py).
DRAIN_LIMIT = "RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S="


@dataclass(frozen=True)
class RayProcesses:
    """What runs.

    :param replicas: each as ``application:deployment``, without what stands behind a dot.
    :param node_id: by which Ray knows the node; empty without a raylet.
    :param drain_limit: how long the raylet waits for its drain when it is asked to end, in seconds.
    """

    replicas: tuple[str, ...] = ()
    node_id: str = ""
    drain_limit: float = 0.0


def ray_processes(uid: int) -> RayProcesses:
    """What runs of Ray as the account *uid*."""
    replicas, node_id, limit = [], "", 0.0
    for process in filter(str.isdigit, os.listdir("/proc")):
        directory = f"/proc/{process}"
        try:
            if os.stat(directory).st_uid != uid:
                continue
            words = (read_text(f"{directory}/cmdline") or "").split("\0")
            if words[0].startswith(REPLICA):
                # While a replica is at a call, the call's name stands behind a dot.
                replicas.append(words[0][len(REPLICA) :].partition(".")[0].rstrip())
            elif os.path.basename(words[0]) == "raylet":
                node_id = _after(NODE_ID, words)
                limit = float(_after(DRAIN_LIMIT, (read_text(f"{directory}/environ") or "").split("\0")) or 30)
        except (OSError, ValueError):
            # It ended between the listing and the look.
            continue
    return RayProcesses(tuple(sorted(replicas)), node_id, limit)


def _after(prefix: str, words: list[str]) -> str:
    return next((word[len(prefix) :] for word in words if word.startswith(prefix)), "")
