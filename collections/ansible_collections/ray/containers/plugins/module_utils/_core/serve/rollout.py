# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a deploy comes to those who use the applications: what is asked for, what there is room for, and what is sent to Serve.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import deploys as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error
from ansible_collections.ray.containers.plugins.module_utils._core.serve.changes import ApplicationChange, changes
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, mapping
from ansible_collections.ray.containers.plugins.module_utils._core.serve.deployments import Deployed, deployments_of
from ansible_collections.ray.containers.plugins.module_utils._core.serve.difference import Differences
from ansible_collections.ray.containers.plugins.module_utils._core.serve.room import Room
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import (
    ApplicationStatus,
    ServeStatus,
    joined,
)
from ansible_collections.ray.containers.plugins.module_utils._core.serve.surge import FIELD, carried, with_surge

__all__ = ["Rollout", "Wishes", "rollout"]

Fields = t.Mapping[str, t.Any]
Expected = t.Mapping[str, t.Optional[t.Tuple[Deployed, ...]]]


@dataclass(frozen=True)
class Wishes:
    """What an operator asks of a deploy.

    :param surge: start new replicas before old ones stop, where the config does not say otherwise.
    :param rehearse: ``auto`` (where there is room), ``true`` or ``false``.
    :param remove: the applications that may be removed; None for all: who goes back asks for what was there before.
    :param known: by application, the deployments that its image told.
    """

    surge: bool = True
    rehearse: str = "auto"
    remove: tuple[str, ...] | None = ()
    known: t.Mapping[str, t.Mapping[str, Fields]] = field(default_factory=dict)


@dataclass(frozen=True)
class Rollout:
    """How the changes come about.

    :param expected: by application, the deployments that it will have; None where they are not known.
    :param surging: by application, the deployments whose new replicas start before old ones stop.
    :param rehearsed: the applications that are rehearsed.
    :param notes: what an operator should know about it.
    """

    changes: tuple[ApplicationChange, ...] = ()
    expected: Expected = field(default_factory=dict)
    surging: t.Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rehearsed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def sent(self, config: Fields, status: ServeStatus, surging: t.Mapping[str, tuple[str, ...]]) -> dict[str, t.Any]:
        """What is handed to Serve for *config*.

        :param surging: what rehearsals have shown in addition.
        """
        kept = carried(config, status)
        restarting = {change.name for change in self.changes if change.restarts}
        together = {name: names for name, names in kept.items() if name not in restarting}
        return with_surge(config, {**together, **self.surging, **surging})

    def sent_back(self, config: Fields, before: ServeStatus) -> dict[str, t.Any]:
        """What is handed to Serve to go back to *config* when this did not come to a good end.

        :param before: what ran when it began.
        """
        kept = carried(config, before)
        for name in self.surging:
            running = before.application(name)
            if running:
                kept[name] = tuple(deployment.name for deployment in running.deployments)
        return with_surge(config, kept)

    @property
    def lines(self) -> list[str]:
        """The plan, a line for each application, for an operator."""
        lines = []
        for change in self.changes:
            how = []
            if change.name in self.rehearsed:
                how.append("rehearsed first")
            # Where nothing is known beforehand, the rehearsal shows what surges.
            if self.surging.get(change.name) or (change.name in self.surging and not change.known):
                how.append("new replicas start before old ones stop")
            elif change.restarts:
                how.append("old replicas stop before new ones start")
            lines.append(f"{change.sentence()}{f'; {joined(how)}' if how else ''}")
        return [*lines, *self.notes]


def rollout(config: Fields, status: ServeStatus, found: Differences, wishes: Wishes, room: Room) -> Rollout:
    """How *found* is carried out.

    :raises OperatorError: it is not asked for, or there is no room for what is asked for.
    """
    _refuse_removals(found, wishes)
    applications = ServeConfig.read(config).applications
    expected = {
        each.name: deployments_of(each, wishes.known.get(each.name), status.application(each.name))
        for each in applications
    }
    rows = changes(config, status, found, expected)
    used = [(change, running) for change in rows for running in [status.application(change.name)] if running]
    restarting = [(change, running) for change, running in used if change.restarts and running.answers]
    rehearsed, notes = _rehearsed(config, restarting, expected, wishes, room)
    surging: dict[str, tuple[str, ...]] = {}
    for change, running in restarting if wishes.surge else ():
        names, note = _surging(config, change, running, expected[change.name], change.name in rehearsed)
        _refuse_without_room(change, running, names, expected[change.name], room)
        if names or change.name in rehearsed:
            surging[change.name] = names
        notes += [note] if note else []
    return Rollout(rows, expected, surging, tuple(rehearsed), tuple(notes))


