# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running programs: the face of every command line tool that the collection drives.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import pwd
import shlex
import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import own_home
from ansible_collections.ray.containers.plugins.module_utils._host.bounded import run_bounded

__all__ = ["MOST", "SECONDS", "Commands", "CommandFailed", "Completed", "HostCommands", "last_line"]

#: Programs of the distribution, wherever the caller's PATH points (sudo and cron strip /usr/sbin).
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

#: What a command may take when nobody says how long, in seconds, and say, in bytes: far more than any that works does.
SECONDS = 900.0
MOST = 64 * 2**20


@dataclass(frozen=True)
class Completed:
    """A finished command: its argument vector, exit status, and decoded output."""

    argv: tuple[str, ...]
    rc: int
    stdout: str
    stderr: str


class CommandFailed(OperatorError):
    """A command ended with a status that its caller does not expect."""

    def __init__(self, completed: Completed, *, what: str = "", remedy: str = "") -> None:
        command = shlex.join(completed.argv)
        super().__init__(
            what or f"`{command}` failed",
            why=last_line(completed.stderr) or last_line(completed.stdout) or f"it ended with status {completed.rc}",
            remedy=remedy,
        )
        self.completed = completed


class Commands(t.Protocol):
    """What a capability needs of a host's command line; `HostCommands` is the real one."""

    @property
    def actions(self) -> list[str]:
        """Every command as run, in order. Secrets stand on none."""

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
        """Run *argv* and wait.

        :param user: run as this account, with its groups, home, and runtime directory; the caller's when empty.
        :param env: variables on top of a small, fixed environment (C locale, the system's PATH).
        :param check: raise `CommandFailed` on a non-zero status.
        :param timeout: seconds; the command is killed and `CommandFailed` raised when they have passed, with what it has said
            until then. `SECONDS` when None.
        :param most: bytes of an output; the same happens when it says more.
        :param lock: a descriptor that the command keeps open, too, and with it the lock on its file.
        """


def last_line(text: str) -> str:
    """The last line that says something: command line tools put the cause there."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


@dataclass
class HostCommands:
    """Runs commands on this host and remembers them."""

    actions: list[str] = field(default_factory=list)

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
        self.actions.append(_shown(argv, user))
        environment = {"PATH": SYSTEM_PATH, "LC_ALL": "C.UTF-8", "HOME": own_home()}
        become = None
        if user:
            account = _account(user)
            environment.update(
                HOME=account.pw_dir, USER=user, LOGNAME=user, XDG_RUNTIME_DIR=f"/run/user/{account.pw_uid}"
            )
            become = _becomes(account)
        environment.update(env or {})
        completed = _run(tuple(argv), environment, cwd, stdin, timeout or SECONDS, most, become, lock)
        if check and completed.rc != 0:
            raise CommandFailed(completed)
        return completed


def _run(
    argv: tuple[str, ...],
    environment: dict[str, str],
    cwd: str,
    stdin: str,
    timeout: float,
    most: int,
    become: t.Callable[[], None] | None,
    lock: int | None,
) -> Completed:
    try:
        done = run_bounded(
            argv,
            stdin=stdin.encode(),
            seconds=timeout,
            most=most,
            environment=environment,
            cwd=cwd,
            become=become,
            keep=() if lock is None else (lock,),
        )
    except FileNotFoundError:
        return Completed(argv, 127, "", f"{argv[0]}: command not found")
    except PermissionError as refused:
        return Completed(argv, 126, "", f"{argv[0]}: {refused.strerror}")
    stdout, stderr = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    if done.ended:
        raise CommandFailed(Completed(argv, 124, stdout, f"{stderr}\n{done.ended}"))
    return Completed(argv, done.rc, stdout, stderr)


def _account(user: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(user)
    except KeyError:
        raise OperatorError(
            f"The account {user} does not exist on this host",
            remedy="Run the playbook site first, or name an existing account in ray_user",
        ) from None


def _becomes(account: pwd.struct_passwd) -> t.Callable[[], None]:
    def become() -> None:
        if os.getuid() == account.pw_uid:
            return
        os.initgroups(account.pw_name, account.pw_gid)
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)

    return become


def _shown(argv: t.Sequence[str], user: str) -> str:
    shown = shlex.join(argv)
    return f"[{user}] {shown}" if user else shown
