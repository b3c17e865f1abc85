# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The live looks at a node, side by side and within a few seconds.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import os
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import Look, Subject
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_account import (
    account_look,
    runtime_directory_look,
    subordinate_ids_look,
)
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_kernel import disks_look, kernel_looks
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_network import (
    head_look,
    nodes_look,
    ports_look,
)
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_podman import (
    locks_look,
    podman_looks,
    store_look,
)
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_ray import (
    images_look,
    runtime_look,
    token_look,
)
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_unit import (
    UnitFacts,
    raylet_look,
    session_look,
    unit_look,
)
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.faults import questions
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.stored_image import StoredImage, find_stored
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import CONTAINER_STORE
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import account
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.file_state import owner_name
from ansible_collections.ray.containers.plugins.module_utils._host.looks import account as of_account
from ansible_collections.ray.containers.plugins.module_utils._host.looks import kernel as of_kernel
from ansible_collections.ray.containers.plugins.module_utils._host.looks import network as of_network
from ansible_collections.ray.containers.plugins.module_utils._host.looks import podman as of_podman
from ansible_collections.ray.containers.plugins.module_utils._host.looks import runtime as of_runtime
from ansible_collections.ray.containers.plugins.module_utils._host.looks import unit as of_unit
from ansible_collections.ray.containers.plugins.module_utils._host.looks.processes import (
    RunningRaylet,
    running_raylet,
)
from ansible_collections.ray.containers.plugins.module_utils._host.podman.image_store import read_store
from ansible_collections.ray.containers.plugins.module_utils._host.podman.keep_id_maps import keep_id_maps
from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_commands import raylet_commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_health import member_problem
from ansible_collections.ray.containers.plugins.module_utils._resource.diagnosis_of_containers import (
    containers,
    registries,
)
from ansible_collections.ray.containers.plugins.module_utils._resource.diagnosis_of_raylet import Raylet

__all__ = ["Around", "looks_at", "raylet_age"]

#: For all looks together on a node that has a processor to spare, in seconds. One that takes longer is told as what could not
#: be looked at. Where processes wait for each other, programs take longer without anything being wrong with them.
TIME = 3.0
MOST_TIMES = 4.0

#: Of the images that are there, so many are known where nobody says which are wanted.
TRIED = 8

Answered = t.Tuple[Look, ...]


@dataclass(frozen=True)
class Around:
    """What the looks start from.

    :param raylet: as this node's unit tells it; None without one.
    :param proxy: the port of Serve's proxies; 0 where it is not known.
    :param images: those of the Serve config in force, as far as it is known here.
    :param running: those that containers of this node run in: a worker knows no Serve config.
    :param anyway: to look although there is no Ray yet.
    :param nodes: the addresses of the other nodes, for the head to reach.
    """

    user: str
    raylet: Raylet | None
    image: str
    temp_dir: str
    token_file: str
    proxy: int = 0
    images: t.Sequence[str] = ()
    running: t.Sequence[str] = ()
    nodes: t.Sequence[str] = ()
    anyway: bool = False


def looks_at(around: Around, commands: Commands) -> Answered:
    """Every look at this node; on one without Ray there is nothing to look at."""
    owner = account(around.user)
    running = running_raylet(owner.uid if owner else None)
    if around.raylet is None and running is None and not around.anyway:
        return ()
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
    return _side_by_side(_Looks(around, subject, running, commands))


def raylet_age(user: str) -> float:
    """Seconds since the raylet of this node was started; 0 where none runs."""
    owner = account(user)
    running = running_raylet(owner.uid if owner else None)
    return running.age if running else 0.0


def _time() -> float:
    """For all looks together on this node now, in seconds."""
    return TIME * min(MOST_TIMES, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))


def _side_by_side(looks: _Looks) -> Answered:
    pool = concurrent.futures.ThreadPoolExecutor(max_workers=len(looks.all))
    started = {pool.submit(look): asked for asked, look in looks.all.items()}
    concurrent.futures.wait(started, timeout=looks.time)
    # A command that hangs ends by its own time; nobody waits for it here.
    pool.shutdown(wait=False)
    answers: list[Look] = []
    for future, asked in started.items():
        if not future.done():
            answers += [Look(question, unanswered=f"no answer within {looks.time:.0f} s") for question in asked]
        elif future.exception():
            # Whatever stops one look, the others are told.
            why = f"{type(future.exception()).__name__}: {future.exception()}"
            answers += [Look(question, unanswered=why) for question in asked]
        else:
            answers += future.result()
    return tuple(answers)


