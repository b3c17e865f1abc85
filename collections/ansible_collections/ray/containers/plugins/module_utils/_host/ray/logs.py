# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The logs of this node's current Ray session, and the application containers that ended.

Facts from Ray 2.60.0: ``_private/node.py`` (``session_latest`` below the temporary directory), reference for which text lands
where: ``_private/runtime_env/agent/runtime_env_agent.py``, ``raylet/worker_pool.cc``.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import os
import re
import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import Log, with_fault
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.terminal import without_colours
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Commands, last_line
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import FoundAt, UserFiles, files_of

__all__ = [
    "controller_log",
    "current_session",
    "dead_workers",
    "ended_containers",
    "environments",
    "journal",
    "last_started",
    "listed_containers",
    "local_time",
    "of_session",
    "running_images",
    "session_logs",
]

Row = t.Mapping[str, t.Any]

#: Read of each file: its end, this long.
TAIL_BYTES = 128 * 1024

#: Of a journal or a container's last words, and of a list of containers, in bytes.
MOST_SAID, MOST_LISTED = 2**20, 8 * 2**20

#: The newest of the files of each pattern.
NEWEST = 3

#: Where the causes stand; the pattern's second word tells to which line an undated one belongs. A raylet that is restarted
#: in the same session writes to raylet.1.err, and so on.
SOURCES = (
    ("raylet*.err", True),
    ("runtime_env_agent*.log", False),
    ("runtime_env_setup-*.log", False),
    ("dashboard_ServeHead.err", False),
    ("gcs_server*.err", True),
)

#: Ended because somebody wanted it: well, killed, or asked to stop.
WANTED_ENDS = (0, 137, 143)

#: Podman's own, and those of a program that was not found, which raylet.err tells better (podman-run(1), Exit Status).
ENGINE_ENDS = (125, 126, 127)

#: In a worker's own log when it was told to end: its replica was replaced, or its job is over. It ends with status 1 all the
#: same (Ray 2.60.0 core_worker_shutdown_executor.cc, `QuickExit`).
WANTED_EXIT = "exit_type=INTENDED_"
WORKER_ID = "--worker-id="

#: Of a container. What Podman lists is kept in the user's files, and anything may stand there.
_ID = re.compile(r"[0-9a-f]{12,64}")


def local_time(seconds: float) -> str:
    """Seconds since the epoch as Ray's logs write the time: the node's own, without a zone."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(seconds))


def current_session(territory: UserFiles, temporary_directory: str) -> str:
    """The directory of the newest Ray session; empty when Ray never ran here, or where what lies there can be none."""
    path = f"{temporary_directory}/session_latest"
    try:
        session = territory.resolve(path) if territory.is_directory(path) else ""
        return session if session.startswith(f"{territory.resolve(temporary_directory)}/") else ""
    except OperatorError:
        return ""


def session_logs(territory: UserFiles, session: str) -> list[Log]:
    """The ends of the session's logs that tell causes."""
    logs: list[Log] = []
    try:
        for pattern, time_follows in SOURCES:
            for found in territory.find(f"{session}/logs", pattern)[:NEWEST]:
                logs.append(Log(found.path, _tail(territory, found), local_time(found.modified), time_follows))
    except OperatorError as error:
        logs.append(Log(f"{session}/logs", (f"logs cannot be read: {error.why}",), local_time(time.time())))
    return logs


def controller_log(territory: UserFiles, session: str) -> tuple[str, ...]:
    """The end of what Serve's controller has logged; nothing where it does not run on this node."""
    try:
        found = territory.find(f"{session}/logs/serve", "controller_[0-9]*.log") if session else []
        return _tail(territory, found[0]) if found else ()
    except OperatorError:
        return ()


def journal(commands: Commands, unit: str) -> list[Log]:
    """What the raylet's unit said last; Ray tells there why it does not start."""
    argv = ["journalctl", "--no-pager", "--output=short-iso", "--lines=100", f"--unit={unit}"]
    where = f"journal of {unit}"
    try:
        text = commands.run(argv, check=False, timeout=10, most=MOST_SAID).stdout
    except CommandFailed as error:
        text = error.completed.stdout
        if not text:
            return [Log(where, (f"cannot be read: {error.why}",), local_time(time.time()))]
    lines = tuple(line.partition(": ")[2] if ": " in line else line for line in text.splitlines())
    stamped = tuple(f"{raw[:10]} {raw[11:19]} {line}" for raw, line in zip(text.splitlines(), lines) if raw[4:5] == "-")
    return [Log(where, stamped, "")] if stamped else []


def listed_containers(commands: Commands, user: str) -> tuple[list[Row], list[Log]]:
    """The account's containers that run or have ended, as Podman lists them; and why it does not.

    Of an account that does not exist there are none.
    """
    argv = ["podman", "ps", "--all", "--filter", "status=exited", "--filter", "status=running", "--format", "json"]
    where, now = f"podman ps as {user}", local_time(time.time())
    try:
        listed = commands.run(argv, user=user, check=False, timeout=30, most=MOST_LISTED)
    except CommandFailed as error:
        return [], [Log(where, (f"podman does not answer: {error.why}",), now)]
    except OperatorError:
        return [], []
    if listed.rc != 0:
        why = last_line(listed.stderr) or f"it ended with status {listed.rc}"
        return [], [Log(where, with_fault(listed.stderr.splitlines(), f"podman does not answer: {why}"), now)]
    return _rows(listed.stdout), []


