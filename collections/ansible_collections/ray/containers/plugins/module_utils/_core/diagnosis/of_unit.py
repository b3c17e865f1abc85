# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judging the raylet's service and its session.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import (
    CurrentFault,
    Look,
    Subject,
    every,
    first,
)
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_account import PathFacts
from ansible_collections.ray.containers.plugins.module_utils._core.faults import of_raylets, of_units
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import RAYLET, SESSION, UNIT

__all__ = ["DropIn", "SessionFacts", "UnitFacts", "raylet_look", "session_look", "unit_look"]

UNIT_NAME = "raylet.service"

#: What of a unit makes a raylet another one. A drop-in may add limits or a dependency, and nobody minds.
OURS = (
    *("Environment", "UnsetEnvironment", "EnvironmentFile", "PassEnvironment", "User", "Group", "DynamicUser"),
    *(
        "ExecStart",
        "ExecStartPre",
        "ExecStop",
        "ExecStopPost",
        "WorkingDirectory",
        "RootDirectory",
        "Delegate",
        "KillMode",
    ),
    *("Restart", "StateDirectory", "ProtectHome", "ProtectSystem", "PrivateTmp", "PrivateUsers", "NoNewPrivileges"),
    *("RestrictNamespaces", "SystemCallFilter", "ReadOnlyPaths", "InaccessiblePaths", "TemporaryFileSystem", "Type"),
)

#: Without them Podman looks in other places than those that the site set up.
NEEDED = ("HOME", "XDG_RUNTIME_DIR")

#: A head that is started again costs its workers one restart or two; more of them, the last in these seconds, are a loop.
RESTARTS = 3
LOOP_SECONDS = 120.0


@dataclass(frozen=True)
class DropIn:
    """A file that changes the unit, and its settings as they stand there."""

    path: str
    settings: tuple[str, ...]


@dataclass(frozen=True)
class UnitFacts:
    """What systemd says of raylet.service.

    :param shown: the properties of ``systemctl show``; empty where there is no such unit.
    :param problem: why systemd does not answer.
    :param written: the variables that the unit's own text sets; *running* those that its process has, None where none runs.
    :param age: seconds since it became active.
    :param strange: how the unit's text differs from what the site wrote last; empty where it does not.
    """

    shown: t.Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    drop_ins: tuple[DropIn, ...] = ()
    written: t.Mapping[str, str] = field(default_factory=dict)
    running: t.Mapping[str, str] | None = None
    age: float = 0.0
    strange: str = ""


@dataclass(frozen=True)
class SessionFacts:
    """Ray's directory, and what lies in it.

    :param directory: the temporary directory; None where it is not there.
    :param latest: what session_latest points to; None without one.
    :param running: the session's directory of the raylet that runs; empty for none.
    :param cluster_file: ray_current_cluster.
    :param gone: sockets of the running raylet whose files are gone.
    """

    directory: PathFacts | None = None
    latest: PathFacts | None = None
    running: str = ""
    cluster_file: PathFacts | None = None
    gone: tuple[str, ...] = ()


def unit_look(subject: Subject, facts: UnitFacts) -> Look:
    """The unit: there, as it was written, and running."""
    if facts.problem:
        return Look(UNIT, unanswered=facts.problem)
    if not facts.shown:
        return Look(UNIT, moot="there is no raylet.service")
    return Look(UNIT, every([*_changed(facts), _masked(facts), _illness(facts), _disabled(facts)]))


def _changed(facts: UnitFacts) -> t.Iterator[CurrentFault | None]:
    for drop_in in facts.drop_ins:
        ours = [line for line in drop_in.settings if line.partition("=")[0].strip() in OURS]
        if ours:
            yield CurrentFault(
                of_units.DROP_IN,
                f"{drop_in.path} changes what the raylet's service runs with",
                evidence=f"{drop_in.path}: {'; '.join(ours)}",
                remedy=f"rm {drop_in.path} && systemctl daemon-reload && systemctl restart {UNIT_NAME}",
                brief="a drop-in changes its service",
                subject=drop_in.path,
            )
            return
    if facts.strange:
        yield CurrentFault(
            of_units.EDITED,
            "The raylet's service is not the one that the site wrote",
            evidence=facts.strange,
            remedy="Run the site, which writes it again",
        )
    yield _environment(facts)
    if facts.shown.get("NeedDaemonReload") == "yes":
        yield CurrentFault(
            of_units.NOT_RELOADED,
            "systemd still has an older text of the raylet's service",
            evidence=f"systemctl show {UNIT_NAME}: NeedDaemonReload=yes",
            remedy="systemctl daemon-reload",
        )


