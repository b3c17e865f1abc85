# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ray's processes of this host, by the titles and arguments that Ray gives them; those in containers are seen, too.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of

__all__ = ["RayProcesses", "own_processes", "ray_processes"]

#: The title of a replica's process goes on with application:deployment (Ray 2.60.0 serve/_private/common.py,
#: `to_replica_actor_class_name`).
REPLICA = "ray::ServeReplica:"
NODE_ID = "--node_id="
#: Ray's own limit is 30 s (Ray 2.60.0 _private/ray_constants.py).
DRAIN_LIMIT = "RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S="
RAYS_LIMIT = 30.0

#: Ray's own processes: `ray start`, the raylet, its agents and its monitor of logs.
OWN = re.compile(
    r"/ray start |^\S*/raylet/raylet |/ray/_private/log_monitor\.py|/ray/dashboard/agent\.py|/runtime_env/agent/main\.py"
    r"|^ray::(?:DashboardAgent|RuntimeEnvAgent|LogMonitor)"
)

#: Any process of the user's can call itself a raylet: nothing waits longer for it than this, in seconds.
LONGEST_DRAIN = 24 * 3600.0

#: Of what a process says of itself, in bytes.
LONGEST = 64 * 1024


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


def ray_processes(account: Account) -> RayProcesses:
    """What runs of Ray as the account.

    Read as that account: where a process maps its words from a file system of its own, who reads them may wait for ever.
    """
    replicas, node_id, limit = [], "", 0.0
    for path, text in _read(account, "cmdline", _processes_of(account.uid)).items():
        words = text.split("\0")
        if words[0].startswith(REPLICA):
            # While a replica is at a call, the call's name stands behind a dot.
            replicas.append(words[0][len(REPLICA) :].partition(".")[0].rstrip())
        elif os.path.basename(words[0]) == "raylet":
            node_id = _after(NODE_ID, words)
            process = path.split("/")[2]
            variables = "".join(_read(account, "environ", [process]).values()).split("\0")
            limit = _seconds(_after(DRAIN_LIMIT, variables))
    return RayProcesses(tuple(sorted(replicas)), node_id, limit)


def own_processes(account: Account) -> dict[int, bool]:
    """The processes of Ray itself, without those that it has started for applications; and whether each is held."""
    found = {}
    for path, text in _read(account, "cmdline", _processes_of(account.uid)).items():
        process = path.split("/")[2]
        if OWN.search(text.replace("\0", " ")):
            found[int(process)] = _state(process) in ("T", "t")
    return found


def _state(process: str) -> str:
    """What the kernel has a process doing: field 3 of /proc/PID/stat, behind the name, which may hold anything."""
    with contextlib.suppress(OSError), open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as stream:
        return stream.read().rpartition(")")[2].split()[0]
    return ""


def _processes_of(uid: int) -> list[str]:
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):  # it ended between the listing and the look
            if os.stat(f"/proc/{process}").st_uid == uid:
                found.append(process)
    return found


def _read(account: Account, name: str, processes: list[str]) -> dict[str, str]:
    with contextlib.suppress(OperatorError):
        return files_of(account.name).read_all([f"/proc/{process}/{name}" for process in processes], LONGEST)
    return {}


def _seconds(text: str) -> float:
    """How long the raylet waits, as its environment says; Ray's own limit where it says nothing that can be."""
    try:
        seconds = float(text or RAYS_LIMIT)
    except ValueError:
        return RAYS_LIMIT
    return seconds if 0 <= seconds <= LONGEST_DRAIN else RAYS_LIMIT


def _after(prefix: str, words: list[str]) -> str:
    return next((word[len(prefix) :] for word in words if word.startswith(prefix)), "")
