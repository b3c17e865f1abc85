# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judging the node's Ray: its token, its versions, the images of the Serve config, and their registries.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import (
    CurrentFault,
    Look,
    Subject,
    first,
)
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_account import PathFacts
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_podman import CommandFacts
from ansible_collections.ray.containers.plugins.module_utils._core.faults import (
    of_images,
    of_raylets,
    of_registries,
    of_runtimes,
    of_workers,
)
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import (
    IMAGES,
    REGISTRIES,
    RUNTIME,
    TOKEN,
)
from ansible_collections.ray.containers.plugins.module_utils._core.faults.recognition import fault_of
from ansible_collections.ray.containers.plugins.module_utils._core.images.podman_words import evidence

__all__ = [
    "RuntimeFacts",
    "TokenFacts",
    "images_look",
    "missing_image",
    "registries_look",
    "runtime_look",
    "token_look",
]

#: What `podman manifest inspect` may say that a pull is not about.
_OF_PULLS = (*of_registries.FAULTS, of_images.SHORT_NAME)


@dataclass(frozen=True)
class TokenFacts:
    """Ray's token, and whether the raylet that runs takes it.

    :param wanted: whether this node's Ray asks for one (RAY_AUTH_MODE=token).
    :param file: None where nothing is there.
    :param empty: whether the file says nothing.
    :param taken: whether the raylet's agent on this node takes it; None where it was not asked.
    """

    wanted: bool = False
    path: str = ""
    file: PathFacts | None = None
    empty: bool = False
    taken: bool | None = None


@dataclass(frozen=True)
class RuntimeFacts:
    """Ray and Python of the node: as they run, and as they lie on the disk.

    :param program: the ``ray`` that the raylet's unit starts; empty for one in a container.
    :param broken: why that program cannot be run.
    :param running: the version of the Ray that runs; empty for none.
    :param installed: the version that lies on the disk.
    :param named: the version that the directory was made for, as its record says.
    """

    program: str = ""
    broken: str = ""
    running: str = ""
    installed: str = ""
    named: str = ""


def token_look(subject: Subject, facts: TokenFacts) -> Look:
    """The token of this node; whether it is the head's, the controller compares."""
    if not facts.wanted:
        return Look(TOKEN, moot="this node's Ray asks for no token")
    return Look(TOKEN, first(*_token(subject, facts)))


def _token(subject: Subject, facts: TokenFacts) -> t.Iterator[CurrentFault | None]:
    fault, path = of_workers.ANOTHER_TOKEN, facts.path
    if facts.file is None:
        yield _no_token(path, "not there", f"ls {path}: no such file")
    elif facts.file.owner != subject.user or facts.file.mode & 0o600 != 0o600:
        yield CurrentFault(
            fault,
            f"The Ray user cannot read its token {path}: "
            + (f"it belongs to {facts.file.owner}" if facts.file.owner != subject.user else "its mode forbids it"),
            evidence=facts.file.description(),
            remedy=f"chown {subject.user}: {path} && chmod 0600 {path}",
            brief="its token cannot be read",
        )
    elif facts.empty:
        yield _no_token(path, "empty", facts.file.description())
    elif facts.taken is False:
        yield CurrentFault(
            fault,
            f"The raylet does not take the token that lies in {path}: it was started with another one",
            evidence="the raylet's agent on this node refuses it",
            remedy="Run the site on all nodes together, which gives every node the same token and restarts what has another",
            brief="its raylet has another token",
        )
    if facts.file and facts.file.mode & 0o077 and facts.file.owner == subject.user:
        yield CurrentFault(
            of_runtimes.OPEN_TOKEN,
            f"Ray's token {path} can be read by other accounts",
            evidence=facts.file.description(),
            remedy=f"chmod 0600 {path}",
        )


