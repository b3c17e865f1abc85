# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a Serve config and what Serve runs to the steps between them.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, mapping
from ansible_collections.ray.containers.plugins.module_utils._core.serve.difference import (
    Differences,
    Record,
    differences,
    fixed_options,
    shown,
)
from ansible_collections.ray.containers.plugins.module_utils._core.serve.query import Query
from ansible_collections.ray.containers.plugins.module_utils._core.serve.rollout import Rollout, Wishes, rollout
from ansible_collections.ray.containers.plugins.module_utils._core.serve.room import UNKNOWN, Room
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus, joined

__all__ = ["Ask", "AskGrpc", "AwaitRunning", "Deploy", "RecordGood", "Rehearse", "StopServe", "plan"]


DEFAULTS = Wishes()


@dataclass(frozen=True)
class StopServe:
    """End a Serve that runs nothing, since it keeps options that are to change."""

    refusal: OperatorError


@dataclass(frozen=True)
class Rehearse:
    """Run the new versions of applications beside the old ones, ask them, and take them away."""

    rollout: Rollout


@dataclass(frozen=True)
class Deploy:
    """Hand the config to Serve."""

    rollout: Rollout


@dataclass(frozen=True)
class AwaitRunning:
    """Wait until these applications run with all their replicas, no others are left, and every proxy is HEALTHY."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Ask:
    """Send a query and compare the answer."""

    query: Query


@dataclass(frozen=True)
class AskGrpc:
    """Ask the gRPC proxy of every node whether it knows these applications."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class RecordGood:
    """Keep the config as the one to go back to."""


def plan(
    config: t.Mapping[str, t.Any],
    queries: t.Sequence[Query],
    status: ServeStatus | None,
    record: Record | None,
    *,
    wishes: Wishes = DEFAULTS,
    room: Room = UNKNOWN,
    state: bool = False,
    stop_command: str = "serve shutdown --yes",
) -> Plan:
    """The steps that make Serve run *config*, prove it, and record it.

    :param status: None while no dashboard answers.
    :param wishes: how it is to be done, and :param room: what the cluster has for it.
    :param state: whether the head will bring Serve back from its state then.
    :param stop_command: what stops Serve on the head, for the remedy of an error.
    :raises OperatorError: the config asks for what a running Serve cannot change, or the deploy for what was not wished.
    """
    observed = status or ServeStatus()
    steps = _fixed_options(config, observed, record, stop_command)
    names = tuple(application.name for application in ServeConfig.read(config).applications)
    returns = status is None and state and record is not None and record.config == config
    found = Differences() if returns else differences(config, observed, record)
    if found:
        how = rollout(config, observed, found, wishes, room)
        steps += [_rehearse(how)] if how.rehearsed else []
        steps.append(_deploy(config, observed, found, how))
    if found or observed.incomplete(names) or observed.leaving(names) or observed.unready_proxies():
        steps.append(_await(names, observed))
    steps += [Step(Ask(query), query.sentence(), changes=False) for query in queries]
    if names and mapping(config.get("grpc_options")).get("grpc_servicer_functions") and _has_proxies(config):
        sentence = f"Ask the gRPC proxy of every node whether it knows {joined(names)}"
        steps.append(Step(AskGrpc(names), sentence, changes=False))
    if found or record is None or record.config != config:
        steps.append(_record(queries, record))
    return Plan(tuple(steps))


def _has_proxies(config: t.Mapping[str, t.Any]) -> bool:
    return config.get("proxy_location") != "Disabled"


def _rehearse(how: Rollout) -> Step:
    names = joined(how.rehearsed)
    them = "them" if len(how.rehearsed) > 1 else "it"
    return Step(
        Rehearse(how),
        f"Rehearse {names}: run the new version beside the old one, where no user goes, ask {them}, and stop {them}",
    )


def _deploy(config: t.Mapping[str, t.Any], observed: ServeStatus, found: Differences, how: Rollout) -> Step:
    before = {"applications": [application.config for application in observed.applications if application.config]}
    return Step(
        Deploy(how),
        f"Deploy the Serve config: {found.sentence()}",
        before=_text(before) if before["applications"] else "",
        after=_text(config),
    )


def _await(names: tuple[str, ...], observed: ServeStatus) -> Step:
    leaving = [application.name for application in observed.leaving(names)]
    sentence = f"Wait until {joined(names)} {'are' if len(names) > 1 else 'is'} RUNNING" if names else "Wait"
    if leaving:
        sentence += f"{' and' if names else ' until'} {joined(leaving)} {'are' if len(leaving) > 1 else 'is'} gone"
    return Step(AwaitRunning(names), sentence, changes=False)


def _record(queries: t.Sequence[Query], record: Record | None) -> Step:
    proof = "ran and answered right" if queries else "ran"
    return Step(
        RecordGood(),
        f"Record the Serve config as the last good one: its applications {proof}",
        before="an earlier config" if record else "",
        after="this config",
    )


def _fixed_options(
    config: t.Mapping[str, t.Any], observed: ServeStatus, record: Record | None, stop_command: str
) -> list[Step]:
    """A Serve without applications, as a refused deploy may leave it, is ended; one with applications is not touched."""
    fixed = fixed_options(config, observed, record)
    if not fixed:
        return []
    refusal = OperatorError(
        f"The Serve config changes {joined(fixed)}",
        why="Serve keeps these options from its start to its end",
        remedy=f"Put the old values back, or stop Serve with all its applications on the head first: {stop_command}",
    )
    if observed.applications:
        raise refusal
    return [Step(StopServe(refusal), f"Stop Serve, which runs no application, so that it starts with {joined(fixed)}")]


def _text(config: t.Mapping[str, t.Any]) -> str:
    return json.dumps(shown(config), indent=2, sort_keys=True, default=str) + "\n"
