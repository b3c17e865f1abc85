# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two states that a raylet passes through while the cluster's token is changed.

No process of Ray takes two tokens, and each reads its own once, when it starts (Ray 2.60.0
src/ray/rpc/authentication/authentication_token_loader.cc). So the head with the new one and the nodes with the old one are two
clusters. Half of the workers go on answering with the old one while the head and the others start with the new one: their own
Ray is held meanwhile, since it would end itself, and the applications with it, as soon as the head refuses it.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.plan import RayletFound, token_steps
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec

__all__ = ["EMPTY_SECONDS", "HOLD_SECONDS", "Hold", "MoveReplicas", "plan_rotation"]

#: For Serve to start replicas elsewhere, in seconds: the first container of an image on a node takes its time, and a replica
#: that has no other in its place would be missed.
EMPTY_SECONDS = 900

#: After so long a node that is held goes on by itself, in seconds: whoever held it may have been killed. Its Ray then meets a
#: head with another token, ends, and is started by systemd with the token that lies there, the new one.
HOLD_SECONDS = 1800


@dataclass(frozen=True)
class MoveReplicas:
    """Have Serve start the replicas of this node elsewhere and end them here; Ray goes on."""


@dataclass(frozen=True)
class Hold:
    """Hold Ray's own processes of this node (SIGSTOP); what it has started for applications goes on."""


def plan_rotation(spec: RayletSpec, found: RayletFound) -> Plan:
    """The steps to a raylet that is ``emptied``, or ``held`` with a new token beside it."""
    if not found.active:
        return Plan(())
    if spec.state == "emptied":
        told = ", ".join(found.replicas)
        summary = f"Have the replicas of this node started elsewhere: {told}"
        return Plan((Step(MoveReplicas(), summary, before=told, after="none"),) if found.replicas else ())
    steps = tuple(token_steps(spec, found))
    if found.held:
        return Plan(steps)
    summary = (
        "Hold this node's own Ray, so that its applications go on answering while the head starts with the new token"
    )
    return Plan((*steps, Step(Hold(), summary, before="running", after="held")))
