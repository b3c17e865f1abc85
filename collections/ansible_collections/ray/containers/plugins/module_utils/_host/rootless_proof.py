# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running the proof: the two forms of `podman run` that Ray runs, with an image made of this host's own shell.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core import rootless_proof as core
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import node
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Commands
from ansible_collections.ray.containers.plugins.module_utils._host.probe_image import write_probe_archive
from ansible_collections.ray.containers.plugins.module_utils._host.transient_unit import run_as_service

__all__ = ["run_proof"]

#: What each command may take, in seconds; on a quiet host they take about one.
TIMEOUT = 120.0


def run_proof(commands: Commands, *, user: str, group: str, uid: int, apparmor_restricts: bool) -> None:
    """Prove that *user* can run what Ray runs, and leave nothing behind.

    :raises OperatorError: with the recognised cause and its remedy.
    """
    proof = _Proof(commands, user, group, uid, apparmor_restricts)
    # Like the directory that Ray shares with its probe: in /tmp, open to everybody.
    work = tempfile.mkdtemp(prefix="ray-containers-proof-")
    try:
        os.chmod(work, 0o755)
        proof.make_image(os.path.join(work, "probe.tar"))
        proof.probe_form(os.path.join(work, "shared"))
        proof.worker_form()
    finally:
        shutil.rmtree(work, ignore_errors=True)
        proof.remove_image()


class _Proof:
    def __init__(self, commands: Commands, user: str, group: str, uid: int, apparmor_restricts: bool) -> None:
        self._commands = commands
        self._user = user
        self._group = group
        self._uid = uid
        self._apparmor_restricts = apparmor_restricts

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
            run_as_service(self._commands, argv, user=self._user, group=self._group, uid=self._uid, timeout=TIMEOUT)

    def probe_form(self, shared: str) -> None:
        what = f"{self._user} cannot run the container with which Ray looks for the worker in an image"
        os.mkdir(shared)
        os.chown(shared, self._uid, -1)
        os.chmod(shared, 0o777)
        self._run(core.probe_argv(shared, "echo found > /shared/worker_path.txt"), what)
        self._expect(os.path.join(shared, "worker_path.txt"), what)

    def worker_form(self) -> None:
        what = f"{self._user} cannot run a container the way Ray starts workers"
        with self._ray_temp_dir() as directory:
            self._run(core.worker_argv(f"echo written > {directory}/written.txt"), what)
            self._expect(os.path.join(directory, "written.txt"), what)

    def _ray_temp_dir(self) -> _RayTempDir:
        return _RayTempDir(self._uid)

    def _run(self, argv: t.Sequence[str], what: str) -> None:
        try:
            done = run_as_service(
                self._commands, argv, user=self._user, group=self._group, uid=self._uid, timeout=TIMEOUT
            )
        except CommandFailed as failed:
            raise node.error(node.HANGS, what, why=failed.why) from failed
        if done.rc != 0:
            raise core.recognise(done.stderr, what, apparmor_restricts=self._apparmor_restricts)

    def _expect(self, path: str, what: str) -> None:
        try:
            owner = os.stat(path).st_uid
        except FileNotFoundError:
            raise node.error(
                node.WRONG_OWNER, what, why="it ran, and wrote nothing into the directory it shares"
            ) from None
        if owner != self._uid:
            raise node.error(node.WRONG_OWNER, what, why=f"it wrote as the user id {owner}, and not {self._uid}")


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