def _no_token(path: str, state: str, seen: str) -> CurrentFault:
    return CurrentFault(
        of_workers.ANOTHER_TOKEN,
        f"Ray's token {path} is {state}",
        evidence=seen,
        remedy="Run the site on all nodes together, which gives every node the same token",
        brief="its token is missing",
    )


def runtime_look(facts: RuntimeFacts) -> Look:
    """Ray on the disk against the one that runs."""
    if not facts.program:
        return Look(RUNTIME, moot="the raylet runs in a container, or none is here")
    return Look(RUNTIME, first(*_runtime(facts)))


def _runtime(facts: RuntimeFacts) -> t.Iterator[CurrentFault | None]:
    if facts.broken:
        yield CurrentFault(
            of_raylets.DAMAGED_RAY,
            f"The node's Ray {facts.program} cannot be run",
            evidence=facts.broken,
            brief="its Ray is damaged",
        )
    if facts.named and facts.installed and facts.named != facts.installed:
        yield CurrentFault(
            of_runtimes.OTHER_ON_DISK,
            f"The Ray on the disk says that it is {facts.installed}, in an environment that was made for {facts.named}",
            evidence=f"{facts.program}: ray/_version.py has {facts.installed}",
            remedy="Run the site: ray_runtime makes the environment again",
            brief=f"its Ray is {facts.installed}",
        )
    if facts.running and facts.installed and facts.running != facts.installed:
        yield CurrentFault(
            of_runtimes.OTHER_ON_DISK,
            f"Ray {facts.running} runs, and Ray {facts.installed} is on the disk: what is started from now on is that one",
            evidence=f"{facts.program}: {facts.installed}; the raylet that runs: {facts.running}",
            remedy="systemctl restart raylet.service",
        )


def images_look(subject: Subject, wanted: t.Sequence[str], missing: t.Sequence[str] | None) -> Look:
    """The images of the Serve config in force, in the Ray user's store.

    :param missing: those of *wanted* that are not there; None where the store cannot be read.
    """
    if not wanted:
        return Look(IMAGES, moot="no Serve config with images is in force, as far as this node knows")
    if missing is None:
        return Look(IMAGES, unanswered="the Ray user's image store cannot be read")
    return Look(IMAGES, tuple(missing_image(subject, image) for image in missing))


def missing_image(subject: Subject, image: str) -> CurrentFault:
    """An image of the Serve config that is not in the Ray user's store."""
    local = image.startswith("localhost/")
    return CurrentFault(
        of_images.NOT_LOCAL if local else of_images.NOT_STORED,
        f"The image {image} of the Serve config is not in {subject.user}'s store",
        evidence=f"runuser -u {subject.user} -- podman image exists {image}: no",
        remedy="" if local else "Run the site: app_images pulls it",
        subject=image,
    )


def registries_look(asked: t.Mapping[str, CommandFacts], missing: t.Container[str]) -> Look:
    """The registries, as the Ray user's Podman finds them.

    :param asked: an image of each registry, and how asking for its manifest ended.
    :param missing: images that the node has yet to pull.
    """
    if not asked:
        return Look(REGISTRIES, moot="no Serve config with images is in force, as far as this node knows")
    late = [image for image, command in asked.items() if command.late]
    held = tuple(filter(None, (_registry(image, command, missing) for image, command in asked.items())))
    return Look(REGISTRIES, held, f"no answer in time for {', '.join(late)}" if late and not held else "")


def _registry(image: str, command: CommandFacts, missing: t.Container[str]) -> CurrentFault | None:
    fault = None if command.well or command.late else fault_of(command.stderr)
    if fault not in _OF_PULLS:
        return None
    registry = image.partition("/")[0]
    needed = image in missing
    title = fault.entry.title
    sentence = (
        title.replace("The registry", f"The registry {registry}", 1) if title.startswith("The registry") else title
    )
    return CurrentFault(
        fault if needed else of_registries.LATER,
        sentence if needed else f"{sentence}; the node has the images that it needs now",
        evidence=evidence(command.stderr),
        subject=registry,
    )