def _environment(facts: UnitFacts) -> CurrentFault | None:
    if facts.running is None:
        return None
    other = [name for name in NEEDED if name in facts.written and facts.running.get(name) != facts.written[name]]
    lost = [name for name in {**facts.written, "HOME": ""} if name not in facts.running]
    if not other and not lost:
        return None
    names = ", ".join(dict.fromkeys([*lost, *other]))
    return CurrentFault(
        of_units.OTHER_ENVIRONMENT,
        f"The raylet runs with other variables than its unit sets: {names}",
        # Values may be secrets; that they differ says enough.
        evidence=f"/proc/{facts.shown.get('MainPID')}/environ lacks, or has others for: {names}",
        remedy=f"systemctl restart {UNIT_NAME}",
        brief="it runs with other variables than its unit sets",
    )


def _masked(facts: UnitFacts) -> CurrentFault | None:
    if facts.shown.get("LoadState") != "masked":
        return None
    return CurrentFault(
        of_units.MASKED,
        "The raylet's service is masked, so nothing can start it",
        evidence=f"systemctl show {UNIT_NAME}: LoadState=masked",
        remedy=f"systemctl unmask {UNIT_NAME}, and run the site",
    )


def _disabled(facts: UnitFacts) -> CurrentFault | None:
    if facts.shown.get("UnitFileState") != "disabled":
        return None
    return CurrentFault(
        of_units.DISABLED,
        "The raylet's service is not started at boot",
        evidence=f"systemctl is-enabled {UNIT_NAME}: disabled",
        remedy=f"systemctl enable {UNIT_NAME}",
    )


def _illness(facts: UnitFacts) -> CurrentFault | None:
    said = facts.shown
    active, restarts = said.get("ActiveState"), _number(said.get("NRestarts"))
    if active == "active" and (restarts < RESTARTS or facts.age > LOOP_SECONDS):
        return None
    if active == "active":
        state = f"active (for {facts.age:.0f} s, started again {restarts} times)"
        brief = f"{UNIT_NAME} restarts"
    else:
        state = f"{active} ({said.get('SubState')}, result {said.get('Result')}, started again {restarts} times)"
        brief = f"{UNIT_NAME} restarts" if active == "activating" else f"{UNIT_NAME} is {active}"
    stopped = active == "inactive" and said.get("Result") == "success"
    return CurrentFault(
        of_raylets.NOT_RUNNING,
        "The raylet was stopped"
        if stopped
        else f"The raylet does not run: {UNIT_NAME} is {active}"
        if active != "active"
        else "The raylet ends again and again",
        evidence=f"{UNIT_NAME} is {state}",
        remedy=f"systemctl start {UNIT_NAME}" if stopped else f"journalctl -u {UNIT_NAME} says why it ends",
        brief=brief,
    )


def raylet_look(problem: str, asked: bool) -> Look:
    """Whether the raylet answers as a member of its cluster.

    :param problem: why it does not; :param asked: whether there is one to ask.
    """
    if not asked:
        return Look(RAYLET, moot="no raylet runs here")
    if not problem:
        return Look(RAYLET)
    held = CurrentFault(
        of_raylets.NO_MEMBER,
        "The raylet runs, and does not answer as a member of its cluster",
        evidence=problem,
        brief="its raylet does not answer",
    )
    return Look(RAYLET, (held,))


def session_look(subject: Subject, facts: SessionFacts) -> Look:
    """Ray's directory: whose it is, and whether it is that of the raylet that runs."""
    if facts.directory is None:
        if facts.running:
            return Look(SESSION, (_gone(facts.running),))
        return Look(SESSION, moot="Ray never ran here")
    return Look(SESSION, first(*_session(subject, facts)))


def _session(subject: Subject, facts: SessionFacts) -> t.Iterator[CurrentFault | None]:
    user = subject.user
    for found, fault, what in (
        (facts.latest, of_units.FOREIGN_SESSION, "Ray's session"),
        (facts.cluster_file, of_raylets.FOREIGN_CLUSTER_FILE, "Ray's note of the running cluster,"),
    ):
        if found and found.owner != user:
            yield CurrentFault(
                fault,
                f"{what} {found.path} belongs to {found.owner}: somebody ran ray start as {found.owner}",
                evidence=found.description(),
                remedy=f"Stop that Ray with `ray stop` as {found.owner}, then rm -r {found.path}",
                brief=f"{found.path} belongs to {found.owner}",
            )
    if facts.gone:
        yield _gone(", ".join(facts.gone))
    if facts.running and facts.latest and facts.latest.path != facts.running:
        yield CurrentFault(
            of_units.ANOTHER_SESSION,
            f"session_latest is not the session of the raylet that runs: {facts.latest.path}",
            evidence=f"the raylet runs in {facts.running}",
            remedy=f"Stop the other Ray with `ray stop`, then systemctl restart {UNIT_NAME}",
        )


def _gone(what: str) -> CurrentFault:
    return CurrentFault(
        of_units.SESSION_GONE,
        f"Files of the running raylet are gone: {what}",
        evidence=f"ls {what}: no such file",
        remedy=f"systemctl restart {UNIT_NAME}",
        brief="the raylet's sockets are gone",
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0
