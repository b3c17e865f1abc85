# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why something that the site has just tried did not work here: the same look at the node as a diagnosis takes.

Compiled only where something has failed.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import socket

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import Log, sightings
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.verdict import (
    ERROR,
    JOURNAL,
    Finding,
    NodeReport,
    judged,
    reached,
)
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import Fault
from ansible_collections.ray.containers.plugins.module_utils._core.faults.of_podman import UNKNOWN
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.temp_directory import TEMP_DIR
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import account
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._resource.diagnosis_looks import Around, looks_at
from ansible_collections.ray.containers.plugins.module_utils._resource.diagnosis_of_raylet import UNIT, raylet_here

__all__ = ["cause_here", "with_cause"]


def cause_here(commands: Commands, user: str, image: str, effect: Fault, said: str = "") -> Finding | None:
    """What the looks at this node say: the first error that leads to what has failed; None for nothing.

    :param effect: how what has failed shows in a diagnosis.
    :param image: of the container that the raylet runs in; empty for a raylet of the host.
    :param said: what the raylet's service has said: a symptom in it is the consequence of what the looks find.
    """
    owner = account(user)
    around = Around(
        user=user,
        raylet=raylet_here(),
        image=image,
        temp_dir=TEMP_DIR,
        token_file=f"{owner.home if owner else f'/home/{user}'}/.ray/auth_token",
        anyway=True,
    )
    host = socket.gethostname()
    told = sightings(Log(f"{JOURNAL}{UNIT}", tuple(said.splitlines()), "")) if said else []
    findings = judged([NodeReport(host, looks_at(around, commands), tuple(told))]).findings
    # What a log tells is what the caller has read itself.
    causes = [each for each in findings if not each.time and not each.generic and effect.code in reached(each)[0]]
    return next((each for each in causes if (each.severity or each.entry.severity) == ERROR), None)


def with_cause(failed: OperatorError, commands: Commands, user: str, image: str) -> OperatorError:
    """What failed, with the cause that the looks at this node find; as it is where they find none."""
    cause = cause_here(commands, user, image, UNKNOWN)
    if cause is None:
        return failed
    why = f"{cause.sentence} ({cause.evidence})" if cause.evidence else cause.sentence
    return OperatorError(failed.what, why=why, remedy=cause.remedy or cause.entry.remedy, code=cause.entry.code)
