# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account of a node that is neither root's nor Ray's, and what it tries on Ray's directory."""

from __future__ import annotations

import contextlib
import shlex
import typing as t

__all__ = ["ATTEMPTS", "PLANT", "another_account", "as_another", "outcomes", "state_of_temp_dir"]

NAME = "mallory"

_CONNECT = "python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])'"

#: What would harm, as scripts of a shell. SESSION is the directory of the session that runs, which nobody need list to know.
ATTEMPTS = {
    "list the directory": "ls /tmp/ray",
    "list the session": "ls $SESSION/logs",
    "read the environments in a log": "cat $SESSION/logs/runtime_env_agent.log",
    "replace session_latest": "ln -sfn /home /tmp/ray/session_latest",
    "put a file into the session": "touch $SESSION/logs/planted",
    "put a file beside it": "touch /tmp/ray/planted",
    "move the directory away": "mv /tmp/ray /tmp/ray.mine",
    "open the directory": "chmod 0777 /tmp/ray",
    "connect to the raylet": f"{_CONNECT} $SESSION/sockets/raylet",
    "connect to the object store": f"{_CONNECT} $SESSION/sockets/plasma_store",
}

#: What it makes before Ray does: a session that Ray would find, and keep writing to.
PLANT = "mkdir -p -m 0777 /tmp/ray/session_latest/logs && chmod 0777 /tmp/ray && echo mine > /tmp/ray/planted"


@contextlib.contextmanager
def another_account(host: t.Any) -> t.Iterator[None]:
    """Have the account on a testinfra host for a while."""
    host.check_output(f"useradd --create-home {NAME}")
    try:
        yield
    finally:
        host.check_output(f"userdel --remove {NAME} 2>/dev/null")


def as_another(host: t.Any, script: str) -> t.Any:
    """Run a script as the account."""
    return host.run(f"cd / && runuser -u {NAME} -- sh -c {shlex.quote(script)}")


def outcomes(host: t.Any) -> dict[str, int]:
    """The status that each attempt ends with."""
    session = host.check_output("readlink -f /tmp/ray/session_latest")
    return {name: as_another(host, f"SESSION={session}; {script}").rc for name, script in ATTEMPTS.items()}


def state_of_temp_dir(host: t.Any) -> str:
    """Whose it is, and who may do what with it: the mode is what it looks like with an access list."""
    return t.cast("str", host.check_output("stat -c '%U %a' /tmp/ray"))
