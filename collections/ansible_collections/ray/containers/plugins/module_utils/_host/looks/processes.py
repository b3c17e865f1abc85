# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at processes: the raylet that runs, and who listens on a port.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import os
import re
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_network import Listener
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.file_state import owner_name
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of

__all__ = ["RunningRaylet", "environment_of", "listeners", "running_raylet"]

#: Of what a process says of itself, in bytes.
LONGEST = 64 * 1024
#: How Ray calls its workers' processes.
TITLE = "ray::"
LISTENS = "0A"


@dataclass(frozen=True)
class RunningRaylet:
    """The raylet process of this host.

    :param options: its own, such as ``node_ip_address``, without dashes.
    :param age: seconds since it was started.
    """

    pid: int
    uid: int
    options: t.Mapping[str, str]
    age: float
    program: str = ""


def running_raylet(uid: int | None) -> RunningRaylet | None:
    """The raylet of that account, or else of any; of several the youngest. Those in containers are seen, too."""
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        if _kernels(process, "comm").strip() != "raylet":
            continue
        try:
            owner, age = os.stat(f"/proc/{process}").st_uid, _age(process)
        except (OSError, ValueError, IndexError):
            continue
        words = _words(process, owner)
        found.append(RunningRaylet(int(process), owner, _options(words[1:]), age, words[0]))
    mine = [raylet for raylet in found if raylet.uid == uid]
    return min(mine or found, key=lambda raylet: raylet.age, default=None)


def environment_of(pid: int, user: str) -> dict[str, str] | None:
    """The variables that a process of that account was started with; None where it is gone."""
    text = _content(f"/proc/{pid}/environ", user)
    return dict(entry.partition("=")[::2] for entry in text.split("\0") if "=" in entry) if text else None


def listeners(ports: t.Collection[int], uid: int | None, proxy: int) -> tuple[Listener, ...]:
    """Who listens on those of the ports on which somebody does.

    :param uid: the Ray user's; :param proxy: the port that only Serve's proxy may have.
    """
    rows = [row for table in ("tcp", "tcp6") for row in _rows(table) if row[1] in ports]
    if not rows:
        return ()
    holders = _holders({inode for _address, _port, inode in rows})
    found = []
    for address, port, inode in rows:
        pid = holders.get(inode, 0)
        owner = _owner(pid)
        # Any process may call itself anything; those of others are told by the name that the kernel has.
        words = _words(str(pid), owner) if owner is not None and owner == uid else [_kernels(str(pid), "comm").strip()]
        found.append(
            Listener(
                port,
                address,
                words[0]
                if words[0].startswith(TITLE)
                else os.path.basename(words[0]) or _kernels(str(pid), "comm").strip(),
                pid,
                owner_name(owner) if owner is not None else "",
                # Who cannot be told cannot be accused.
                pid == 0 or (owner == uid and (port != proxy or words[0].startswith(TITLE))),
            )
        )
    return tuple(dict.fromkeys(found))


def _rows(table: str) -> t.Iterator[tuple[str, int, str]]:
    """Address, port and inode of each listening socket; see proc(5)."""
    for line in _kernels("self", f"net/{table}").splitlines()[1:]:
        fields = line.split()
        if len(fields) > 9 and fields[3] == LISTENS:
            address, _colon, port = fields[1].rpartition(":")
            yield _address(address), int(port, 16), fields[9]


def _address(text: str) -> str:
    if len(text) != 8:
        return "[::]" if not text.strip("0") else "[::1]" if text.endswith("01000000") else "IPv6"
    return ".".join(str(int(text[place : place + 2], 16)) for place in (6, 4, 2, 0))


def _holders(inodes: t.Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for process in filter(str.isdigit, os.listdir("/proc")):
        directory = f"/proc/{process}/fd"
        try:
            handles = os.listdir(directory)
        except OSError:
            continue
        for handle in handles:
            try:
                match = re.match(r"socket:\[(\d+)\]", os.readlink(f"{directory}/{handle}"))
            except OSError:
                continue
            if match and match[1] in inodes:
                found.setdefault(match[1], int(process))
        if len(found) == len(inodes):
            break
    return found


def _owner(pid: int) -> int | None:
    try:
        return os.stat(f"/proc/{pid}").st_uid if pid else None
    except OSError:
        return None


def _words(process: str, owner: int) -> list[str]:
    """What a process calls itself. Read as its account: where it maps its words from a file system of its own, who reads them
    may wait for ever.
    """
    return _content(f"/proc/{process}/cmdline", owner_name(owner)).split("\0")


def _content(path: str, user: str) -> str:
    with contextlib.suppress(OperatorError):
        return files_of(user).read_all([path], LONGEST).get(path, "")
    return ""


def _kernels(process: str, name: str) -> str:
    """What the kernel itself says of a process; nothing where that is gone."""
    try:
        with open(f"/proc/{process}/{name}", encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""


def _options(words: t.Iterable[str]) -> dict[str, str]:
    options = {}
    for word in words:
        name, equals, value = word.partition("=")
        if name.startswith("--"):
            options[name[2:].replace("-", "_")] = value if equals else "yes"
    return options


def _age(process: str) -> float:
    """Seconds since a process was started: field 22 of /proc/PID/stat, behind the name, which may hold anything."""
    started = int(_kernels(process, "stat").rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
    return max(0.0, float(_kernels("", "uptime").split()[0]) - started)
