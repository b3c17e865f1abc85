# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Serve says about itself, as values, and what that means for a deploy that waits.

The document is Ray 2.60.0's ``serve/schema.py`` ServeInstanceDetails.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.log_text import exception_line
from ansible_collections.ray.containers.plugins.module_utils._core.terminal import without_colours

__all__ = ["ApplicationStatus", "DeploymentStatus", "ProxyStatus", "ServeStatus", "joined"]

RUNNING = "RUNNING"
DEPLOY_FAILED = "DEPLOY_FAILED"
DELETING = "DELETING"
SCALING = ("UPSCALING", "DOWNSCALING")

Fields = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class DeploymentStatus:
    """One deployment of an application.

    :param replicas: how many replicas are in which state, such as ``{"RUNNING": 1, "STARTING": 1}``.
    :param target: how many there should be.
    :param nodes: the addresses of the nodes that have some that run, by the nodes' ids.
    :param options: its config, with what the code and Ray's defaults say; an older Ray leaves out what it does not know.
    :param needs: what a replica asks of the cluster, as a mapping of resources for each thing that must be on one node.
    :param spread: how many run on which node, by the nodes' ids.
    :param since: since when the oldest replica runs, in seconds since the epoch; 0 when none does.
    """

    name: str
    status: str
    message: str
    target: int
    replicas: t.Mapping[str, int]
    nodes: t.Mapping[str, str] = field(default_factory=dict)
    options: Fields = field(default_factory=dict)
    needs: tuple[t.Mapping[str, float], ...] = ()
    spread: t.Mapping[str, int] = field(default_factory=dict)
    since: float = 0.0

    @property
    def complete(self) -> bool:
        """It has its replicas, or is being scaled, as an application that is RUNNING is only by its own load."""
        return self.settled or (self.status in SCALING and bool(self.replicas.get(RUNNING)))

    @property
    def settled(self) -> bool:
        return self.status == "HEALTHY" and self.replicas.get(RUNNING, 0) >= self.target

    def sentence(self) -> str:
        counted = ", ".join(f"{count} {state}" for state, count in sorted(self.replicas.items())) or "none"
        said = f"deployment {self.name} is {self.status} (replicas: {counted}; wanted: {self.target})"
        return f"{said}: {exception_line(self.message)}" if self.message else said


@dataclass(frozen=True)
class ApplicationStatus:
    """One application, as it was deployed by a Serve config.

    :param config: what Ray keeps of the application's part of the config: the fields that were set in it.
    :param deployed_at: seconds since the epoch at which Serve last took a config for it.
    """

    name: str
    status: str
    message: str
    route: str | None
    config: Fields
    deployed_at: float
    deployments: tuple[DeploymentStatus, ...] = ()

    @property
    def running(self) -> bool:
        return self.status == RUNNING

    @property
    def failed(self) -> bool:
        """Serve has given up on it, until the next config."""
        return self.status == DEPLOY_FAILED

    @property
    def settled(self) -> bool:
        """Nothing of it is still starting, stopping or broken."""
        return self.running and all(deployment.settled for deployment in self.deployments)

    @property
    def complete(self) -> bool:
        """It runs, with the replicas that it should have."""
        return self.running and all(deployment.complete for deployment in self.deployments)

    @property
    def answers(self) -> bool:
        """It has a replica that runs, whatever else is wrong with it."""
        return any(deployment.replicas.get(RUNNING) for deployment in self.deployments)

    @property
    def text(self) -> str:
        """Everything that Serve says about it, without the terminal's colours."""
        messages = [self.message, *(deployment.message for deployment in self.deployments)]
        return without_colours("\n".join(message for message in messages if message))

    def sentence(self) -> str:
        """Where it stands, for an operator."""
        said = f"{self.name} is {self.status or 'not there'}"
        parts = [deployment.sentence() for deployment in self.deployments if not deployment.settled]
        if self.message:
            parts.insert(0, exception_line(self.message))
        return f"{said} ({'; '.join(parts)})" if parts else said


@dataclass(frozen=True)
class ProxyStatus:
    """What takes the requests of one node.

    :param status: Serve's word for it; empty when Serve has none on a node that must have one.
    """

    node: str
    address: str
    status: str

    @property
    def healthy(self) -> bool:
        return self.status == "HEALTHY"

    def sentence(self) -> str:
        return f"the proxy of node {self.address} is {self.status or 'not there'}"


