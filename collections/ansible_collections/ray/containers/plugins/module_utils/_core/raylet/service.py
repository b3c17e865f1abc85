# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the services of raylets on hosts and in containers have in common.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.temp_directory import PREPARE

if t.TYPE_CHECKING:
    from ansible_collections.ray.containers.plugins.module_utils._core.raylet.container import Surroundings

__all__ = [
    "FORGET_CONTAINERS",
    "TMPFILES_PATH",
    "Service",
    "command_line",
    "prepare_temp_dir",
    "quoted",
    "stop_seconds",
]

TMPFILES_PATH = "/etc/tmpfiles.d/raylet.conf"

#: Application containers die with their raylet, but Podman believes them alive and keeps them, as it keeps those that
#: ended: Ray passes no --rm. Every container of Ray's, and none of others, has /tmp/ray mounted.
#: Where all of them and the process that held the namespace were killed, Podman looks for one to enter it by, finds none, and
#: every command fails until it migrates (4.3.1 pkg/domain/infra/abi/system.go `SetupRootless`). Nothing runs that could be lost.
FORGET_CONTAINERS = (
    "! command -v podman >/dev/null || { timeout 60 podman ps --quiet >/dev/null 2>&1 || timeout 60 podman system migrate; "
    "podman ps --all --quiet --filter volume=/tmp/ray | xargs -r timeout 60 podman rm --force; }"
)

_PLAIN = re.compile(r"^[A-Za-z0-9_@+=:,./-]+$")


@dataclass(frozen=True)
class Service:
    """What the host adds to a raylet that runs as its service.

    :param open_files: (soft, hard) limit of open files; the hard one must not be above the host's.
    :param around: the container that it runs in; None for Ray on the host.
    :param memory: of the host, in bytes.
    """

    uid: int
    group: str
    home: str
    open_files: tuple[int, int]
    around: Surroundings | None = None
    memory: int = 0


def stop_seconds(spec: RayletSpec) -> int:
    """How long a raylet has to end before it is killed: a worker drains first."""
    return 20 if spec.is_head else spec.drain_seconds + 20


def prepare_temp_dir(prefix: str = "") -> tuple[str, ...]:
    """The lines of a unit that make Ray's own directory, for root and the Ray user alone.

    :param prefix: of commands that run as root in a service that does not.
    """
    return (
        f"ExecStartPre={prefix}/bin/sh -c {quoted(PREPARE, command=True)}",
        f"ExecStartPre={prefix}systemd-tmpfiles --create {TMPFILES_PATH}",
    )


def command_line(argv: t.Iterable[str]) -> str:
    """Words as one command of a unit file."""
    return " ".join(quoted(word, command=True) for word in argv)


def quoted(word: str, *, command: bool = False) -> str:
    """One word of a unit file; see systemd.syntax(7), and systemd.service(5) for commands, where $ is special too."""
    word = word.replace("%", "%%")
    if command:
        word = word.replace("$", "$$")
    if _PLAIN.match(word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
