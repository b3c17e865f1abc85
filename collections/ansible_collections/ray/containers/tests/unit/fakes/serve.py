# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Serve that remembers: what it is given, how far it has come, what its raylets say, and what its applications answer."""

from __future__ import annotations

import copy
import json
import typing as t
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.ray.containers.plugins.module_utils._host.http_request import Answer, NoAnswer

__all__ = ["DASHBOARD", "FakeServe", "PROXY", "module_parameters"]

DASHBOARD = "http://127.0.0.1:8265"
PROXY = "http://127.0.0.1:8000"

Json = t.Dict[str, t.Any]


def module_parameters(config: t.Any, *, token: Path, record: Path, **others: t.Any) -> Json:
    """The parameters of the module `serve_config` as Ansible gives them: *others*, and what its defaults say.

    Without an installed Ray and without a session of Ray's, unless others says so.
    """
    return {
        "config": config,
        "queries": [],
        "dashboard_url": DASHBOARD,
        "token_file": str(token),
        "address": "",
        "wait_timeout": 600,
        "raylet_image": "",
        "user": "ray",
        "state": "deployed",
        "surge": True,
        "rehearse": "auto",
        "remove": [],
        "contents": {},
        "number": None,
        "who": "alice@controller",
        "why": "",
        "lock_timeout": 0,
        "check_mode": False,
        "runtime_path": "",
        "temp_dir": "/nowhere",
        "record": str(record),
        **others,
    }


