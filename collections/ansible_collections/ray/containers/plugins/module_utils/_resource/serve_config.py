# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deployed Serve config: what runs, what should, and the way back to what last ran well.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import glob
import json
import os
import time
import typing as t
from dataclasses import dataclass
from urllib.parse import urlsplit

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import Log
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.places import GCS_STATE, IN_A_CONTAINER
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import of_config, of_queries
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, mapping
from ansible_collections.ray.containers.plugins.module_utils._core.serve.difference import Record
from ansible_collections.ray.containers.plugins.module_utils._core.serve.images import images_of
from ansible_collections.ray.containers.plugins.module_utils._core.serve.plan import (
    Ask,
    AskGrpc,
    AwaitRunning,
    Deploy,
    RecordGood,
    plan,
)
from ansible_collections.ray.containers.plugins.module_utils._core.serve.proxy import ProxyAddress, proxy_address
from ansible_collections.ray.containers.plugins.module_utils._core.serve.query import Query, read_queries
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus, joined
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.http_request import Send, send
from ansible_collections.ray.containers.plugins.module_utils._host.ray import logs as ray_logs
from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_commands import raylet_commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray.serve_api import (
    ApiDenied,
    ApiRefused,
    ApiUnreachable,
    ServeApi,
)
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of
from ansible_collections.ray.containers.plugins.module_utils._resource.lifecycle import Resource
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_deploys import START_SECONDS, Deploys
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_questions import Questions
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_watch import Overtaken, ServeWatch

__all__ = ["DeployedServeConfig", "Observed", "build"]

#: Of an answer this many characters are kept.
ANSWER_LENGTH = 2000

RECORD_MODE = 0o600
STATES = f"/var/lib/{GCS_STATE}"


@dataclass(frozen=True)
class Observed:
    """What Serve runs, and what it last ran well.

    :param status: None when no dashboard answers, which in check mode alone is no failure.
    :param state: whether the head, once it is started, has a state that Serve comes back from; asked when no dashboard answers.
    """

    status: ServeStatus | None
    record: Record | None
    state: bool = False