def ended_containers(
    commands: Commands, user: str, session: str, listed: tuple[list[Row], list[Log]] | None = None
) -> list[Log]:
    """One line for each of the newest application containers of the session that ended with an error.

    An engine that does not even list its containers is a finding as well: its words are returned.

    :param listed: what `listed_containers` gave a caller that has asked already.
    """
    rows, logs = listed or listed_containers(commands, user)
    territory = files_of(user)
    failed = [row for row in rows if _failed_worker(territory, row, session)]
    newest = sorted(failed, key=_ended_at, reverse=True)[:NEWEST]
    return [*logs, *(_ended(commands, user, row) for row in newest)]


def dead_workers(commands: Commands, user: str, session: str, images: t.Container[str], since: float) -> list[Log]:
    """The application containers of these images that ended with an error of their own before their worker had registered.

    Ray itself takes no notice until RAY_worker_register_timeout_seconds are over, and starts the next one only then.

    :param since: those that have ended after this moment, in seconds since the epoch.
    """
    territory = files_of(user)
    dead = [
        row
        for row in listed_containers(commands, user)[0]
        if row.get("Image") in images
        and _ended_at(row) >= since
        and row.get("ExitCode") not in ENGINE_ENDS
        and _ended_badly(row, session)
        and not _registered(territory, row, session)
    ]
    return [_ended(commands, user, row) for row in sorted(dead, key=_ended_at, reverse=True)[:NEWEST]]


def running_images(rows: t.Iterable[Row], session: str) -> list[str]:
    """The images that application containers of the session run in now."""
    return [
        str(row.get("Image"))
        for row in rows
        if row.get("State") == "running" and os.path.basename(session) in _command(row)
    ]


def of_session(rows: t.Iterable[Row], session: str) -> list[str]:
    """The ids of the session's application containers, those that have ended last before the others."""
    own = [row for row in rows if session and os.path.basename(session) in _command(row)]
    return [str(row["Id"]) for row in sorted(own, key=_ended_at, reverse=True)]


def environments(commands: Commands, user: str, containers: t.Sequence[str]) -> list[dict[str, str]]:
    """The variables that these containers were given, as far as Podman tells them."""
    argv = ["podman", "container", "inspect", "--format", "{{json .Config.Env}}", *containers]
    try:
        told = commands.run(argv, user=user, check=False, timeout=30, most=MOST_LISTED).stdout if containers else ""
    except OperatorError:
        return []
    return [dict(str(each).partition("=")[::2] for each in _listed(line)) for line in told.splitlines()]


def _listed(text: str) -> list[t.Any]:
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return listed if isinstance(listed, list) else []


def last_started(rows: t.Iterable[Row], session: str) -> float:
    """When the newest of the session's application containers that run was started, in seconds since the epoch; 0 for none."""
    name = os.path.basename(session)
    running = [row for row in rows if session and row.get("State") == "running" and name in _command(row)]
    return max((_number(row.get("StartedAt")) for row in running), default=0.0)


def _ended(commands: Commands, user: str, row: Row) -> Log:
    name = str(row["Id"])[:12]
    lines: list[str] = []
    try:
        said = commands.run(
            ["podman", "logs", "--tail", "20", name], user=user, check=False, timeout=30, most=MOST_SAID
        )
    except CommandFailed as error:
        end = f", and what it said cannot be read: {error.why}"
    else:
        lines = [line for line in (said.stdout + said.stderr).splitlines() if line.strip()]
        end = f": {last_line(lines[-1])}" if lines else " and said nothing"
    closing = f"container {name} of image {row.get('Image')} exited with status {row.get('ExitCode')}{end}"
    return Log(f"podman logs {name} as {user}", (*lines, closing), local_time(_ended_at(row)))


def _rows(text: str) -> list[Row]:
    try:
        rows = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []
    if not isinstance(rows, list):
        return []
    return [row for row in rows if isinstance(row, dict) and _ID.fullmatch(str(row.get("Id")))]


def _command(row: Row) -> str:
    return " ".join(map(str, row.get("Command") or []))


def _ended_badly(row: Row, session: str) -> bool:
    """Whether Ray started it in this session, and it ended with an error that nobody wanted."""
    if row.get("State") == "running" or row.get("ExitCode") in WANTED_ENDS:
        return False
    return bool(session) and os.path.basename(session) in _command(row)


def _failed_worker(territory: UserFiles, row: Row, session: str) -> bool:
    """Whether Ray started it in this session, and it ended by itself with an error."""
    if not _ended_badly(row, session):
        return False
    try:
        logs = _worker_logs(territory, row, session)
        return not any(WANTED_EXIT in line for log in logs for line in _tail(territory, log))
    except OperatorError:
        return True


def _registered(territory: UserFiles, row: Row, session: str) -> bool:
    """Whether its worker has come as far as a log of its own; taken for granted where nobody can look."""
    try:
        return bool(_worker_logs(territory, row, session))
    except OperatorError:
        return True


def _worker_logs(territory: UserFiles, row: Row, session: str) -> list[FoundAt]:
    """The worker's own log, which it has from when it registers on."""
    worker = _command(row).partition(WORKER_ID)[2].partition(" ")[0]
    return territory.find(f"{session}/logs", f"python-core-worker-{worker}_*.log")[:NEWEST] if worker else []


def _ended_at(row: Row) -> float:
    return _number(row.get("ExitedAt"))


def _number(value: t.Any) -> float:
    try:
        return float(value or 0)
    except (TypeError, ValueError):
        return 0.0


def _tail(territory: UserFiles, found: FoundAt) -> tuple[str, ...]:
    lines = territory.read_part(found.path, TAIL_BYTES, -TAIL_BYTES).decode("utf-8", errors="replace").splitlines()
    return tuple(without_colours(line) for line in (lines[1:] if found.size > TAIL_BYTES else lines))
