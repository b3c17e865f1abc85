# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judging Podman: its programs, its configuration, the store, locks, and Ray's own two commands.

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
from ansible_collections.ray.containers.plugins.module_utils._core.faults import (
    of_podman,
    of_store,
    of_workers,
)
from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import Fault
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import (
    CONFIGURATION,
    CONTAINERS,
    LOCKS,
    PROGRAMS,
    STORE,
)
from ansible_collections.ray.containers.plugins.module_utils._core.faults.recognition import fault_of
from ansible_collections.ray.containers.plugins.module_utils._core.images.podman_words import evidence
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import RAYS_PODMAN

__all__ = [
    "CommandFacts",
    "ContainerFacts",
    "PodmanFacts",
    "ProgramFacts",
    "StoreFacts",
    "containers_look",
    "locks_look",
    "podman_looks",
    "store_look",
]

#: As Podman is built: containers, pods and volumes each hold one (containers.conf(5), num_locks).
NUM_LOCKS = 2048

#: They keep their capital within a sentence.
NAMES = ("Podman", "Podman's", "Ray", "Ray's")

SET_ID_PROGRAMS = ("newuidmap", "newgidmap")


@dataclass(frozen=True)
class ProgramFacts:
    """A program as the raylet's PATH finds it.

    :param path: empty where nothing is found.
    :param privileged: whether it has a setuid bit of root's, or file capabilities.
    """

    path: str = ""
    executable: bool = True
    privileged: bool = False


@dataclass(frozen=True)
class CommandFacts:
    """How a command ended; *late* when it did not within its time."""

    rc: int = 0
    stdout: str = ""
    stderr: str = ""
    late: bool = False

    @property
    def well(self) -> bool:
        """It did what it should."""
        return self.rc == 0 and not self.late


@dataclass(frozen=True)
class PodmanFacts:
    """Podman's own answer, and the programs around it.

    :param programs: by name; those that were not looked for are not there.
    :param info: how ``podman info`` ended; None where it was not asked.
    :param host: its ``host`` and *store* its ``store``, empty where it failed.
    :param rays: what is wrong with the program that raylets find before Podman; empty for nothing.
    :param said: what Podman said before it described itself.
    """

    programs: t.Mapping[str, ProgramFacts] = field(default_factory=dict)
    info: CommandFacts | None = None
    host: t.Mapping[str, t.Any] = field(default_factory=dict)
    store: t.Mapping[str, t.Any] = field(default_factory=dict)
    rays: str = ""
    said: str = ""


@dataclass(frozen=True)
class StoreFacts:
    """What files tell about the image store and Podman's locks.

    :param foreign: what of it belongs to somebody else than the Ray user.
    :param refused: what Podman remembers of an overlay that it could not use, in its run root.
    :param locks: the shared memory of the locks.
    :param containers: how many containers the store holds, ended ones too.
    """

    root: str = ""
    foreign: PathFacts | None = None
    refused: str = ""
    locks: PathFacts | None = None
    containers: int | None = None


@dataclass(frozen=True)
class ContainerFacts:
    """Ray's two commands with an image of the store.

    :param image: empty where the store holds none that they could be tried with.
    :param first: what asks the image for its worker; *worker* what starts a worker.
    :param uid: as which user id the second one ran.
    :param said: what the second one could not do, by the name of what it tried.
    """

    image: str = ""
    first: CommandFacts | None = None
    worker: CommandFacts | None = None
    uid: int | None = None
    said: t.Mapping[str, str] = field(default_factory=dict)


def podman_looks(subject: Subject, facts: PodmanFacts) -> tuple[Look, Look]:
    """The looks at the programs and at the configuration: Podman's own words where it does not even describe itself."""
    missing = first(*_programs(subject, facts))
    info = facts.info
    if missing or info is None or info.well or info.late:
        late = "podman info did not end in time" if info and info.late else ""
        unanswered = late or ("" if facts.programs or info else "podman was not asked")
        if late:
            return Look(PROGRAMS, missing, "" if missing else late), Look(CONFIGURATION, unanswered=late)
        return Look(PROGRAMS, missing, unanswered), Look(CONFIGURATION, _configuration(facts), unanswered)
    held = _failed(info, "Podman does not work for the Ray user", "podman info")
    mine = PROGRAMS if held.fault.question == PROGRAMS else CONFIGURATION
    looks = {question: (held,) if question == mine else () for question in (PROGRAMS, CONFIGURATION)}
    # What Podman does not get to is not known to be well.
    why = "podman info fails before it"
    return (
        Look(PROGRAMS, looks[PROGRAMS], "" if looks[PROGRAMS] else why),
        Look(CONFIGURATION, looks[CONFIGURATION], "" if looks[CONFIGURATION] else why),
    )


