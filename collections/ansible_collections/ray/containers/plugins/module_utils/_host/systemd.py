# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""systemd's system manager: the state of a unit, and what can be done to it.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Commands
from ansible_collections.ray.containers.plugins.module_utils._host.kernel import runs_systemd

__all__ = [
    "UnitState",
    "disable_and_stop",
    "enable",
    "journal",
    "reload",
    "require_systemd",
    "start",
    "stop",
    "unit_state",
]

#: systemd itself ends a unit in TimeoutStopSec, which is as long as its drain was given.
STOP_SECONDS = 25 * 3600.0

#: Bytes of what a unit has said: its own words, which may be an application's.
MOST_SAID = 2**20

_PROPERTIES = ("ActiveState", "UnitFileState", "MainPID", "NRestarts")


@dataclass(frozen=True)
class UnitState:
    """A unit as systemd has it.

    :param active: whether it runs, is being started, or waits to be started again after a crash.
    :param restarts: how often systemd has started it again by itself since it was started.
    """

    active: bool
    enabled: bool
    main_pid: int
    restarts: int


def require_systemd() -> None:
    """Refuse a host without it.

    :raises OperatorError: systemd is not the init system.
    """
    if not runs_systemd():
        raise OperatorError(
            "A raylet cannot be a service of this host",
            why="systemd is not its init system, or this is a container without one",
            remedy="Use a host that was booted with systemd",
        )


def unit_state(commands: Commands, unit: str) -> UnitState:
    """The state of *unit*, also of one that does not exist."""
    shown = commands.run(["systemctl", "show", unit, f"--property={','.join(_PROPERTIES)}"])
    said = dict(line.partition("=")[::2] for line in shown.stdout.splitlines())
    return UnitState(
        active=said.get("ActiveState") in ("active", "activating", "reloading"),
        enabled=said.get("UnitFileState") == "enabled",
        main_pid=int(said.get("MainPID") or 0),
        restarts=int(said.get("NRestarts") or 0),
    )


def reload(commands: Commands) -> None:
    """Have systemd read the unit files again."""
    commands.run(["systemctl", "daemon-reload"])


def enable(commands: Commands, unit: str) -> None:
    """Have *unit* started at boot."""
    commands.run(["systemctl", "--quiet", "enable", unit])


def start(commands: Commands, unit: str) -> None:
    """Start *unit*, and do not wait until it has."""
    commands.run(["systemctl", "start", "--no-block", unit])


def stop(commands: Commands, unit: str, *, wait: bool = True) -> None:
    """Stop *unit*, and wait until it has or not."""
    commands.run(["systemctl", "stop", *([] if wait else ["--no-block"]), unit], timeout=STOP_SECONDS)


def kill(commands: Commands, unit: str) -> None:
    """End every process of *unit* at once."""
    commands.run(["systemctl", "kill", "--signal=KILL", unit], check=False)


def disable_and_stop(commands: Commands, unit: str) -> None:
    """Stop *unit*, wait until it has, and have it not started at boot."""
    commands.run(["systemctl", "--quiet", "disable", "--now", unit], timeout=STOP_SECONDS)
    commands.run(["systemctl", "reset-failed", unit], check=False)


def journal(commands: Commands, unit: str, *, since: float, lines: int = 400) -> str:
    """What *unit* has said since that time (seconds since the epoch), without the journal's own prefix."""
    argv = ["journalctl", f"--unit={unit}", f"--since=@{since:.6f}", f"--lines={lines}", "--output=cat", "--no-pager"]
    try:
        return commands.run(argv, check=False, timeout=60, most=MOST_SAID).stdout
    except CommandFailed as cut:
        return cut.completed.stdout
