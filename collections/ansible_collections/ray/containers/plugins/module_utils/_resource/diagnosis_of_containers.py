# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The looks that start something: Ray's two podman commands with an image that is there, and a question to each registry.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import concurrent.futures
import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import Look, Subject
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_podman import (
    CommandFacts,
    ContainerFacts,
    containers_look,
)
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_ray import registries_look
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import CONTAINERS
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.stored_image import StoredImage, find_stored
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import account
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Commands
from ansible_collections.ray.containers.plugins.module_utils._host.looks import podman as of_podman
from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_commands import raylet_commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray.transient_unit import run_as_service
from ansible_collections.ray.containers.plugins.module_utils._host.records import Records

__all__ = ["containers", "registries"]

#: Less time than this is not worth a container, in seconds.
LEAST = 0.5
#: Registries asked at once.
MOST = 8


def containers(
    subject: Subject,
    commands: Commands,
    images: t.Sequence[str],
    stored: t.Sequence[StoredImage] | None,
    *,
    temp_dir: str,
    socket: str,
    token: str,
    seconds: float,
) -> Look:
    """Ray's two commands, with the first of the images that the store holds ready for them.

    :param stored: what the store holds; None where it cannot be read.
    :param socket: the raylet's; :param token: the file of Ray's token. Empty for none.
    """
    if images and stored is None:
        return Look(CONTAINERS, unanswered="the Ray user's image store cannot be read")
    image = _ready(subject, images, stored or ())
    if not image:
        return containers_look(subject, ContainerFacts())
    deadline = time.monotonic() + seconds

    def run(argv: t.Sequence[str]) -> CommandFacts:
        left = deadline - time.monotonic()
        if left < LEAST:
            return CommandFacts(1, late=True)
        done = _as_raylet(subject, commands, argv, left)
        # The service manager ends what takes longer, and does not say so.
        return CommandFacts(done.rc, done.stdout, done.stderr, late=not done.well and time.monotonic() >= deadline)

    try:
        facts = of_podman.container_facts(subject, run, image, temp_dir, socket=socket, token=token)
    except OperatorError as error:
        return Look(CONTAINERS, unanswered=str(error))
    return containers_look(subject, facts)


def _ready(subject: Subject, images: t.Sequence[str], stored: t.Sequence[StoredImage]) -> str:
    """An image that a container can be made of at once: one without a map of its owners would be copied whole first."""
    mapped = Records(f"mapped-{subject.user}{'-container' if subject.in_container else ''}")
    for each in images:
        image = find_stored(ImageReference.parse(each), stored)
        if image and (image.mapped or mapped.get(image.id)):
            return each
    return ""


def _as_raylet(subject: Subject, commands: Commands, argv: t.Sequence[str], seconds: float) -> CommandFacts:
    """Run a command where and as the raylet runs it."""
    if subject.in_container:
        return of_podman.command_facts(raylet_commands(commands, subject.image), argv, subject.user, {}, seconds)
    owner = account(subject.user)
    podman = of_podman.found_by_raylets()
    try:
        done = run_as_service(
            commands,
            [podman if argv[0] == "podman" else argv[0], *argv[1:]],
            user=subject.user,
            group=owner.group if owner else subject.user,
            uid=subject.uid or 0,
            timeout=seconds,
        )
    except CommandFailed as late:
        return CommandFacts(late.completed.rc, late.completed.stdout, late.completed.stderr, late=True)
    return CommandFacts(done.rc, done.stdout, done.stderr)


def registries(
    subject: Subject, engine: Commands, images: t.Sequence[str], missing: t.Sequence[str], seconds: float
) -> Look:
    """Each registry, asked once: for an image that is missing, where one is."""
    chosen: dict[str, str] = {}
    for image in (*missing, *images):
        chosen.setdefault(image.partition("/")[0], image)
    chosen.pop("localhost", None)
    if not chosen:
        return registries_look({}, ())

    def ask(image: str) -> CommandFacts:
        return of_podman.registry_facts(engine, subject, image, {}, seconds)

    with concurrent.futures.ThreadPoolExecutor(max_workers=min(len(chosen), MOST)) as pool:
        asked = dict(zip(chosen.values(), pool.map(ask, chosen.values())))
    return registries_look(asked, missing)
