# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ending a raylet so that its replicas run elsewhere before, and what came of it.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.command import raylet_argv
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.drain import ended
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.unit import UNIT
from ansible_collections.ray.containers.plugins.module_utils._host import systemd
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account, account
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Commands
from ansible_collections.ray.containers.plugins.module_utils._host.http_request import NoAnswer, send
from ansible_collections.ray.containers.plugins.module_utils._host.ray.processes import RayProcesses, ray_processes
from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_commands import raylet_commands
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of

__all__ = ["leave", "stop_drained"]

PROXY_LOGS = ("/tmp/ray/session_latest/logs/serve", "proxy_*.log")

#: Of what such a log says meanwhile, in bytes; and of the logs.
LONGEST, NEWEST = 256 * 1024, 4

#: Seconds between two looks at the processes of a raylet that drains.
LOOK_EVERY = 0.5

#: Seconds for Ray's command line to ask for a drain; it imports Ray first.
ASK_SECONDS = 60.0


def stop_drained(spec: RayletSpec, commands: Commands, main_pid: int, *, together: bool) -> dict[str, t.Any]:
    """Stop the service, which runs as *main_pid*, once its replicas run elsewhere or the time for that is over.

    A worker drains by itself when it is asked to end, for as long as it was told at its start. A head would wait for its
    own Serve controller, too, which goes nowhere: it is marked as draining, and ended when Serve has moved its replicas.

    :param spec: the raylet as it runs, which may be about to change.
    :param together: all nodes are restarted now: there is nowhere to move to, and no head to say so.
    :returns: how the drain ended (see `ended`), after how many seconds, and the replicas that there were.
    """
    user = account(spec.user)
    before = ray_processes(user) if user else RayProcesses()
    if user is None or not before.node_id or (together and not spec.is_head):
        # One that is still looking for its head is deaf to SIGTERM, and has nothing to finish.
        systemd.kill(commands, UNIT)
        return {}
    limit = float(spec.drain_seconds) if spec.is_head else before.drain_limit
    logs = _sizes(spec.user)
    began, since = time.monotonic(), time.time()
    if spec.is_head:
        stays = spec.state in ("started", "restarted") and not together
        limit = limit if stays and before.replicas and limit and leave(spec, commands, before.node_id) else 0.0
    else:
        systemd.stop(commands, UNIT, wait=False)
    left_after = _left_after(user, main_pid, began, limit) if before.replicas else None
    systemd.stop(commands, UNIT)
    journal = systemd.journal(commands, UNIT, since=since)
    return {
        "ended": ended(before.replicas, limit, left_after, journal, _added(spec.user, logs)),
        "seconds": round(time.monotonic() - began, 1),
        "replicas": list(before.replicas),
    }


def _left_after(user: Account, main_pid: int, began: float, limit: float) -> float | None:
    """The seconds until no replica ran any more; None when Ray, or the time, ended first."""
    while True:
        if not ray_processes(user).replicas:
            return time.monotonic() - began
        if not os.path.exists(f"/proc/{main_pid}") or time.monotonic() - began > limit:
            return None
        time.sleep(LOOK_EVERY)


def leave(spec: RayletSpec, commands: Commands, node_id: str) -> bool:
    """Have Serve move this node's replicas to other nodes; whether it was asked to. A worker always has its head beside it.

    The command is one that `ray --help` does not show (Ray 2.60.0 scripts/scripts.py, `drain_node`).
    """
    if not node_id or (spec.is_head and not _others(spec, node_id)):
        return False
    argv = [
        *(raylet_argv(spec)[0], "drain-node", f"--address={spec.address}", f"--node-id={node_id}"),
        *("--reason=DRAIN_NODE_REASON_PREEMPTION", "--reason-message=The head is restarted."),
        f"--deadline-remaining-seconds={spec.drain_seconds}",
    ]
    try:
        raylet_commands(commands, spec.image).run(
            argv, user=spec.user, env={"RAY_AUTH_MODE": "token"}, timeout=ASK_SECONDS
        )
    except CommandFailed:
        # A head that is too ill to drain needs its restart all the more.
        return False
    return True


def _others(spec: RayletSpec, node_id: str) -> bool:
    """Whether the cluster has other nodes than this one."""
    token = {"Authorization": f"Bearer {spec.auth_token}"}
    try:
        answer = send("GET", f"{spec.dashboard_url}/api/v0/nodes?limit=1000", headers=token, timeout=ASK_SECONDS)
        rows = json.loads(answer.text)["data"]["result"]["result"]
        return any(row["state"] == "ALIVE" and row["node_id"] != node_id for row in rows)
    except (NoAnswer, ValueError, KeyError, TypeError, RecursionError):
        return False


def _sizes(user: str) -> dict[str, int]:
    """The proxy's logs, and their sizes; none where they cannot be looked at."""
    with contextlib.suppress(OperatorError):
        return {found.path: found.size for found in files_of(user).find(*PROXY_LOGS)[:NEWEST]}
    return {}


def _added(user: str, sizes: dict[str, int]) -> str:
    """What the proxy's logs have said since they had these sizes."""
    with contextlib.suppress(OperatorError):
        parts = [files_of(user).read_part(path, LONGEST, sizes.get(path, 0)) for path in _sizes(user)]
        return "\n".join(part.decode(errors="replace") for part in parts)
    return ""
