# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at the raylet's service and its session.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import shlex
import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import Subject
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_account import PathFacts
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_ray import TokenFacts
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_unit import (
    DropIn,
    SessionFacts,
    UnitFacts,
)
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Commands, last_line
from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text
from ansible_collections.ray.containers.plugins.module_utils._host.looks.account import path_facts, short_text
from ansible_collections.ray.containers.plugins.module_utils._host.looks.processes import environment_of

__all__ = ["session_facts", "token_facts", "unit_facts"]

UNIT = "raylet.service"
PROPERTIES = (
    *("LoadState", "ActiveState", "SubState", "Result", "NRestarts", "UnitFileState", "DropInPaths", "MainPID"),
    *("NeedDaemonReload", "ActiveEnterTimestampMonotonic", "Environment", "Delegate", "TasksCurrent", "TasksMax"),
)


def unit_facts(commands: Commands, text: str | None, subject: Subject, timeout: float) -> UnitFacts:
    """What systemd says of the service, and what changes it.

    :param text: of the unit; None where no unit is, and nobody is asked.
    """
    if text is None:
        return UnitFacts()
    try:
        shown = commands.run(
            ["systemctl", "show", UNIT, f"--property={','.join(PROPERTIES)}"], check=False, timeout=timeout
        )
    except CommandFailed as error:
        return UnitFacts(problem=f"systemctl does not tell its state ({error.why})")
    said = dict(line.partition("=")[::2] for line in shown.stdout.splitlines())
    if not said.get("ActiveState"):
        return UnitFacts(problem=last_line(shown.stderr) or "systemctl does not tell its state")
    pid = int(said.get("MainPID") or 0)
    return UnitFacts(
        shown=said,
        # Those of a directory for all services are the distribution's.
        drop_ins=tuple(_drop_in(path) for path in said.get("DropInPaths", "").split() if f"/{UNIT}.d/" in path),
        written=dict(_written(text)),
        # The main process of a raylet in a container is Podman's.
        running=environment_of(pid, subject.user) if pid and not subject.in_container else None,
        age=time.monotonic() - int(said.get("ActiveEnterTimestampMonotonic") or 0) / 1e6,
    )


def session_facts(temp_dir: str, options: t.Mapping[str, str] | None) -> SessionFacts:
    """Ray's directory.

    :param options: of the raylet that runs; None for none.
    """
    # Statuses alone, here and below: nothing is opened or changed on the way of a link.
    latest = f"{temp_dir}/session_latest"
    session = os.path.realpath(latest) if os.path.islink(latest) else ""
    sockets = [options.get(name, "") for name in ("raylet_socket_name", "store_socket_name")] if options else []
    return SessionFacts(
        directory=path_facts(temp_dir),
        latest=_directory(session),
        running=os.path.realpath(options["session_dir"]) if options and options.get("session_dir") else "",
        cluster_file=path_facts(f"{temp_dir}/ray_current_cluster"),
        gone=tuple(path for path in sockets if path.startswith("/") and not os.path.lexists(path)),
    )


def token_facts(path: str, user: str, wanted: bool) -> TokenFacts:
    """The token's file; its content goes nowhere."""
    found = path_facts(path)
    return TokenFacts(wanted, path, found, empty=bool(found) and not short_text(path, user).strip())


def _directory(path: str) -> PathFacts | None:
    return path_facts(path) if path else None


def _drop_in(path: str) -> DropIn:
    lines = [line.strip() for line in (read_text(path) or "").splitlines()]
    settings = tuple(line for line in lines if "=" in line and not line.startswith(("#", ";")))
    # A variable's value may be a secret; its name says enough.
    return DropIn(path, tuple(_without_value(line) for line in settings))


def _without_value(line: str) -> str:
    key, _equals, value = line.partition("=")
    if key.strip() != "Environment":
        return line
    return f"Environment={' '.join(name for name, _value in _assignments(value)) or '(none)'}"


def _written(unit: str) -> t.Iterator[tuple[str, str]]:
    for line in unit.splitlines():
        key, _equals, value = line.partition("=")
        if key == "Environment":
            yield from _assignments(value.replace("%%", "%"))


def _assignments(text: str) -> t.Iterator[tuple[str, str]]:
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            yield name, value
