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
import shutil
import tempfile
import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.node import PROOF_FAILED, error
from ansible_collections.ray.containers.plugins.module_utils._core.faults.of_podman import NO_ANSWER, WRONG_OWNER
from ansible_collections.ray.containers.plugins.module_utils._core.faults.recognition import fault_error
from ansible_collections.ray.containers.plugins.module_utils._core.rootless import proof as core
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Commands, Completed
from ansible_collections.ray.containers.plugins.module_utils._host.podman.probe_image import write_probe_archive
from ansible_collections.ray.containers.plugins.module_utils._host.ray.engine import engine_commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray.transient_unit import run_as_service

__all__ = ["run_proof"]

#: What each command may take, in seconds; on a quiet host they take about one.
TIMEOUT = 120.0


def run_proof(
    commands: Commands,
    *,
    user: str,
    group: str,
    uid: int,
    state_directory: str,
    raylet_image: str = "",
) -> None:
    """Prove that *user* can run what Ray runs, and leave nothing behind.

    :param state_directory: where the lock lies that lets one proof run at a time.
    :param raylet_image: of the container that the raylet runs in; empty for a raylet that is a service of the host.
    :raises OperatorError: with the recognised cause and its remedy.
    """

    def as_service(argv: t.Sequence[str]) -> Completed:
        return run_as_service(commands, argv, user=user, group=group, uid=uid, timeout=TIMEOUT)

    inside = engine_commands(commands, raylet_image)

    def in_container(argv: t.Sequence[str]) -> Completed:
        return inside.run(argv, user=user, timeout=TIMEOUT, check=False)

    proof = _Proof(commands, in_container if raylet_image else as_service, user, uid)
    with _one_at_a_time(state_directory, user) as lock:
        left = lock.read().split()
        if left:  # by a run that was killed
            proof.remove_image()
            for directory in left:
                shutil.rmtree(directory, ignore_errors=True)
        # The container has a /tmp of its own, and Ray's directory is shared with it.
        with _RayTempDir(uid) as below_ray, _work_directory(below_ray if raylet_image else None) as work:
            _note(lock, f"{work} {below_ray}")
            try:
                proof.make_image(os.path.join(work, "probe.tar"))
                proof.probe_form(os.path.join(work, "shared"))
                proof.worker_form(below_ray)
            finally:
                proof.remove_image()
        _note(lock, "")


@contextlib.contextmanager
def _work_directory(below: str | None) -> t.Iterator[str]:
    """A directory like the one that Ray shares with its probe: in /tmp, or *below* another."""
    work = tempfile.mkdtemp(prefix="ray-containers-proof-", dir=below)
    try:
        os.chmod(work, 0o755)
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


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
        user: str,
        uid: int,
    ) -> None:
        self._commands = commands
        self._as_raylet = as_raylet
        self._user = user
        self._uid = uid

    def make_image(self, archive: str) -> None:
        write_probe_archive(archive, self._commands)
        self._run(
            ("podman", "import", "--quiet", archive, core.PROBE_IMAGE),
            f"{self._user} cannot store an image with Podman",
        )

    def remove_image(self) -> None:
        """Best effort: a run that failed may have made none, and the next proof takes the same name."""
        argv = ("podman", "rmi", "--force", core.PROBE_IMAGE)
        with contextlib.suppress(CommandFailed):
            self._as_raylet(argv)

    def probe_form(self, shared: str) -> None:
        what = f"{self._user} cannot run the container with which Ray looks for the worker in an image"
        os.mkdir(shared)
        os.chown(shared, self._uid, -1)
        os.chmod(shared, 0o777)
        self._run(core.probe_argv(shared, "echo found > /shared/worker_path.txt"), what)
        self._expect(os.path.join(shared, "worker_path.txt"), what)

    def worker_form(self, directory: str) -> None:
        what = f"{self._user} cannot run a container the way Ray starts workers"
        self._run(core.worker_argv(f"echo written > {directory}/written.txt"), what)
        self._expect(os.path.join(directory, "written.txt"), what)

    def _run(self, argv: t.Sequence[str], what: str) -> None:
        try:
            done = self._as_raylet(argv)
        except CommandFailed as failed:
            raise error(NO_ANSWER.entry, what, why=failed.why) from failed
        if done.rc != 0:
            raise fault_error(done.stderr, what, PROOF_FAILED)

    def _expect(self, path: str, what: str) -> None:
        try:
            owner = os.stat(path).st_uid
        except FileNotFoundError:
            raise error(WRONG_OWNER.entry, what, why="it ran, and wrote nothing into the directory it shares") from None
        if owner != self._uid:
            raise error(WRONG_OWNER.entry, what, why=f"it wrote as the user id {owner}, and not {self._uid}")


class _RayTempDir:
    """A directory of the user below Ray's own, as the raylet makes them: 0755, so that only its owner may write."""

    def __init__(self, uid: int) -> None:
        self._uid = uid
        self._made = False
        self._path = ""

    def __enter__(self) -> str:
        self._made = not os.path.isdir(core.RAY_TEMP_DIR)
        if self._made:
            os.mkdir(core.RAY_TEMP_DIR)
            os.chown(core.RAY_TEMP_DIR, self._uid, -1)
            os.chmod(core.RAY_TEMP_DIR, 0o777)
        self._path = tempfile.mkdtemp(prefix="ray-containers-proof-", dir=core.RAY_TEMP_DIR)
        os.chown(self._path, self._uid, -1)
        os.chmod(self._path, 0o755)
        return self._path

    def __exit__(self, *_error: object) -> None:
        shutil.rmtree(self._path, ignore_errors=True)
        if self._made:
            with contextlib.suppress(OSError):  # a raylet may have begun to use it
                os.rmdir(core.RAY_TEMP_DIR)
