# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running the proof: the two forms of `podman run` that Ray runs, with an image made of this host's own shell.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.node import PROOF_FAILED, error
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.faults.of_podman import NO_ANSWER, WRONG_OWNER
from ansible_collections.ray.containers.plugins.module_utils._core.faults.recognition import fault_error
from ansible_collections.ray.containers.plugins.module_utils._core.rootless import proof as core
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import RAYS_PODMAN
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Commands, Completed
from ansible_collections.ray.containers.plugins.module_utils._host.podman.probe_image import probe_archive
from ansible_collections.ray.containers.plugins.module_utils._host.ray import temp_directory
from ansible_collections.ray.containers.plugins.module_utils._host.ray.engine import engine_commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray.transient_unit import run_as_service
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import UserFiles, files_of

__all__ = ["run_proof"]

#: What each command may take, in seconds; on a quiet host they take about one.
TIMEOUT = 120.0


def run_proof(
    commands: Commands,
    *,
    user: str,
    group: str,
    uid: int,
    image_uid: int,
    state_directory: str,
    raylet_image: str = "",
) -> None:
    """Prove that *user* can run what Ray runs, and leave nothing behind.

    :param image_uid: the user id of the image: the one that most applications' images have.
    :param state_directory: where the lock lies that lets one proof run at a time.
    :param raylet_image: of the container that the raylet runs in; empty for a raylet that is a service of the host.
    :raises OperatorError: with the recognised cause and its remedy.
    """

    def as_service(argv: t.Sequence[str]) -> Completed:
        argv = (RAYS_PODMAN if argv[0] == "podman" else argv[0], *argv[1:])
        return run_as_service(commands, argv, user=user, group=group, uid=uid, timeout=TIMEOUT)

    inside = engine_commands(commands, raylet_image)

    def in_container(argv: t.Sequence[str]) -> Completed:
        return inside.run(argv, user=user, timeout=TIMEOUT, check=False)

    territory = files_of(user)
    as_raylet = in_container if raylet_image else as_service
    proof = _Proof(commands, as_raylet, territory, uid)
    with _one_at_a_time(state_directory, user) as lock:
        left = lock.read().split()
        if left:  # by a run that was killed
            proof.remove_image()
            for directory in left:
                _remove(territory, directory)
        # The container has a /tmp of its own, and Ray's directory is shared with it.
        above = "" if raylet_image else tempfile.gettempdir()
        with _ray_temp_dir(territory, uid) as below_ray, _directory(territory, above or below_ray) as work:
            _note(lock, f"{work} {below_ray}")
            try:
                proof.make_image(f"{work}/probe.tar", image_uid)
                proof.probe_form(f"{work}/shared")
                proof.worker_form(below_ray)
            finally:
                proof.remove_image()
        _note(lock, "")


@contextlib.contextmanager
def _directory(territory: UserFiles, above: str) -> t.Iterator[str]:
    """A directory of the user's like those that Ray shares with its containers: 0755, so that only its owner may write."""
    path = territory.make_temporary(above, "ray-containers-proof-", mode=0o755)
    try:
        yield path
    finally:
        _remove(territory, path)


@contextlib.contextmanager
def _ray_temp_dir(territory: UserFiles, uid: int) -> t.Iterator[str]:
    """The same below Ray's own, which is there only once Ray has run."""
    made = temp_directory.make(uid)
    try:
        with _directory(territory, core.RAY_TEMP_DIR) as path:
            yield path
    finally:
        if made:
            with contextlib.suppress(OSError):  # a raylet may have begun to use it
                os.rmdir(core.RAY_TEMP_DIR)


def _remove(territory: UserFiles, path: str) -> None:
    """What is left is the user's own, and small."""
    with contextlib.suppress(OperatorError):
        territory.remove(path)


@contextlib.contextmanager
def _one_at_a_time(state_directory: str, user: str) -> t.Iterator[t.TextIO]:
    """Hold the lock of the proof: when a controller is killed, its module may still run beside the next one."""
    with open(os.path.join(state_directory, f"rootless-{user}.lock"), "a+", encoding="utf-8") as lock:
        deadline = time.monotonic() + TIMEOUT
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise error(NO_ANSWER.entry, f"Another proof for {user} does not end") from None
                time.sleep(0.2)
        lock.seek(0)
        yield lock


def _note(lock: t.TextIO, text: str) -> None:
    """Leave word for the next run of what lies about, should this one be killed."""
    lock.seek(0)
    lock.truncate()
    lock.write(text)
    lock.flush()


class _Proof:
    """The two forms, run one after the other.

    :param as_raylet: runs a command as the user, where and as a raylet does.
    """

    def __init__(
        self,
        commands: Commands,
        as_raylet: t.Callable[[t.Sequence[str]], Completed],
        territory: UserFiles,
        uid: int,
    ) -> None:
        self._commands = commands
        self._as_raylet = as_raylet
        self._territory = territory
        self._user = territory.user
        self._uid = uid

    def make_image(self, archive: str, uid: int) -> None:
        self._territory.write_bytes(archive, probe_archive(self._commands))
        self._run(
            ("podman", "import", "--quiet", f"--change=USER {uid}", archive, core.PROBE_IMAGE),
            f"{self._user} cannot store an image with Podman",
        )

    def remove_image(self) -> None:
        """Best effort: a run that failed may have made none, and the next proof takes the same name."""
        argv = ("podman", "rmi", "--force", core.PROBE_IMAGE)
        with contextlib.suppress(CommandFailed):
            self._as_raylet(argv)

    def probe_form(self, shared: str) -> None:
        what = f"{self._user} cannot run the container with which Ray looks for the worker in an image"
        self._territory.make_directory(shared, mode=0o777)
        self._run(core.probe_argv(shared, "echo found > /shared/worker_path.txt"), what)
        self._expect(f"{shared}/worker_path.txt", what)

    def worker_form(self, directory: str) -> None:
        what = f"{self._user} cannot run a container the way Ray starts workers"
        self._run(core.worker_argv(f"echo written > {directory}/written.txt"), what)
        self._expect(f"{directory}/written.txt", what)

    def _run(self, argv: t.Sequence[str], what: str) -> None:
        try:
            done = self._as_raylet(argv)
        except CommandFailed as failed:
            raise error(NO_ANSWER.entry, what, why=failed.why) from failed
        if done.rc != 0:
            raise fault_error(done.stderr, what, PROOF_FAILED)

    def _expect(self, path: str, what: str) -> None:
        found = self._territory.state(path)
        if found is None:
            raise error(WRONG_OWNER.entry, what, why="it ran, and wrote nothing into the directory it shares")
        if found.uid != self._uid:
            raise error(WRONG_OWNER.entry, what, why=f"it wrote as the user id {found.uid}, and not {self._uid}")
