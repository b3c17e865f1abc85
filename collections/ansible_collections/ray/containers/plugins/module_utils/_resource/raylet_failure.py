# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Telling why a raylet does not come up: by a look at its node, and by what its service says.

Compiled only where one does not: a node would pay for it on every run otherwise.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import socket
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.faults.of_raylets import NOT_RUNNING
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.failure import (
    Cause,
    cause_of,
    failure,
    unreachable,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.unit import UNIT
from ansible_collections.ray.containers.plugins.module_utils._host import network, systemd
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._resource.diagnosis_of_failure import cause_here

__all__ = ["fail", "give_up_early"]

#: A service that was started again so often in vain is looked at without waiting for its time.
LOOK_AFTER = 2


def give_up_early(commands: Commands, spec: RayletSpec, symptom: str, since: float) -> None:
    """End the wait where its service says, or the node shows, what waiting does not mend.

    :param since: when the service was started.
    :raises OperatorError: with the cause.
    """
    restarts = systemd.unit_state(commands, UNIT).restarts
    if not restarts:
        return
    said = systemd.journal(commands, UNIT, since=since)
    cause = cause_of(spec, said)
    certain = cause is not None and cause.restarts is not None and restarts >= cause.restarts
    if certain or restarts >= LOOK_AFTER:
        seen = _seen(commands, spec, said)
        if seen or certain:
            raise failure(socket.gethostname(), spec, seen or cause, symptom=symptom, lines=())


def fail(commands: Commands, spec: RayletSpec, symptom: str, since: float) -> t.NoReturn:
    """The time is up.

    :raises OperatorError: with the cause, as far as it can be told.
    """
    said = systemd.journal(commands, UNIT, since=since)
    lines = [line.strip() for line in said.splitlines() if line.strip()][-5:]
    problem = "" if spec.is_head else network.connection_problem(spec.head_address, spec.port)
    cause = unreachable(spec, problem) if problem else _seen(commands, spec, said) or cause_of(spec, said)
    raise failure(socket.gethostname(), spec, cause, symptom=symptom, lines=lines)


def _seen(commands: Commands, spec: RayletSpec, said: str) -> Cause | None:
    """The cause that a look at the node finds."""
    found = cause_here(commands, spec.user, spec.image, NOT_RUNNING, said)
    if found is None:
        return None
    why = f"{found.sentence} ({found.evidence})" if found.evidence else found.sentence
    return Cause(why, found.remedy or found.entry.remedy, code=found.entry.code)
