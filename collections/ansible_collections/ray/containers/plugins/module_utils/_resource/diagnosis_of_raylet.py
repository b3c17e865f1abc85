# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which raylet a node is to have, as its unit tells, and whether it runs: a raylet that is dead writes no log.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import Log
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Commands, last_line
from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text

__all__ = ["UNIT", "Raylet", "illness", "raylet_here"]

UNIT = "raylet.service"
UNIT_FILE = f"/etc/systemd/system/{UNIT}"

PROPERTIES = ("ActiveState", "SubState", "Result", "NRestarts", "ActiveEnterTimestampMonotonic")

#: A head that is started anew costs its workers one restart or two; more of them, the last in these seconds, are a loop.
RESTARTS = 3
LOOP_SECONDS = 120.0


@dataclass(frozen=True)
class Raylet:
    """What a node's unit starts.

    :param image: of the container that it runs in; empty for a raylet of the host.
    """

    is_head: bool
    image: str


def raylet_here() -> Raylet | None:
    """The raylet of this node; None where no unit is."""
    unit = read_text(UNIT_FILE)
    if unit is None:
        return None
    start = next((line.partition("=")[2] for line in unit.splitlines() if line.startswith("ExecStart=")), "")
    try:
        words = shlex.split(start)
    except ValueError:
        words = start.split()
    # `podman run … IMAGE -- sh -c … ray start`: see `_core.raylet.container_unit`.
    return Raylet("--head" in words, words[words.index("--") - 1] if "--" in words else "")


def illness(commands: Commands, now: str) -> list[Log]:
    """That the raylet does not run, or not for long; nothing where it does.

    :param now: as in `Log.modified`.
    """
    try:
        shown = commands.run(["systemctl", "show", UNIT, f"--property={','.join(PROPERTIES)}"], check=False, timeout=10)
    except CommandFailed as error:
        return [Log(UNIT, (f"{UNIT} is unknown ({error.why})",), now)]
    said = dict(line.partition("=")[::2] for line in shown.stdout.splitlines())
    active, restarts = said.get("ActiveState"), int(said.get("NRestarts") or 0)
    age = time.monotonic() - int(said.get("ActiveEnterTimestampMonotonic") or 0) / 1e6
    if active == "active" and (restarts < RESTARTS or age > LOOP_SECONDS):
        return []
    if not active:
        state = f"unknown ({last_line(shown.stderr) or 'systemctl does not tell its state'})"
    elif active == "active":
        state = f"active (for {age:.0f} s, started again {restarts} times)"
    else:
        state = f"{active} ({said.get('SubState')}, result {said.get('Result')}, started again {restarts} times)"
    return [Log(UNIT, (f"{UNIT} is {state}",), now)]