@dataclass
class FakeServe:
    """A cluster with its own clock. `send`, `clock` and `pause` are what the code under test is given.

    An application runs two seconds after its config came. What its args say makes it otherwise: ``fail`` is the message of a
    DEPLOY_FAILED, ``crash`` what each of its containers writes to raylet.err before it dies (every 20 seconds, for ever),
    ``answer`` what it answers, ``deployments`` the names of its deployments, ``sick`` after how many seconds their health checks
    fail.
    """

    token: str = "secret"
    listening: bool = True
    #: What the dashboard answers instead, for so many requests.
    not_ready: int = 0
    refuse: str = ""
    started: bool = False
    #: How many controllers there have been: each `stop` ends one.
    controllers: int = 0
    time: float = 1000.0
    config: Json = field(default_factory=dict)
    since: dict[str, float] = field(default_factory=dict)
    #: When the last config came: Ray gives it to all applications of a config, also to those that stay as they are.
    deployed_at: float = 0.0
    #: Of PUTs that are carried out and whose answer never comes: how long each keeps its sender waiting.
    lost: list[float] = field(default_factory=list)
    #: Answers that a PUT or DELETE gets instead of being carried out.
    instead: list[Answer] = field(default_factory=list)
    #: Of each node's proxy: its address and status. The node of 192.0.2.11 is called abc.
    proxies: dict[str, str] = field(default_factory=lambda: {"192.0.2.10": "HEALTHY", "192.0.2.11": "HEALTHY"})
    proxy_lines: list[str] = field(default_factory=list)
    #: Addresses whose proxy accepts no connection.
    silent: set[str] = field(default_factory=set)
    #: What is taken of each node and what it has, by resource; empty when the dashboard does not tell.
    usage: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    #: The Ray of the head.
    ray: str = "2.60.0"
    #: Whether this Ray knows max_surge_percent.
    knows_surge: bool = True
    #: Every config that was put, in order.
    configs: list[Json] = field(default_factory=list)
    raylet_lines: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    routed_after: float = 0.0
    #: Called before each request, to change the world in between.
    before: t.Callable[[str], None] = lambda request: None

    def clock(self) -> float:
        return self.time

    def pause(self, seconds: float) -> None:
        self.time += seconds

    @property
    def puts(self) -> int:
        return sum(request.startswith("PUT") for request in self.requests)

    def send(
        self,
        method: str,
        url: str,
        *,
        body: str | bytes = "",
        headers: t.Mapping[str, str] | None = None,
        timeout: float = 30,
    ) -> Answer:
        self.requests.append(f"{method} {url}")
        self.before(f"{method} {url}")
        asked = urllib.parse.urlsplit(url)
        if not url.startswith(DASHBOARD):
            if asked.hostname in self.silent:
                raise NoAnswer("the connection was refused")
            return self._ask(urllib.parse.urlunsplit(("", "", asked.path, asked.query, "")))
        if not self.listening:
            raise NoAnswer("the connection was refused")
        given = (headers or {}).get("Authorization", "")
        if self.token and not given:
            return Answer(401, "Unauthorized", "Unauthorized: Missing authentication token")
        if self.token and given != f"Bearer {self.token}":
            return Answer(403, "Forbidden", "Forbidden: Invalid authentication token")
        if self.not_ready:
            self.not_ready -= 1
            return Answer(503, "", "Failed to get a response from the controller. The GCS may be down")
        return self._change(method, body) if method != "GET" else self._tell(url, asked.path)

    def _change(self, method: str, body: str | bytes) -> Answer:
        if self.instead:
            return self.instead.pop(0)
        if method == "PUT":
            return self._put(json.loads(body))
        self.stop()
        return Answer(200, "OK", "")

    def _tell(self, url: str, path: str) -> Answer:
        document: Json = self.details()
        if path == "/api/v0/nodes":
            rows = [{"node_id": "abc", "node_ip": "192.0.2.11", "state": "ALIVE"}]
            document = {"data": {"result": {"result": rows}}}
        elif path == "/api/version":
            document = {"version": "4", "ray_version": self.ray, "ray_commit": "b7f4259e94", "session_name": "session"}
        elif path == "/api/cluster_status":
            document = {"data": {"clusterStatus": {"loadMetricsReport": {"usageByNode": self.usage}}}}
        elif path == "/api/v0/logs":
            names = ["serve/proxy_192.0.2.11.log"] if "proxy" in url else ["raylet.1.err", "raylet.err"]
            document = {"data": {"result": {"all": names}}}
        elif path == "/api/v0/logs/file":
            # A proxy that cannot start says so about once a second.
            proxy = self.proxy_lines * int(self.time)
            return Answer(200, "OK", "\n".join(proxy if "filename=serve" in url else self._raylet_errors()))
        return Answer(200, "OK", json.dumps(document))

    def begin_again(self, *, state: bool = True) -> None:
        """The head starts again, and with its state Serve: the same config of the same time, and its applications again."""
        self.since = dict.fromkeys(self.since, self.time + 20)
        if not state:
            self.stop()

    def stop(self) -> None:
        """`serve shutdown`."""
        self.started, self.config = False, {}
        self.controllers += 1

    def details(self) -> Json:
        """What GET answers."""
        if not self.started:
            return {"controller_info": {}, "proxies": {}, "applications": {}, "target_capacity": None}
        options = {"host": "127.0.0.1", "port": 8000, "root_path": "", **self.config.get("http_options", {})}
        return {
            "controller_info": {"node_ip": "192.0.2.10", "actor_id": f"actor{self.controllers}"},
            "proxy_location": "EveryNode",
            "proxies": {
                "abc" if address == "192.0.2.11" else address: {"node_ip": address, "status": status}
                for address, status in self.proxies.items()
            },
            "http_options": options,
            "grpc_options": {"port": 9000, "grpc_servicer_functions": [], **self.config.get("grpc_options", {})},
            "target_capacity": self.config.get("target_capacity"),
            "applications": {each["name"]: self._application(each) for each in self._applications()},
        }

    def _put(self, config: Json) -> Answer:
        self.configs.append(copy.deepcopy(config))
        if self.refuse:
            return Answer(400, "Bad Request", self.refuse)
        before = {each["name"]: each for each in self._applications()}
        for each in config["applications"]:
            if before.get(each["name"]) != each or self._status(each)[0] == "DEPLOY_FAILED":
                self.since[each["name"]] = self.time
        kept = self.config if self.started else config
        options = {key: kept.get(key) or {} for key in ("http_options", "grpc_options")}
        self.config = {**copy.deepcopy(config), **options}
        self.started = True
        self.pause(0.001)
        self.deployed_at = self.time
        if self.lost:
            self.pause(self.lost.pop(0))
            raise NoAnswer("no answer in time")
        return Answer(200, "OK", "")

    def _applications(self) -> list[Json]:
        applications: list[Json] = self.config.get("applications", [])
        return applications

    def _application(self, each: Json) -> Json:
        status, message = self._status(each)
        # Ray leaves out what it does not know (exclude_unset, no extra=forbid).
        known = {key: value for key, value in each.items() if key != "unknown"}
        return {
            "name": each["name"],
            "status": status,
            "message": message,
            "route_prefix": each.get("route_prefix", "/"),
            "last_deployed_time_s": self.deployed_at,
            "deployed_app_config": known,
            "deployments": {
                name: self._deployment(name, each, status) for name in each.get("args", {}).get("deployments", ())
            },
        }

    def _deployment(self, name: str, application: Json, status: str) -> Json:
        written: Json = next((each for each in application.get("deployments", ()) if each["name"] == name), {})
        count = written.get("num_replicas", 1)
        replica = {"state": "RUNNING" if status == "RUNNING" else "STARTING", "node_id": "abc", "node_ip": "192.0.2.11"}
        defaults = {"max_surge_percent": 0} if self.knows_surge else {}
        sick = application.get("args", {}).get("sick")
        unwell = sick is not None and self.time - self.since[application["name"]] > sick
        return {
            "status": "UNHEALTHY" if unwell else "HEALTHY" if status == "RUNNING" else "UPDATING",
            "message": "A replica's health check failed. It will be UNHEALTHY until it recovers." if unwell else "",
            "deployment_config": {"num_replicas": count, **defaults, **written},
            "target_num_replicas": count,
            "required_resources": {"CPU": written.get("ray_actor_options", {}).get("num_cpus", 1)},
            "replicas": [replica] * count,
        }

    def _status(self, each: Json) -> tuple[str, str]:
        arguments = each.get("args", {})
        if self.time - self.since.get(each["name"], self.time) < 2 or "crash" in arguments:
            return "DEPLOYING", ""
        if "fail" in arguments:
            return "DEPLOY_FAILED", arguments["fail"]
        return "RUNNING", ""

    def _raylet_errors(self) -> list[str]:
        lines = list(self.raylet_lines)
        for each in self._applications():
            if "crash" in each.get("args", {}):
                deaths = int((self.time - self.since[each["name"]]) // 20)
                lines += [*each["args"]["crash"], DEAD] * deaths
        return lines

    def _ask(self, target: str) -> Answer:
        for each in sorted(self._applications(), key=lambda one: -len(one.get("route_prefix") or "")):
            if target.startswith(each.get("route_prefix", "/")):
                if self.time < self.since[each["name"]] + self.routed_after:
                    return Answer(404, "Not Found", f"Path '{target}' not found")
                return Answer(200, "OK", each.get("args", {}).get("answer", "hello"))
        return Answer(404, "Not Found", f"Path '{target}' not found")


DEAD = (
    "[2026-11-23 06:52:18,981 E 28915 28915] (raylet) worker_pool.cc:660: Some workers of the worker process(30577) have not"
    " registered within the timeout. The process is dead, probably it crashed during start."
)
