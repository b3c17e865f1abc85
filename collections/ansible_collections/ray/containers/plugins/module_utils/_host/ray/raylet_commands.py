# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running the Ray user's commands in the container of a raylet that runs.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.container import FIND_RAYS_PODMAN
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.names import CONTAINER
from ansible_collections.ray.containers.plugins.module_utils._host.command import (
    MOST,
    CommandFailed,
    Commands,
    Completed,
)

__all__ = ["RayletCommands", "raylet_commands"]

#: What `timeout` of coreutils ends with when the time is over; and how much longer its caller waits for it, in seconds.
TIME_OVER = 124
GRACE = 15.0


def raylet_commands(commands: Commands, raylet_image: str) -> Commands:
    """The command line on which the Ray user's programs are found while the raylet runs.

    :param raylet_image: of the container that it runs in; empty for a raylet of the host.
    """
    return RayletCommands(commands) if raylet_image else commands


class RayletCommands:
    """The command line of the raylet's container for the Ray user; that of the host for everybody else."""

    def __init__(self, host: Commands) -> None:
        self.host = host

    @property
    def actions(self) -> list[str]:
        """Every command as run, in order. Secrets stand on none."""
        return self.host.actions

    def run(
        self,
        argv: t.Sequence[str],
        *,
        user: str = "",
        stdin: str = "",
        env: t.Mapping[str, str] | None = None,
        cwd: str = "/",
        check: bool = True,
        timeout: float | None = None,
        most: int = MOST,
        lock: int | None = None,
    ) -> Completed:
        """Run *argv* and wait; see `Commands.run`. Of *env* only proxies are passed on: its paths are the host's.

        Its podman is the raylet's.
        """
        if not user:
            return self.host.run(
                argv,
                stdin=stdin,
                env=env,
                cwd=cwd,
                check=check,
                timeout=timeout,
                most=most,
                lock=lock,
            )
        proxies = {name: value for name, value in (env or {}).items() if name.lower().endswith("_proxy")}
        inner = ("timeout", "--kill-after=5", f"{timeout:.0f}", *argv) if timeout else tuple(argv)
        if argv[0] == "podman":
            inner = ("sh", "-c", f'{FIND_RAYS_PODMAN}; exec "$@"', "sh", *inner)
        done = self.host.run(
            (
                *("podman", "exec", *(["--interactive"] if stdin else []), f"--workdir={cwd}"),
                # The values stay out of the command line: a proxy's may hold a password.
                *(f"--env={name}" for name in sorted(proxies)),
                *(self._running(user), *inner),
            ),
            stdin=stdin,
            env=proxies,
            check=False,
            timeout=timeout + GRACE if timeout else None,
            most=most,
            lock=lock,
        )
        told = Completed(tuple(argv), done.rc, done.stdout, done.stderr)
        if timeout and done.rc == TIME_OVER:
            raise CommandFailed(
                Completed(told.argv, TIME_OVER, "", f"{done.stderr}\nno end after {timeout:.0f} seconds")
            )
        if check and done.rc != 0:
            raise CommandFailed(told)
        return told

    def _running(self, user: str) -> str:
        """The container to run in."""
        return CONTAINER
