# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judging Serve, as the head's dashboard tells of it: controller, applications, deployments, proxies.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.log_text import (
    exception_line,
    masked,
    shortened,
)
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import CurrentFault, Look
from ansible_collections.ray.containers.plugins.module_utils._core.faults import of_raylets, of_serve, of_workers
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import SERVE
from ansible_collections.ray.containers.plugins.module_utils._core.faults.recognition import fault_of
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ApplicationStatus, ServeStatus

__all__ = ["Proxy", "ServeFacts", "proxies_of", "serve_look"]

HEALTHY = "HEALTHY"
#: A proxy that is on its way, and what Serve does with one on a node without replicas.
PASSING = ("STARTING", "DRAINING", "DRAINED")

#: An application of which Serve says that it will be well.
STARTING = ("NOT_STARTED", "DEPLOYING", "DELETING")

#: Serve may take so long for what it was just told, in seconds.
PATIENCE = 120.0


@dataclass(frozen=True)
class Proxy:
    """One of Serve's proxies.

    :param said: what it answers at /-/healthz, where it was asked; empty for that all is well.
    """

    address: str
    status: str
    said: str = ""


@dataclass(frozen=True)
class ServeFacts:
    """What the head's dashboard tells.

    :param problem: why it tells nothing, *denied* where it wants another token; *absent* where nobody listens and no head is
        to be here.
    :param recorded: the names of the applications that were last deployed well.
    :param age: seconds since the raylet was started: Serve needs some of them.
    """

    status: ServeStatus | None = None
    proxies: tuple[Proxy, ...] = ()
    problem: str = ""
    denied: bool = False
    absent: bool = False
    recorded: t.Sequence[str] = field(default_factory=tuple)
    now: float = 0.0
    age: float = 10_000.0


def proxies_of(document: t.Mapping[str, t.Any]) -> tuple[Proxy, ...]:
    """The proxies in the answer to ``GET /api/serve/applications/``."""
    proxies = document.get("proxies") or {}
    rows = [row for row in proxies.values() if isinstance(row, dict)]
    return tuple(Proxy(str(row.get("node_ip") or ""), str(row.get("status") or "")) for row in rows)


def serve_look(facts: ServeFacts) -> Look:
    """Serve and its applications."""
    if facts.absent:
        return Look(SERVE, moot="the head alone can tell")
    if facts.denied:
        held = CurrentFault(
            of_workers.ANOTHER_TOKEN,
            "The head's dashboard does not take the token of this node",
            evidence=facts.problem,
            brief="the dashboard refuses the token",
        )
        return Look(SERVE, (held,))
    if facts.status is None:
        held = CurrentFault(
            of_raylets.NO_DASHBOARD,
            "The head's dashboard does not tell how the applications are",
            evidence=facts.problem,
            brief="the dashboard does not answer",
        )
        return Look(SERVE, (held,))
    return Look(SERVE, (*_controller(facts, facts.status), *_applications(facts, facts.status), *_proxies(facts)))


def _controller(facts: ServeFacts, status: ServeStatus) -> t.Iterator[CurrentFault]:
    there = {each.name for each in status.applications}
    lost = [name for name in facts.recorded if name not in there]
    if not facts.recorded or facts.age < PATIENCE:
        return
    if not status.started:
        yield CurrentFault(
            of_serve.NO_CONTROLLER,
            "Serve does not run, and applications were deployed",
            evidence=f"deployed last: {', '.join(facts.recorded)}; GET /api/serve/applications/ tells of no controller",
            remedy="Run the site, which deploys the Serve config again",
            brief="Serve does not run",
        )
    elif lost:
        yield CurrentFault(
            of_serve.NOT_DEPLOYED,
            f"Serve does not have {', '.join(lost)}, which the last good Serve config has",
            evidence=f"Serve has {', '.join(sorted(there)) or 'no application'}",
            remedy="Run the site, which deploys the Serve config again",
        )


def _applications(facts: ServeFacts, status: ServeStatus) -> t.Iterator[CurrentFault]:
    for each in status.applications:
        if not each.settled and not _on_its_way(facts, each):
            yield _application(each)


def _on_its_way(facts: ServeFacts, application: ApplicationStatus) -> bool:
    """Whether it was deployed, or its head started, a moment ago, and nothing is said against it."""
    recent = min(facts.now - application.deployed_at, facts.age) < PATIENCE
    return recent and application.status in STARTING and not (application.text and fault_of(application.text))


def _application(application: ApplicationStatus) -> CurrentFault:
    said = masked(shortened(exception_line(application.text), 500)) if application.text else ""
    fault = fault_of(application.text) if application.text else None
    bad = application.status in ("UNHEALTHY", "DEPLOY_FAILED")
    fault = fault or (of_serve.NOT_WELL if bad else of_serve.UNSETTLED)
    few = [each for each in application.deployments if each.replicas.get("RUNNING", 0) < each.target]
    if few and not any(each.replicas.get("RUNNING") for each in few):
        brief = f"{application.name} has no replica"
    elif few:
        running, target = (sum(counts) for counts in zip(*((e.replicas.get("RUNNING", 0), e.target) for e in few)))
        brief = f"{application.name} has {running} of {target} replicas"
    else:
        brief = f"{application.name} is {application.status}"
    what = f"The application {application.name} is {application.status}"
    return CurrentFault(
        fault,
        what if not few else f"{what}: {brief.partition(' ')[2]}",
        evidence=said or f"Serve says application {masked(shortened(application.sentence()))}",
        brief=brief,
        subject=application.name,
    )


def _proxies(facts: ServeFacts) -> t.Iterator[CurrentFault]:
    for proxy in facts.proxies:
        if (proxy.status == HEALTHY and not proxy.said) or proxy.status in PASSING:
            continue
        yield CurrentFault(
            of_serve.PROXY,
            f"Serve's proxy on {proxy.address} does not take requests",
            evidence=proxy.said or f"Serve says that it is {proxy.status}",
            brief=f"the proxy on {proxy.address} does not answer",
            subject=proxy.address,
        )
