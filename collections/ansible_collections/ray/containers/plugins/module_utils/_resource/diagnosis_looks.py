# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The live looks at a node, side by side and within a few seconds.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import Look, Subject
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_account import (
    account_look,
    runtime_directory_look,
    subordinate_ids_look,
)
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_kernel import disks_look, kernel_looks
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_network import head_look, ports_look
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_podman import (
    locks_look,
    podman_looks,
    store_look,
)
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_ray import images_look, token_look
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_serve import ServeFacts, serve_look
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_unit import (
    UnitFacts,
    raylet_look,
    session_look,
    unit_look,
)
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.faults import questions
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.stored_image import find_stored
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import CONTAINER_STORE
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import account
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.file_state import owner_name
from ansible_collections.ray.containers.plugins.module_utils._host.looks import account as of_account
from ansible_collections.ray.containers.plugins.module_utils._host.looks import kernel as of_kernel
from ansible_collections.ray.containers.plugins.module_utils._host.looks import network as of_network
from ansible_collections.ray.containers.plugins.module_utils._host.looks import podman as of_podman
from ansible_collections.ray.containers.plugins.module_utils._host.looks import unit as of_unit
from ansible_collections.ray.containers.plugins.module_utils._host.looks.processes import (
    RunningRaylet,
    running_raylet,
)
from ansible_collections.ray.containers.plugins.module_utils._host.podman.image_store import read_store
from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_commands import raylet_commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_health import member_problem
from ansible_collections.ray.containers.plugins.module_utils._resource.diagnosis_of_raylet import Raylet

__all__ = ["Around", "looks_at"]

#: For all looks together, in seconds. One that takes longer is told as what could not be looked at.
TIME = 3.0

Answered = t.Tuple[Look, ...]


@dataclass(frozen=True)
class Around:
    """What the looks start from.

    :param raylet: as this node's unit tells it; None without one.
    :param serve: what the dashboard told; :param images: those of the Serve config in force, as far as it is known here.
    """

    user: str
    raylet: Raylet | None
    image: str
    temp_dir: str
    token_file: str
    serve: ServeFacts = field(default_factory=ServeFacts)
    images: t.Sequence[str] = ()


def looks_at(around: Around, commands: Commands) -> Answered:
    """Every look at this node; on one without Ray there is nothing to look at."""
    owner = account(around.user)
    running = running_raylet(owner.uid if owner else None)
    if around.raylet is None and running is None:
        return (serve_look(around.serve),)
    user = around.user if around.raylet or owner else owner_name(running.uid) if running else around.user
    owner = account(user)
    subject = Subject(
        user,
        owner.uid if owner else None,
        owner.home if owner else f"/home/{user}",
        around.image,
        ours=around.raylet is not None,
        is_head=bool(around.raylet and around.raylet.is_head),
        raylet=running.pid if running else 0,
    )
    # Serve comes back some time after its head.
    serve = replace(around.serve, age=running.age if running else 0.0)
    return (*_side_by_side(_Looks(around, subject, running, commands)), serve_look(serve))


def _side_by_side(looks: _Looks) -> Answered:
    pool = concurrent.futures.ThreadPoolExecutor(max_workers=len(looks.all))
    started = {pool.submit(look): asked for asked, look in looks.all.items()}
    concurrent.futures.wait(started, timeout=TIME)
    # A command that hangs ends by its own time; nobody waits for it here.
    pool.shutdown(wait=False)
    answers: list[Look] = []
    for future, asked in started.items():
        if not future.done():
            answers += [Look(question, unanswered=f"no answer within {TIME:.0f} s") for question in asked]
        elif future.exception():
            # Whatever stops one look, the others are told.
            why = f"{type(future.exception()).__name__}: {future.exception()}"
            answers += [Look(question, unanswered=why) for question in asked]
        else:
            answers += future.result()
    return tuple(answers)