def _refuse_removals(found: Differences, wishes: Wishes) -> None:
    unasked = [name for name in found.removed if wishes.remove is not None and name not in wishes.remove]
    if unasked:
        raise error(
            catalogue.NOT_ASKED_FOR,
            f"The Serve config does not have {joined(unasked)}, which {'run' if len(unasked) > 1 else 'runs'} now",
            why="deploying it would remove what its users have, and nothing was touched",
            remedy=(
                f"Put {'them' if len(unasked) > 1 else 'it'} back into the Serve config, or ask for the removal: "
                f"-e remove={','.join(unasked)}"
            ),
        )


def _surging(
    config: Fields,
    change: ApplicationChange,
    running: ApplicationStatus,
    expected: t.Sequence[Deployed] | None,
    rehearsed: bool,
) -> tuple[tuple[str, ...], str]:
    """The deployments that are made to surge, and what is to be said about it."""
    if not any(FIELD in deployment.options for deployment in running.deployments):
        return (), f"{change.name}: this Ray knows no {FIELD}, so requests wait while a new replica starts"
    if expected is None:
        if rehearsed:
            return (), ""  # the rehearsal shows them
        return (), (
            f"{change.name}: its deployments are not known, since its image could not build it without a cluster, so requests "
            "wait while a new replica starts. List them in the Serve config with max_surge_percent"
        )
    written = _written(config, change.name)
    said = {each.name for each in running.deployments if each.options.get(FIELD) not in (None, 0, 100)}
    names = tuple(
        each.name
        for each in expected
        if each.name in change.replaced
        and FIELD not in written.get(each.name, {})
        and not each.says_surge
        and each.name not in said
    )
    return names, ""


def _refuse_without_room(
    change: ApplicationChange,
    running: ApplicationStatus,
    names: t.Sequence[str],
    expected: t.Sequence[Deployed] | None,
    room: Room,
) -> None:
    """A new replica that cannot start before an old one has stopped would wait for ever."""
    there = {each.name: each for each in running.deployments}
    for deployment in expected or ():
        if deployment.name not in names:
            continue
        lacking = room.lacks(deployment.needs)
        limit = there[deployment.name].options.get("max_replicas_per_node")
        if not lacking and isinstance(limit, int) and room.free:
            spread = there[deployment.name].spread
            if all(spread.get(node, 0) >= limit for node in room.free):
                lacking = f"max_replicas_per_node is {limit}, and every node has as many"
        if lacking:
            raise error(
                catalogue.NO_ROOM,
                f"There is no room for one more replica of deployment {deployment.name} of application {change.name}",
                why=f"{lacking}; nothing was touched",
            )


def _rehearsed(
    config: Fields,
    restarting: t.Sequence[tuple[ApplicationChange, ApplicationStatus]],
    expected: Expected,
    wishes: Wishes,
    room: Room,
) -> tuple[list[str], list[str]]:
    """The applications that are rehearsed, and why others are not."""
    names: list[str] = []
    notes: list[str] = []
    taken: list[t.Mapping[str, float]] = []
    if wishes.rehearse == "false":
        return names, notes
    alone = _is_only_grpc_application(config)
    for change, running in restarting:
        known = expected[change.name]
        parts = known if known is not None else running.deployments
        needs = [need for each in parts for need in each.needs]
        lacking = room.lacks([*taken, *needs])
        if lacking and wishes.rehearse == "true":
            raise error(
                catalogue.NO_ROOM_TO_REHEARSE,
                f"There is no room for a rehearsal of application {change.name}",
                why=f"{lacking}; nothing was touched",
            )
        if lacking:
            notes.append(f"{change.name} is not rehearsed: {lacking}")
        elif alone and wishes.rehearse == "auto":
            notes.append(
                f"{change.name} is not rehearsed: gRPC clients of an only application need not name it, and could not reach it "
                "while there are two"
            )
        else:
            names.append(change.name)
            taken += needs
    return names, notes


def _is_only_grpc_application(config: Fields) -> bool:
    """Ray 2.60.0 serve/_private/proxy_router.py get_handle_for_endpoint."""
    functions = mapping(config.get("grpc_options")).get("grpc_servicer_functions")
    return bool(functions) and len(ServeConfig.read(config).applications) == 1


def _written(config: Fields, application: str) -> dict[str, Fields]:
    for each in ServeConfig.read(config).applications:
        if each.name == application:
            return {deployment.name: deployment.fields for deployment in each.deployments}
    return {}
