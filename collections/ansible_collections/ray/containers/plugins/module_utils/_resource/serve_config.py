# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deployed Serve config: what runs, what should, and the way back to what last ran well.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import dataclasses
import json
import time
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import deploys as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import of_config, of_queries
from ansible_collections.ray.containers.plugins.module_utils._core.serve.acceptance import NotTaken
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, mapping
from ansible_collections.ray.containers.plugins.module_utils._core.serve.deployments import known_from_images
from ansible_collections.ray.containers.plugins.module_utils._core.serve.difference import Record, differences
from ansible_collections.ray.containers.plugins.module_utils._core.serve.images import images_of
from ansible_collections.ray.containers.plugins.module_utils._core.serve.overview import overview
from ansible_collections.ray.containers.plugins.module_utils._core.serve.plan import (
    Ask,
    AskGrpc,
    AwaitRunning,
    Deploy,
    RecordGood,
    Rehearse,
    StopServe,
    plan,
)
from ansible_collections.ray.containers.plugins.module_utils._core.serve.proxy import ProxyAddress, proxy_address
from ansible_collections.ray.containers.plugins.module_utils._core.serve.query import Query, read_queries
from ansible_collections.ray.containers.plugins.module_utils._core.serve.rollout import Rollout, Wishes
from ansible_collections.ray.containers.plugins.module_utils._core.serve.room import UNKNOWN, Room
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.http_request import Send, send
from ansible_collections.ray.containers.plugins.module_utils._host.ray.serve_api import (
    ApiDenied,
    ApiUnreachable,
    ServeApi,
)
from ansible_collections.ray.containers.plugins.module_utils._resource.lifecycle import Resource
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_deploys import START_SECONDS, Deploys
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_going_back import GoingBack, RolledBack
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_head import Head
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_history import DeployHistory
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_lock import DeployLock
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_questions import NotAnswered, Questions
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_rehearsal import NotRehearsed, Rehearsals
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_watch import Overtaken, ServeWatch

__all__ = ["DeployedServeConfig", "Observed", "build"]

#: Of an answer this many characters are kept.
ANSWER_LENGTH = 2000

#: How old what Ray tells of its nodes may be, in seconds: its autoscaler asks them every 5 (Ray 2.60.0 autoscaler/_private/
#: constants.py AUTOSCALER_UPDATE_INTERVAL_S).
ROOM_SECONDS = 10.0
WITHOUT_ROOM = (catalogue.NO_ROOM.code, catalogue.NO_ROOM_TO_REHEARSE.code)

RECORD_MODE = 0o600


@dataclass(frozen=True)
class Observed:
    """What Serve runs, and what it last ran well.

    :param status: None when no dashboard answers, which in check mode alone is no failure.
    :param state: whether the head, once it is started, has a state that Serve comes back from; asked when no dashboard answers.
    :param room: what is free on the nodes, where something is to be deployed.
    :param ray: the version of Ray that runs, where a recorded config is gone back to; empty where it is not told.
    """

    status: ServeStatus | None
    record: Record | None
    state: bool = False
    room: Room = UNKNOWN
    ray: str = ""