class DeployedServeConfig(Resource[Observed]):
    """The config of Serve on a cluster, seen from its head."""

    def __init__(
        self,
        parameters: t.Mapping[str, t.Any],
        commands: Commands,
        *,
        sender: Send = send,
        clock: t.Callable[[], float] = time.monotonic,
        pause: t.Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(commands)
        self._parameters = parameters
        self._engine = raylet_commands(commands, parameters["raylet_image"])
        # What is compared with JSON must be what JSON makes of it.
        self._config: dict[str, t.Any] = json.loads(json.dumps(parameters["config"], default=str))
        self._queries = read_queries(parameters["queries"], ServeConfig.read(self._config))
        self._api = ServeApi(
            parameters["dashboard_url"],
            parameters["token_file"],
            user=parameters["user"],
            sender=sender,
            clock=clock,
            pause=pause,
        )
        self._watch = ServeWatch(self._api, ended=self._ended_containers, clock=clock, pause=pause)
        self._status = ServeStatus()
        self._record: Record | None = None
        self._ran: list[t.Mapping[str, t.Any]] = []
        self._deploys = Deploys(self._api, self._watch)
        self._questions = Questions(sender=sender, clock=clock, pause=pause)
        self._answers: dict[str, str] = {}

    @property
    def secrets(self) -> frozenset[str]:
        """What must not be shown of the config that is wanted, of the one that runs, of the last good ones, and of queries."""
        recorded = [self._record.config, self._record.earlier] if self._record else []
        found = map(of_config, [self._config, self._ran, *recorded])
        return self._api.secrets.union(of_queries(self._parameters["queries"]), *found)

    def observe(self) -> Observed:
        record = self._record = Record.read(files.read_text(self._parameters["record"]))
        check_mode = self._parameters["check_mode"]
        try:
            document = self._api.patient(self._api.details, seconds=START_SECONDS, unreachable=not check_mode)
        except ApiUnreachable:
            if not check_mode:
                raise
            return Observed(None, record, self._has_state())
        status = ServeStatus.read(document)
        self._ran = [application.config for application in status.applications]
        return Observed(status, record)

    def plan(self, observed: Observed) -> Plan:
        decided = plan(
            self._config,
            self._queries,
            observed.status,
            observed.record,
            state=observed.state,
            stop_command=self._stop_command(),
        )
        self._status = observed.status or ServeStatus()
        self._record = observed.record
        self._watch.keep(self._status)
        if any(isinstance(step.action, Deploy) for step in decided.steps):
            self._ask_ray(reachable=observed.status is not None)
        return decided

    def apply(self, step: Step) -> None:
        action = step.action
        try:
            if isinstance(action, Deploy):
                self._deploy(self._config)
            elif isinstance(action, AwaitRunning):
                self._await(self._config, action.names)
            elif isinstance(action, Ask):
                self._ask(action.query)
            elif isinstance(action, AskGrpc):
                self._ask_grpc(action.names)
            elif isinstance(action, RecordGood):
                # What was gone back from is not kept as good: going back twice does not lead to it.
                self._watch.status()
                before = None if self._parameters["state"] == "earlier" else self._record
                text = Record.of(self._config, self._status, before).text()
                files.write_text(self._parameters["record"], text, mode=RECORD_MODE, above=0o700)
            else:
                super().apply(step)
        except (ApiDenied, Overtaken):
            raise
        except OperatorError as error:
            if isinstance(error, ApiUnreachable) and not self._deploys.sent:
                raise
            raise self._rolled_back(error) from error

    def _ask_ray(self, *, reachable: bool) -> None:
        """Let Ray's own schema look at a config that is to be deployed; one that is deployed it has seen.

        :raises OperatorError: Ray refuses it.
        """
        python = self._ray_python(reachable=reachable)
        if python:
            # Only a deploy needs it.
            from ansible_collections.ray.containers.plugins.module_utils._core.serve.schema_complaint import refusal
            from ansible_collections.ray.containers.plugins.module_utils._host.ray.schema import complaints

            port, user = urlsplit(self._api.url).port or 80, self._parameters["user"]
            refused = refusal(complaints(self._engine, python, self._config, port=port, user=user), self._config)
            if refused:
                raise refused

    def _ray_python(self, *, reachable: bool) -> tuple[str, ...]:
        """How Ray's Python is started on this host; nothing where it is not there yet, as before a first run."""
        if self._parameters["raylet_image"]:
            return ("python",) if reachable else ()
        path = f"{self._parameters['runtime_path']}/bin/python"
        return (path,) if self._parameters["runtime_path"] and os.path.exists(path) else ()

    def _has_state(self) -> bool:
        """Whether this runtime has kept a state on this host: none has after a teardown, and another Ray has its own."""
        runtime = os.path.basename(self._parameters["runtime_path"].rstrip("/")) or "*"
        name = f"*{IN_A_CONTAINER}" if self._parameters["raylet_image"] else runtime
        return bool(glob.glob(f"{STATES}/{name}"))

    def result(self, observed: Observed, plan: Plan) -> dict[str, t.Any]:
        return {"applications": self._applications()}

    def _deploy(self, config: t.Mapping[str, t.Any]) -> None:
        self._status = self._deploys.deploy(config)

    def _await(self, config: t.Mapping[str, t.Any], names: t.Sequence[str]) -> None:
        self._status = self._watch.until_running(config, names, self._parameters["wait_timeout"])

    def _ask(self, query: Query) -> None:
        self._answers[query.application] = _cut(self._questions.ask(query, self._proxy(), self._status))

    def _ask_grpc(self, names: t.Sequence[str]) -> None:
        # Only a cluster with gRPC functions needs it.
        from ansible_collections.ray.containers.plugins.module_utils._resource.serve_grpc import ask_proxies

        python = self._ray_python(reachable=True)
        ask_proxies(self._engine, python, self._parameters["user"], self._status, names)

    def _rolled_back(self, error: OperatorError) -> OperatorError:
        """The error, after the last good config is back in place, where there is one and it differs."""
        if isinstance(error, ApiRefused) and not error.applied:
            return _with(error, "What runs was not touched")
        record = self._record
        if record is None:
            return _with(error, "There is no earlier good config to go back to; the next run tries this one again")
        if record.config == self._config:
            return error
        names = [application.name for application in ServeConfig.read(record.config).applications]
        try:
            self._deploy(record.config)
            self._await(record.config, names)
        except Overtaken as overtaken:
            return overtaken
        except OperatorError as second:
            return _with(error, f"Going back to the last good config failed too: {second.what}: {second.why}")
        told = _with(
            error, f"The last good Serve config is back: {joined(names)} {'run' if len(names) > 1 else 'runs'}"
        )
        told.details = {"rolled_back": True, "applications": self._applications()}
        return told

    def _applications(self) -> list[dict[str, t.Any]]:
        """What runs, in the order of the names; with the images that Serve really has, also after going back."""
        return [
            {
                "name": application.name,
                "status": application.status,
                "url": self._public_url(application.route) if application.route else "",
                "answer": self._answers.get(application.name, ""),
                "images": images_of({"applications": [application.config]}).get(application.name, []),
            }
            for application in self._status.applications
        ]

    def _proxy(self) -> ProxyAddress:
        desired, running = mapping(self._config.get("http_options")), mapping(self._status.options.get("http_options"))
        return proxy_address(desired, running)

    def _public_url(self, route: str) -> str:
        return self._proxy().url(route, host=self._parameters["address"] or self._status.head)

    def _stop_command(self) -> str:
        if self._parameters["raylet_image"]:
            return f"podman exec raylet serve shutdown --yes --address {self._api.url}"
        serve = f"{self._parameters['runtime_path']}/bin/serve" if self._parameters["runtime_path"] else "serve"
        command = f"{serve} shutdown --yes --address {self._api.url}"
        return f"sudo -u {self._parameters['user']} {command}" if self._parameters["user"] else command

    def _ended_containers(self) -> list[Log]:
        user = self._parameters["user"]
        session = ray_logs.current_session(files_of(user), self._parameters["temp_dir"])
        return ray_logs.ended_containers(self._engine, user, session)


def _cut(answer: str) -> str:
    return answer if len(answer) <= ANSWER_LENGTH else f"{answer[: ANSWER_LENGTH - 1]}…"


class RolledBack(OperatorError):
    """A failed deploy, and what was done about it.

    :param details: more for the module's result.
    """

    details: dict[str, t.Any]


def _with(error: OperatorError, sentence: str) -> RolledBack:
    told = RolledBack(error.what, why=f"{error.why.rstrip('.')}. {sentence}", remedy=error.remedy, code=error.code)
    told.details = {}
    return told


def build(parameters: dict[str, t.Any], commands: Commands, **faces: t.Any) -> DeployedServeConfig:
    """The capability from the module's parameters.

    :param faces: further keywords of the capability, in tests.
    :raises OperatorError: it is to go back, and there is no config to go back to.
    """
    if parameters["state"] != "deployed":
        # Only a roll-back needs it.
        from ansible_collections.ray.containers.plugins.module_utils._resource.serve_rollback import recorded

        parameters = recorded(parameters)
    return DeployedServeConfig(parameters, commands, **faces)
