# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rotation of the token does to a raylet that runs: its replicas move, or its own processes are held.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import dataclasses
import socket
import time

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.drain import GRACEFUL
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.plan import RayletFound
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.rotation import (
    EMPTY_SECONDS,
    HOLD_SECONDS,
    Hold,
    MoveReplicas,
    plan_rotation,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account, account
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray.processes import own_processes, ray_processes
from ansible_collections.ray.containers.plugins.module_utils._resource.raylet import Raylet
from ansible_collections.ray.containers.plugins.module_utils._resource.raylet_drain import leave

__all__ = ["RotatedRaylet"]

#: The timer that lets a node go on whose rotation was given up.
TIMER = "ray-containers-let-go"

#: Seconds between two looks at the processes.
LOOK_EVERY = 0.5


class RotatedRaylet(Raylet):
    """A raylet while the cluster's token is changed."""

    def observe(self) -> RayletFound:
        found, user = super().observe(), account(self.spec.user)
        if user is None or not found.active:
            return found
        own = own_processes(user)
        return dataclasses.replace(found, replicas=ray_processes(user).replicas, held=bool(own) and all(own.values()))

    def plan(self, observed: RayletFound) -> Plan:
        return plan_rotation(self.spec, observed)

    def apply(self, step: Step) -> None:
        user = account(self.spec.user)
        if isinstance(step.action, Hold) and user:
            _hold(user, self.commands)
        elif isinstance(step.action, MoveReplicas) and user:
            _move(self.spec, user, self.commands)
        else:
            super().apply(step)


def _hold(user: Account, commands: Commands) -> None:
    processes = [str(process) for process in own_processes(user)]
    if not processes:
        raise OperatorError(f"{socket.gethostname()} has no raylet that could be held", remedy="Run the site first")
    commands.run(["systemctl", "stop", f"{TIMER}.timer"], check=False)
    timer = [
        "systemd-run",
        "--quiet",
        "--collect",
        f"--unit={TIMER}",
        f"--uid={user.name}",
        f"--on-active={HOLD_SECONDS}",
    ]
    commands.run([*timer, "/bin/kill", "-CONT", *processes])
    # As the user: between the look and the signal an id may have come to be another account's process.
    commands.run(["/bin/kill", "-STOP", *processes], user=user.name)


def _move(spec: RayletSpec, user: Account, commands: Commands) -> None:
    """Have Serve start the replicas elsewhere, and wait until none is here.

    :raises OperatorError: some stay; everything runs as before.
    """
    host, node_id = socket.gethostname(), ray_processes(user).node_id
    if not leave(dataclasses.replace(spec, drain_seconds=EMPTY_SECONDS), commands, node_id):
        raise OperatorError(
            f"The replicas of {host} cannot move",
            why="there is no other node, or Ray refuses to drain this one",
            remedy="Look with the playbook ray.containers.diagnose, and run this one again",
        )
    # Serve ends a replica some time before the deadline, whether or not there is another one.
    deadline = time.monotonic() + EMPTY_SECONDS - GRACEFUL
    while True:
        left = ray_processes(user).replicas
        if not left:
            return
        if time.monotonic() > deadline:
            raise OperatorError(
                f"The replicas of {host} do not move",
                why=f"{', '.join(left)} had no other in its place after {EMPTY_SECONDS - GRACEFUL:.0f} s",
                remedy="Look with the playbook ray.containers.diagnose why none starts on other nodes, and run this one again",
            )
        time.sleep(LOOK_EVERY)