class _Looks:
    """The looks, by the questions that each answers."""

    def __init__(self, around: Around, subject: Subject, running: RunningRaylet | None, commands: Commands) -> None:
        self.around, self.subject, self.running, self.commands = around, subject, running, commands
        owner = account(subject.user)
        self.store = CONTAINER_STORE if subject.in_container else f"{subject.home}/.local/share/containers/storage"
        self.stored = None
        if owner and around.images:
            # A home that the user cannot use is told by another look.
            with contextlib.suppress(OperatorError, OSError):
                self.stored = read_store(owner, in_container=subject.in_container)
        self.all: dict[tuple[str, ...], t.Callable[[], Answered]] = {
            (questions.ACCOUNT, questions.SUBORDINATE_IDS, questions.RUNTIME_DIRECTORY): self.account,
            (questions.PROGRAMS, questions.CONFIGURATION, questions.STORE, questions.LOCKS): self.podman,
            (
                questions.UNIT,
                questions.NAMESPACES,
                questions.KEYRING,
                questions.WATCHES,
                questions.CGROUPS,
            ): self.unit,
            (questions.SESSION, questions.TOKEN): self.session,
            (questions.DISKS,): self.disks,
            (questions.PORTS,): self.ports,
            (questions.HEAD,): self.head,
            (questions.IMAGES,): self.images,
            (questions.RAYLET,): self.answers,
        }

    def account(self) -> Answered:
        facts = of_account.account_facts(self.subject, self.store)
        of_home = account_look(self.subject, facts)
        if self.subject.uid is None or self.subject.in_container:
            # In a container its own init keeps the runtime directory.
            return (of_home, *([] if self.subject.uid is None else [subordinate_ids_look(self.subject, facts)]))
        return (of_home, subordinate_ids_look(self.subject, facts), runtime_directory_look(self.subject, facts))

    def podman(self) -> Answered:
        if self.subject.uid is None or (self.subject.in_container and not self.running):
            why = "there is no account" if self.subject.uid is None else "the raylet's container does not run"
            asked = (questions.PROGRAMS, questions.CONFIGURATION, questions.STORE, questions.LOCKS)
            return tuple(Look(question, moot=why) for question in asked)
        engine = raylet_commands(self.commands, self.subject.image)
        podman = of_podman.podman_facts(self.subject, engine, {}, TIME - 0.2)
        store = of_podman.store_facts(self.subject, str(podman.store.get("graphRoot") or self.store), podman)
        programs, configuration = podman_looks(self.subject, podman)
        return (
            programs,
            configuration,
            store_look(self.subject, podman, store),
            locks_look(self.subject, podman, store),
        )

    def unit(self) -> Answered:
        raylet = self.around.raylet
        facts = of_unit.unit_facts(self.commands, raylet.text if raylet else None, self.subject, TIME - 0.2)
        return (unit_look(self.subject, facts), *self._kernel(facts))

    def _kernel(self, facts: UnitFacts) -> Answered:
        return kernel_looks(self.subject, of_kernel.kernel_facts(self.subject, facts.shown, ""))

    def session(self) -> Answered:
        options = self.running.options if self.running else None
        session = session_look(self.subject, of_unit.session_facts(self.around.temp_dir, options))
        wanted = "RAY_AUTH_MODE=token" in (self.around.raylet.text if self.around.raylet else "")
        return (
            session,
            token_look(self.subject, of_unit.token_facts(self.around.token_file, self.subject.user, wanted)),
        )

    def disks(self) -> Answered:
        paths = [self.subject.home, self.store, "/var/tmp", self.around.temp_dir, "/var/lib/ray"]
        return (disks_look(of_kernel.disk_facts(paths)),)

    def ports(self) -> Answered:
        raylet = self.around.raylet
        status = self.around.serve.status
        options = (status.options.get("http_options") or {}) if status and status.started else {}
        proxy = int(options.get("port") or 0)
        return (ports_look(of_network.port_facts(self.subject, raylet.ports if raylet else {}, proxy)),)

    def head(self) -> Answered:
        raylet = self.around.raylet
        host, _colon, port = (raylet.address if raylet else "").rpartition(":")
        reached = of_network.head_reached(host.strip("[]"), int(port or 0), TIME - 1.0)
        return (head_look(self.subject, raylet.address if raylet else "", reached),)

    def images(self) -> Answered:
        missing = None
        if self.stored is not None:
            missing = [each for each in self.around.images if not find_stored(ImageReference.parse(each), self.stored)]
        return (images_look(self.subject, self.around.images, missing),)

    def answers(self) -> Answered:
        """Whether the raylet is a member of its cluster; a head answers to itself."""
        raylet = self.around.raylet
        port = raylet.ports.get("dashboard-agent-listen-port", 0) if raylet else 0
        return (raylet_look(member_problem(port, TIME - 1.0) if port else "", asked=bool(port and self.running)),)