def _programs(subject: Subject, facts: PodmanFacts) -> t.Iterator[CurrentFault | None]:
    for name, fault, package in (
        ("podman", of_podman.ENGINE_MISSING, "podman"),
        ("conmon", of_podman.CONMON_MISSING, "conmon"),
        ("runtime", of_podman.RUNTIME_MISSING, "crun"),
        ("newuidmap", of_podman.ID_MAP_PROGRAMS, "uidmap"),
        ("newgidmap", of_podman.ID_MAP_PROGRAMS, "uidmap"),
    ):
        found = facts.programs.get(name)
        if found is None:
            continue
        where = " in the raylet's container" if subject.in_container else ""
        if not found.path:
            said = {"podman": "Podman is not installed", "runtime": "Podman's OCI runtime is not installed"}
            yield CurrentFault(
                fault,
                f"{said.get(name, f'{name} is not installed')}{where}",
                evidence=f"command -v {name if name != 'runtime' else package}: nothing",
                remedy="" if name == "podman" else f"Install the package {package}",
                brief=f"{name} is missing",
            )
        elif not found.executable:
            yield CurrentFault(
                fault,
                f"{found.path} cannot be executed",
                evidence=f"{found.path} lacks the x permission",
                remedy=f"chmod 0755 {found.path}",
            )
        elif name in SET_ID_PROGRAMS and not found.privileged:
            yield CurrentFault(
                fault,
                f"{found.path} may not map users: it has neither its setuid bit nor file capabilities",
                evidence=f"ls -l {found.path}; getcap {found.path}",
                remedy=f"chmod u+s {found.path}, or reinstall the package uidmap",
                brief=f"{name} has lost its privilege",
            )
    if facts.rays:
        yield CurrentFault(
            of_podman.RAYS_PODMAN_MISSING,
            f"{RAYS_PODMAN}, which raylets find before Podman, is {facts.rays}",
            evidence=f"{RAYS_PODMAN}: {facts.rays}",
        )


def _configuration(facts: PodmanFacts) -> tuple[CurrentFault, ...]:
    if facts.host.get("serviceIsRemote") is True:
        return (
            CurrentFault(
                of_podman.REMOTE, "podman on this node talks to another machine's", evidence="serviceIsRemote: true"
            ),
        )
    passed_over = fault_of(facts.said) if facts.said else None
    if passed_over and passed_over.question == CONFIGURATION:
        sentence = "Podman passes over a configuration file that it cannot read"
        return (CurrentFault(passed_over, sentence, evidence=evidence(facts.said)),)
    return ()


def store_look(subject: Subject, podman: PodmanFacts, facts: StoreFacts) -> Look:
    """The image store: whose it is, and whether Podman can work with it."""
    driver = str(podman.store.get("graphDriverName") or "")
    backing = str((podman.store.get("graphStatus") or {}).get("Backing Filesystem") or "")
    another = remembered = foreign = None
    if facts.foreign:
        foreign = CurrentFault(
            of_store.FOREIGN_STORE,
            f"{facts.foreign.path} in the Ray user's image store belongs to {facts.foreign.owner}",
            evidence=facts.foreign.description(),
            remedy=f"chown {subject.user}: {facts.foreign.path}",
        )
    if driver == "vfs":
        another = CurrentFault(
            of_store.ANOTHER_DRIVER,
            "The Ray user's image store uses the driver vfs, which copies whole images for every container",
            evidence=f"podman info: graphDriverName vfs, on {backing or 'an unknown file system'}",
            remedy=f"runuser -u {subject.user} -- env XDG_RUNTIME_DIR=/run/user/{subject.uid} podman system reset --force,"
            " then run the site",
        )
    if facts.refused:
        remembered = CurrentFault(
            of_store.OVERLAY_ON_OVERLAY,
            "Podman remembers that overlay did not work here, and does not try again",
            evidence=facts.refused,
            remedy=f"rm {facts.refused.partition(':')[0]}",
        )
    return Look(STORE, first(foreign, remembered, another))


