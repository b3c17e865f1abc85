# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a deploy does not come to an end, from what Serve and the raylets say, in an operator's words.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import deploys as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.log_text import (
    exception_line,
    masked,
    shortened,
)
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import (
    Log,
    Sighting,
    sightings,
)
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.faults.recognition import fault_of
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ApplicationStatus, joined

__all__ = ["certain", "deaths", "failed", "health_failure", "refused", "stuck", "too_late", "unwell"]

#: After so many containers that died on one node before their worker registered, the next one will, too.
HOPELESS_DEATHS = 2

LOOK = "Look at the application with serve status, and at raylet.err in /tmp/ray/session_latest/logs on its node"


def failed(application: ApplicationStatus, images: t.Mapping[str, t.Sequence[str]]) -> OperatorError:
    """The error for an application that Serve has given up on."""
    told = _best(sightings(Log(f"Serve, application {application.name}", tuple(application.text.splitlines()), "")))
    node = re.search(r"\[Node ([^\]\s]+)\]|\bip=([0-9a-fA-F.:]+)", application.text)
    where = f" on node {node[1] or node[2]}" if node else ""
    return OperatorError(
        f"Application {_named(application, images)} failed to start{where}",
        why=shortened(masked(exception_line(application.text)), 500) or "Serve gives no reason",
        remedy=told.fault.entry.remedy if told else LOOK,
        code=told.fault.entry.code if told else "",
    )


def unwell(
    application: ApplicationStatus, images: t.Mapping[str, t.Sequence[str]], log: t.Sequence[str]
) -> OperatorError:
    """The error for an application that has started, and is not well soon after.

    :param log: of Serve's controller. Serve's own status tells that a health check fails, and mostly not why.
    """
    reason = health_failure(log, application.name)
    why = shortened(masked(f"{application.sentence()} {application.text}"), 500)
    return OperatorError(
        f"Application {_named(application, images)} starts, and is not well soon after",
        why=f"its health check says {shortened(masked(reason), 300)}: {why}" if reason else why,
        remedy="Correct what its check_health finds, or look at serve/replica_*.log in /tmp/ray/session_latest/logs on its node",
        code=catalogue.NOT_WELL.code,
    )


def health_failure(log: t.Sequence[str], application: str) -> str:
    """What the newest health check of an application that failed has raised, from the log of Serve's controller; or nothing.

    Ray 2.60.0 serve/_private/deployment_state.py logs "Health check for Replica(…, app='NAME') failed: " and a traceback.
    """
    reason = ""
    own: list[str] = []
    for line in (*log, "INFO "):
        if line.startswith(("INFO ", "WARNING ", "ERROR ", "DEBUG ")):
            reason = exception_line("\n".join(own)) or reason
            own = (
                [line.partition(" failed: ")[2]]
                if f"app='{application}') failed: " in line and " Health check for " in line
                else []
            )
        elif own:
            own.append(line)
    return reason


def refused(error: OperatorError) -> OperatorError:
    """The error for a config that Ray refuses, with its code where it is a known one; the same object."""
    fault = None if error.code else fault_of(error.why)
    if fault:
        error.code, error.remedy = fault.entry.code, fault.entry.remedy
    return error


def certain(logs: t.Iterable[Log]) -> Sighting | None:
    """What in the raylets' new lines shows for certain that waiting longer cannot help; None while it may."""
    for log in logs:
        seen = _best([each for each in sightings(log) if each.fault.certain and not each.fault.generic])
        if seen:
            return seen
    return None


def deaths(logs: t.Iterable[Log]) -> Sighting | None:
    """What says best why workers on one node die again and again; None while they may have died by chance."""
    for log in logs:
        seen = sightings(log)
        if len([each for each in seen if each.fault.entry.code == "RC-405"]) >= HOPELESS_DEATHS:
            return _best(seen)
    return None


def stuck(
    waiting: t.Sequence[ApplicationStatus],
    images: t.Mapping[str, t.Sequence[str]],
    sighting: Sighting,
    where: str = "",
) -> OperatorError:
    """The error for applications whose containers will never come up, although Serve goes on trying.

    :param where: the node, if the sighting does not say it.
    """
    names = joined(_named(application, images) for application in waiting)
    entry = sighting.fault.entry
    return OperatorError(
        f"Application {names} does not start on {where or sighting.where}",
        why=f"{entry.title}: {sighting.evidence}",
        remedy=entry.remedy,
        code=entry.code,
    )


def too_late(
    waiting: t.Sequence[ApplicationStatus],
    images: t.Mapping[str, t.Sequence[str]],
    seconds: float,
    logs: t.Iterable[Log],
) -> OperatorError:
    """The error for applications that do not run when the time is up."""
    told = _best([sighting for log in logs for sighting in sightings(log)])
    states = "; ".join(application.sentence() for application in waiting)
    seen = f"; {told.where} says: {told.evidence}" if told else ""
    return OperatorError(
        f"Application {joined(_named(each, images) for each in waiting)} does not run after {seconds:.0f} s",
        why=f"{shortened(masked(states), 500)}{seen}",
        remedy=told.fault.entry.remedy if told else f"{LOOK}, or raise wait_timeout",
        code=told.fault.entry.code if told else "",
    )


def _named(application: ApplicationStatus, images: t.Mapping[str, t.Sequence[str]]) -> str:
    listed = images.get(application.name)
    return f"{application.name} (image {', '.join(listed)})" if listed else application.name


def _best(found: t.Sequence[Sighting]) -> Sighting | None:
    """The newest that says why; the newest that says that."""
    precise = [sighting for sighting in found if not sighting.fault.generic]
    listed = precise or list(found)
    return listed[-1] if listed else None