class DeployedServeConfig(Resource[Observed]):
    """The config of Serve on a cluster, seen from its head."""

    def __init__(
        self,
        parameters: t.Mapping[str, t.Any],
        commands: Commands,
        *,
        lock: DeployLock | None = None,  # a prediction takes nobody's turn
        sender: Send = send,
        clock: t.Callable[[], float] = time.monotonic,
        pause: t.Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(commands)
        self._parameters = parameters
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
        self._head = Head(parameters, commands, self._api.url)
        self._watch = ServeWatch(self._api, self._head, clock=clock, pause=pause)
        self._clock, self._pause = clock, pause
        self._status = self._before = ServeStatus()
        self._record: Record | None = None
        self._ran: list[t.Mapping[str, t.Any]] = []
        self._deploys = Deploys(self._api, self._watch)
        self._questions = Questions(sender=sender, clock=clock, pause=pause)
        self._rehearsals = Rehearsals(self._deploys, self._watch, self._questions, seconds=parameters["wait_timeout"])
        self._lock = lock
        self._history = DeployHistory(parameters)
        self._how = Rollout()
        self._answers: dict[str, str] = {}

    @property
    def secrets(self) -> frozenset[str]:
        """What must not be shown of the config that is wanted, of the one that runs, of the last good ones, and of queries."""
        recorded = [self._record.config, self._record.earlier] if self._record else []
        found = map(of_config, [self._config, self._ran, *recorded])
        return self._api.secrets.union(of_queries(self._parameters["queries"]), *found)

    def close(self) -> None:
        if self._lock:
            self._lock.release()

    def observe(self) -> Observed:
        record = self._record = Record.read(files.read_text(self._parameters["record"]))
        check_mode = self._parameters["check_mode"]
        try:
            document = self._api.patient(self._api.details, seconds=START_SECONDS, unreachable=not check_mode)
        except ApiUnreachable:
            if not check_mode:
                raise
            return Observed(None, record, self._head.has_state())
        status = ServeStatus.read(document)
        self._ran = [application.config for application in status.applications]
        # Only a deploy needs room.
        room = self._api.room() if status.started and differences(self._config, status, record) else UNKNOWN
        ray = self._api.ray_version() if self._parameters.get("back_to_ray") else ""
        return Observed(status, record, room=room, ray=ray)

    def plan(self, observed: Observed) -> Plan:
        if observed.ray:
            from ansible_collections.ray.containers.plugins.module_utils._resource.serve_rollback import (
                refuse_another_ray,
            )

            refuse_another_ray(self._parameters, observed.ray)
        decided = self._planned(observed)
        self._status = self._before = observed.status or ServeStatus()
        self._record = observed.record
        self._watch.keep(self._status)
        for step in decided.steps:
            if isinstance(step.action, Deploy):
                self._how = step.action.rollout
                self._head.check(self._config, reachable=observed.status is not None)
        return decided

    def _planned(self, observed: Observed) -> Plan:
        """The plan. What Ray tells of its nodes' room is some seconds old: before there is none, it is asked again."""
        deadline = self._clock() + ROOM_SECONDS
        while True:
            try:
                return plan(
                    self._config,
                    self._queries,
                    observed.status,
                    observed.record,
                    wishes=wishes_of(self._parameters),
                    room=observed.room,
                    state=observed.state,
                    stop_command=self._head.stop_command,
                )
            except OperatorError as error:
                if error.code not in WITHOUT_ROOM or self._clock() > deadline:
                    raise
            self._pause(1.0)
            observed = dataclasses.replace(observed, room=self._api.room())

    def apply(self, step: Step) -> None:
        try:
            if self._lock:
                self._lock.confirm()
            if isinstance(step.action, (Rehearse, Deploy, RecordGood)):
                self._history.begin(self._config, self._api.ray_version())
            self._carry_out_or_go_back(step)
        except OperatorError as error:
            self._history.fail(str(error), self.secrets)
            if isinstance(step.action, (AwaitRunning, Rehearse)):
                error.details["unstarted"] = True
            raise

    def _carry_out_or_go_back(self, step: Step) -> None:
        try:
            self._carry_out(step)
        except NotRehearsed as error:
            error.details["applications"] = self._applications()
            raise
        except (ApiDenied, NotTaken, Overtaken):
            raise
        except OperatorError as error:
            if isinstance(error, ApiUnreachable) and not self._deploys.sent:
                raise
            raise self._rolled_back(error) from error

    def _carry_out(self, step: Step) -> None:
        action = step.action
        if isinstance(action, StopServe):
            self._stop(action)
        elif isinstance(action, Rehearse):
            self._status = self._rehearsals.rehearse(
                self._config, action.rollout, self._queries, self._status, self._proxy()
            )
        elif isinstance(action, Deploy):
            sent = action.rollout.sent(self._config, self._before, self._rehearsals.surging)
            self._status = self._deploys.deploy(sent)
        elif isinstance(action, AwaitRunning):
            self._status = self._watch.until_running(self._config, action.names, self._parameters["wait_timeout"])
        elif isinstance(action, Ask):
            self._answers[action.query.application] = _cut(self._asked(action.query))
        elif isinstance(action, AskGrpc):
            self._ask_grpc(action.names)
        elif isinstance(action, RecordGood):
            self._keep_as_good()
        else:
            super().apply(step)

    def _asked(self, query: Query) -> str:
        try:
            return self._questions.ask(query, self._proxy(), self._status)
        except NotAnswered:
            # Serve goes on calling a proxy HEALTHY for some seconds after it has died.
            if not self._watch.status().unready_proxies():
                raise
        names = [application.name for application in ServeConfig.read(self._config).applications]
        self._status = self._watch.until_running(self._config, names, self._parameters["wait_timeout"])
        return self._questions.ask(query, self._proxy(), self._status)

    def _stop(self, action: StopServe) -> None:
        """End a Serve that runs nothing: nothing that a config deployed, and nothing that somebody's program did."""
        if self._api.details(everything=True).get("applications"):
            raise action.refusal
        self._api.stop()
        self._watch.keep(ServeStatus())

    def _keep_as_good(self) -> None:
        self._watch.status()
        # What was gone back from is not kept as good: going back twice does not lead to it.
        before = None if self._parameters["state"] in ("earlier", "recorded") else self._record
        text = Record.of(self._config, self._status, before).text()
        files.write_text(self._parameters["record"], text, mode=RECORD_MODE, above=0o700)
        self._history.end_well()

    def _ask_grpc(self, names: t.Sequence[str]) -> None:
        # Only a cluster with gRPC functions needs it.
        from ansible_collections.ray.containers.plugins.module_utils._resource.serve_grpc import ask_proxies

        ask_proxies(self._head.engine, self._head.python(reachable=True), self._head.user, self._status, names)

    def _rolled_back(self, error: OperatorError) -> OperatorError:
        back = GoingBack(
            self._deploys, self._watch, self._record, self._before, self._how, self._parameters["wait_timeout"]
        )
        told = back.error(error, self._config)
        if back.status and isinstance(told, RolledBack):
            self._status = back.status
            told.details.update(rolled_back=True, applications=self._applications(), serve=overview(self._status))
        return told

    def result(self, observed: Observed, plan: Plan) -> dict[str, t.Any]:
        return {
            "applications": self._applications(),
            "serve": overview(self._status),
            "plan": self._how.lines,
            "deploy": self._history.number,
            "nodes": self._api.addresses() if observed.status or plan.changed else [],
        }

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


def _cut(answer: str) -> str:
    return answer if len(answer) <= ANSWER_LENGTH else f"{answer[: ANSWER_LENGTH - 1]}…"


def wishes_of(parameters: t.Mapping[str, t.Any]) -> Wishes:
    """What the module's parameters say about how a deploy is done."""
    return Wishes(
        surge=parameters["surge"],
        rehearse=parameters["rehearse"],
        remove=tuple(parameters["remove"]) if parameters["state"] == "deployed" else None,
        known=known_from_images(parameters["contents"]),
    )


def build(parameters: dict[str, t.Any], commands: Commands, **faces: t.Any) -> DeployedServeConfig:
    """The capability from the module's parameters; not in check mode it has the deploy lock from here until it is closed.

    :param faces: further keywords of the capability, in tests.
    :raises OperatorError: it is to go back, and there is no config to go back to; or another run deploys.
    """
    if not parameters["check_mode"]:
        # Before the record is read: whoever deploys now may write it.
        pace = {name: faces[name] for name in ("clock", "pause") if name in faces}
        faces["lock"] = DeployLock(parameters, **pace)
    if parameters["state"] != "deployed":
        # Only a roll-back needs it.
        from ansible_collections.ray.containers.plugins.module_utils._resource.serve_rollback import recorded

        parameters = recorded(parameters)
    return DeployedServeConfig(parameters, commands, **faces)