def locks_look(subject: Subject, podman: PodmanFacts, facts: StoreFacts) -> Look:
    """Whether Podman has locks left, and whether they are the Ray user's."""
    free = podman.host.get("freeLocks")
    used = facts.containers
    none = foreign = None
    if facts.locks and facts.locks.owner != subject.user:
        foreign = CurrentFault(
            of_store.STALE_LOCKS,
            f"Podman's locks for {subject.user} belong to {facts.locks.owner}",
            evidence=facts.locks.description(),
            remedy=f"chown {subject.user}: {facts.locks.path}",
        )
    if free == 0 or (free is None and used is not None and used >= NUM_LOCKS):
        none = CurrentFault(
            of_store.NO_LOCKS,
            "Podman has no lock left for another container: too many ended ones are still there",
            evidence=f"{used} containers, ended ones too; {NUM_LOCKS} locks",
            remedy=f"runuser -u {subject.user} -- env XDG_RUNTIME_DIR=/run/user/{subject.uid} podman container prune --force",
        )
    if free is None and used is None and facts.locks is None:
        return Look(LOCKS, unanswered="Podman does not tell how many locks it has left")
    return Look(LOCKS, first(foreign, none))


def containers_look(subject: Subject, facts: ContainerFacts) -> Look:
    """Ray's two commands, run with an image that is there."""
    if not facts.image or facts.first is None or facts.worker is None:
        return Look(CONTAINERS, moot="the Ray user's store holds no image of the Serve config to try them with")
    tried = (facts.first, facts.worker)
    failed = next((command for command in tried if not command.well and not command.late), None)
    if failed:
        what = f"Ray's own podman command does not run the image {facts.image}"
        return Look(CONTAINERS, (_failed(failed, what, "podman run"),))
    if any(command.late for command in tried):
        # A busy node takes longer than there is time for a look, and may be well.
        return Look(CONTAINERS, unanswered=f"podman run of {facts.image} did not end in time")
    return Look(CONTAINERS, every(_inside(subject, facts)))


def _inside(subject: Subject, facts: ContainerFacts) -> t.Iterator[CurrentFault | None]:
    """What a worker's container could not do although it ran."""
    if facts.uid not in (None, subject.uid) and "write" in facts.said:
        yield CurrentFault(
            of_workers.ANOTHER_USER,
            f"The image {facts.image} runs as the user id {facts.uid}, and {subject.user} has {subject.uid}",
            evidence=f"podman run --userns=keep-id {facts.image}: uid {facts.uid}",
            remedy=f"Build the image with USER {subject.uid} or without USER, or set ray_uid to {facts.uid}",
            subject=facts.image,
        )
        return
    for name, fault, what in (
        ("write", of_podman.WRONG_OWNER, "write into the Ray user's directory"),
        ("socket", of_workers.ANOTHER_USER, "reach the raylet's socket"),
        ("token", of_workers.ANOTHER_TOKEN, "read Ray's token"),
    ):
        if name in facts.said:
            yield CurrentFault(
                fault,
                f"A container of the image {facts.image} cannot {what}",
                evidence=facts.said[name],
                subject=facts.image,
            )


def _failed(command: CommandFacts, what: str, name: str) -> CurrentFault:
    """The fault that Podman's own words tell; what is known of it is more than that it failed."""
    if command.late:
        return CurrentFault(of_podman.NO_ANSWER, f"{what}: it does not end", evidence=f"{name} did not end in time")
    fault: Fault = fault_of(command.stderr) or of_podman.UNKNOWN
    said = evidence(command.stderr) or f"{name} ended with status {command.rc} and said nothing"
    return CurrentFault(
        fault, f"{what}: {_lower(fault.entry.title)}" if fault is not of_podman.UNKNOWN else what, evidence=said
    )


def _lower(sentence: str) -> str:
    """A sentence within another one; names stay as they are."""
    word = sentence.split()[0]
    return sentence if not word[1:].islower() or word in NAMES else sentence[0].lower() + sentence[1:]
