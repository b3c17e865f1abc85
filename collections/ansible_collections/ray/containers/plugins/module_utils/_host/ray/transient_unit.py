# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a command in the environment that a raylet's service has.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands, Completed

__all__ = ["run_as_service"]


def run_as_service(
    commands: Commands, argv: t.Sequence[str], *, user: str, group: str, uid: int, timeout: float
) -> Completed:
    """Run *argv* as a system service of *user*, like the raylet, and wait for it.

    A session of a login has other limits, another cgroup and another environment than a service, so that what works
    there proves nothing for the raylet. The service manager ends the command after *timeout* seconds.
    """
    return commands.run(
        (
            *("systemd-run", "--quiet", "--wait", "--pipe", "--collect", "--service-type=exec"),
            *(f"--uid={user}", f"--gid={group}", "--working-directory=/"),
            *("--property=Delegate=yes", f"--property=RuntimeMaxSec={timeout:.0f}"),
            f"--setenv=XDG_RUNTIME_DIR=/run/user/{uid}",
            *("--", *argv),
        ),
        check=False,
        timeout=timeout + 30,
    )