def _from_registries(stored: t.Iterable[StoredImage]) -> tuple[str, ...]:
    """The names of some images that were pulled."""
    names = [name for image in stored for name in (*image.names, *image.digests) if not name.startswith("localhost/")]
    return tuple(dict.fromkeys(names))[:TRIED]


class _Looks:
    """The looks, by the questions that each answers."""

    def __init__(self, around: Around, subject: Subject, running: RunningRaylet | None, commands: Commands) -> None:
        self.around, self.subject, self.running, self.commands = around, subject, running, commands
        self.time = _time()
        owner = account(subject.user)
        self.store = CONTAINER_STORE if subject.in_container else f"{subject.home}/.local/share/containers/storage"
        self.stored = None
        self.known = tuple(dict.fromkeys((*around.images, *around.running)))
        if owner:
            # A home that the user cannot use is told by another look.
            with contextlib.suppress(OperatorError, OSError):
                self.stored = read_store(owner, keep_id_maps(owner), in_container=subject.in_container)
        # A worker on which nothing runs knows of no image of the Serve config, and is asked with those that it has.
        self.known = self.known or _from_registries(self.stored or ())
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
            (questions.CONTAINERS,): self.containers,
            (questions.REGISTRIES,): self.registries,
            (questions.RUNTIME,): self.runtime,
            (questions.NODES,): self.nodes,
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
        podman = of_podman.podman_facts(self.subject, engine, {}, self.time - 0.2)
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
        facts = of_unit.unit_facts(self.commands, raylet.text if raylet else None, self.subject, self.time - 0.2)
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
        return (ports_look(of_network.port_facts(self.subject, raylet.ports if raylet else {}, self.around.proxy)),)

    def head(self) -> Answered:
        raylet = self.around.raylet
        host, _colon, port = (raylet.address if raylet else "").rpartition(":")
        reached = of_network.head_reached(host.strip("[]"), int(port or 0), self.time - 1.0)
        return (head_look(self.subject, raylet.address if raylet else "", reached),)

    def images(self) -> Answered:
        return (images_look(self.subject, self.around.images, self._missing()),)

    def _missing(self) -> list[str] | None:
        """The images of the Serve config that are not in the store; None where it cannot be read."""
        if self.stored is None:
            return None
        return [each for each in self.around.images if not find_stored(ImageReference.parse(each), self.stored)]

    def containers(self) -> Answered:
        subject, running = self.subject, self.running
        if subject.uid is None or (subject.in_container and not running):
            return (Look(questions.CONTAINERS, moot="Podman cannot be asked here"),)
        socket = running.options.get("raylet_socket_name", "") if running else ""
        token = self.around.token_file if of_account.path_facts(self.around.token_file) else ""
        return (
            containers(
                subject,
                self.commands,
                self.known,
                self.stored,
                temp_dir=self.around.temp_dir,
                socket=socket,
                token=token,
                seconds=self.time - 0.2,
            ),
        )

    def registries(self) -> Answered:
        if self.subject.uid is None or (self.subject.in_container and not self.running):
            return (Look(questions.REGISTRIES, moot="Podman cannot be asked here"),)
        engine = raylet_commands(self.commands, self.subject.image)
        return (registries(self.subject, engine, self.known, self._missing() or (), self.time - 0.2),)

    def runtime(self) -> Answered:
        raylet = self.around.raylet
        program = raylet.program if raylet and not raylet.image else ""
        return (runtime_look(of_runtime.runtime_facts(program, self.commands, self.time - 0.5)),)

    def nodes(self) -> Answered:
        """The other nodes as the head reaches them."""
        if not self.subject.is_head or not self.around.nodes:
            return (Look(questions.NODES, moot="only a head that knows its nodes can tell"),)
        raylet = self.around.raylet
        reached = of_network.nodes_reached(self.around.nodes, raylet.ports if raylet else {}, self.time - 1.0)
        return (nodes_look(reached),)

    def answers(self) -> Answered:
        """Whether the raylet is a member of its cluster; a head answers to itself."""
        raylet = self.around.raylet
        port = raylet.ports.get("dashboard-agent-listen-port", 0) if raylet else 0
        return (raylet_look(member_problem(port, self.time - 1.0) if port else "", asked=bool(port and self.running)),)