@dataclass(frozen=True)
class ServeStatus:
    """A moment of Serve on one cluster.

    :param started: whether Serve runs at all; its http_options cannot change from then on.
    :param head: the address of the node that Serve's controller runs on.
    :param controller: the controller's name in Ray, the same from Serve's start to its end.
    :param proxies: those that Serve has, whatever they are good for.
    """

    started: bool = False
    head: str = ""
    controller: str = ""
    options: Fields = field(default_factory=dict)
    applications: tuple[ApplicationStatus, ...] = ()
    proxies: tuple[ProxyStatus, ...] = ()

    @classmethod
    def read(cls, document: Fields) -> ServeStatus:
        """From the answer to ``GET /api/serve/applications/``."""
        controller = document.get("controller_info") or {}
        applications = document.get("applications") or {}
        return cls(
            started=bool(controller),
            head=str(controller.get("node_ip") or ""),
            controller=str(controller.get("actor_id") or ""),
            options={key: document.get(key) for key in OPTIONS},
            applications=tuple(_application(name, applications[name]) for name in sorted(applications)),
            proxies=_proxies(document.get("proxies") or {}),
        )

    @property
    def deploys(self) -> dict[str, float]:
        """When Serve last took a config for each application that is to stay: another deploy makes this another.

        Each config gives all its applications its own time, whether they change or not, and begins to delete all others.
        Nothing else touches that time: scaling does not, and a controller that starts again reads it from its checkpoint
        (Ray 2.60.0 serve/_private/controller.py apply_config, _recover_state_from_checkpoint).
        """
        return {each.name: each.deployed_at for each in self.applications if each.status != DELETING}

    def application(self, name: str) -> ApplicationStatus | None:
        for application in self.applications:
            if application.name == name:
                return application
        return None

    def missing(self, names: t.Sequence[str]) -> list[ApplicationStatus]:
        """Those of *names* that do not run (yet)."""
        found = [self.application(name) or _absent(name) for name in names]
        return [application for application in found if not application.running]

    def incomplete(self, names: t.Sequence[str]) -> list[ApplicationStatus]:
        """Those of *names* that do not run with all their replicas (yet)."""
        found = [self.application(name) or _absent(name) for name in names]
        return [application for application in found if not application.complete]

    def unready_proxies(self) -> list[ProxyStatus]:
        """The proxies that should be HEALTHY and are not (yet): those that are not leaving, and on every node with replicas.

        Ray 2.60.0 serve/schema.py ProxyLocation; on its way out, a proxy is DRAINING.
        """
        location = self.options.get("proxy_location")
        if not self.started or location == "Disabled":
            return []
        unready = [proxy for proxy in self.proxies if not proxy.healthy and not proxy.status.startswith("DRAIN")]
        there = {proxy.node for proxy in self.proxies}
        needed: dict[str, str] = {}
        if location == "EveryNode":
            for application in self.applications:
                for deployment in application.deployments:
                    needed.update(deployment.nodes)
        return unready + [ProxyStatus(node, needed[node], "") for node in sorted(needed) if node not in there]

    def unsettled(self, names: t.Sequence[str]) -> list[ApplicationStatus]:
        """Those of *names* of which not everything runs (yet)."""
        found = [self.application(name) or _absent(name) for name in names]
        return [application for application in found if not application.settled]

    def leaving(self, names: t.Sequence[str]) -> list[ApplicationStatus]:
        """The applications beside *names* that are still there."""
        return [application for application in self.applications if application.name not in names]

    @property
    def settled(self) -> bool:
        return all(application.settled for application in self.applications)


#: What of the whole instance GET tells back; the other top-level fields of a config are write-only.
OPTIONS = ("proxy_location", "http_options", "grpc_options", "target_capacity")


def joined(names: t.Iterable[str]) -> str:
    """Names as a sentence lists them: ``a``, ``a and b``, ``a, b and c``."""
    listed = list(names)
    return " and ".join(filter(None, [", ".join(listed[:-1]), *listed[-1:]]))


def _absent(name: str) -> ApplicationStatus:
    return ApplicationStatus(name, "", "", None, {}, 0.0)


def _application(name: str, fields: Fields) -> ApplicationStatus:
    deployments = fields.get("deployments") or {}
    return ApplicationStatus(
        name=name,
        status=str(fields.get("status") or ""),
        message=without_colours(str(fields.get("message") or "")),
        route=fields.get("route_prefix"),
        config=fields.get("deployed_app_config") or {},
        deployed_at=float(fields.get("last_deployed_time_s") or 0.0),
        deployments=tuple(_deployment(key, deployments[key]) for key in sorted(deployments)),
    )


def _deployment(name: str, fields: Fields) -> DeploymentStatus:
    states: dict[str, int] = {}
    nodes: dict[str, str] = {}
    spread: dict[str, int] = {}
    starts: list[float] = []
    for replica in fields.get("replicas") or []:
        state = str(replica.get("state") or "")
        states[state] = states.get(state, 0) + 1
        if state == RUNNING:
            starts.append(float(replica.get("start_time_s") or 0.0))
        if state == RUNNING and replica.get("node_id"):
            node = str(replica["node_id"])
            nodes[node] = str(replica.get("node_ip") or "")
            spread[node] = spread.get(node, 0) + 1
    return DeploymentStatus(
        name=name,
        status=str(fields.get("status") or ""),
        message=without_colours(str(fields.get("message") or "")),
        target=int(fields.get("target_num_replicas") or 0),
        replicas=states,
        nodes=nodes,
        options=fields.get("deployment_config") or {},
        needs=_needs(fields),
        spread=spread,
        since=min(starts, default=0.0),
    )


def _needs(deployment: Fields) -> tuple[t.Mapping[str, float], ...]:
    bundles = (deployment.get("deployment_config") or {}).get("placement_group_bundles")
    needs = bundles or [deployment.get("required_resources") or {}]
    return tuple({name: float(amount) for name, amount in each.items() if amount} for each in needs)


def _proxies(rows: t.Mapping[str, Fields]) -> tuple[ProxyStatus, ...]:
    found = [
        ProxyStatus(node, str(row.get("node_ip") or ""), str(row.get("status") or "")) for node, row in rows.items()
    ]
    return tuple(sorted(found, key=lambda proxy: (proxy.address, proxy.node)))
