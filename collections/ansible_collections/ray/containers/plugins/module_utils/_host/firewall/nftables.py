# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""nft: what its table of ours holds, what it would hold, and rules for a time, which a timer takes back.

Who renames the file `armed` first has the say: the timer, which then takes the rules back, or the controller, which then
keeps them. So no moment is left in which both do.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.firewall import KERNEL
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.firewall.places import TABLE
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.command import SYSTEM_PATH, Commands, last_line

__all__ = ["Waiting", "arm", "keep", "listing", "listing_of", "load", "program", "waiting"]

#: What waits for the controller to come again; gone after a boot, as are the rules that it is about.
WAITING = "/run/ray.containers.firewall"
#: The transient timer that takes the rules back, and its service.
UNDO = "ray-containers-firewall-undo"

#: Stateless: without the counters' numbers.
_LIST = ("-s", "list", "table", *TABLE.split())
#: What cannot be put back as it was is taken away: nobody may be left outside.
_UNDO = (
    'cd "$1" && mv armed undone 2>/dev/null || exit 0; '
    f'"$0" -f before.nft || "$0" delete table {TABLE}; cd / && rm -rf "$1"'
)


class Waiting(t.NamedTuple):
    """Rules that wait for the controller.

    :param token: what the run that has loaded them must show.
    :param connection: by which it came.
    :param before: the file of rules that puts back what was there.
    """

    token: str
    connection: str
    rules: str
    before: str


def program() -> str:
    """The path of nft, empty where there is none."""
    return shutil.which("nft", path=SYSTEM_PATH) or ""


def listing(commands: Commands, nft: str) -> str | None:
    """Our table as this nft lists it, None when there is none.

    :raises OperatorError: the kernel does not say, or it is not root who asks.
    """
    done = commands.run((nft, *_LIST), check=False)
    if done.rc and "No such file or directory" not in done.stderr:
        raise _refused(done.stderr)
    return None if done.rc else done.stdout


def listing_of(commands: Commands, nft: str, rules: str) -> str:
    """The table as this nft lists it once these *rules* are loaded: it is tried in a network namespace of its own.

    Each version of nft lists the same rules in its own way, so only the same nft tells whether they are there.

    :raises OperatorError: nft or the kernel does not take them.
    """
    script = '"$0" -f - && exec "$0" "$@"'
    done = commands.run(("unshare", "--net", "--", "/bin/sh", "-c", script, nft, *_LIST), stdin=rules, check=False)
    if done.rc:
        raise _refused(done.stderr)
    return done.stdout


def load(commands: Commands, nft: str, rules: str) -> None:
    """Load a file of rules, in one step or not at all.

    :raises OperatorError: the kernel does not take them.
    """
    done = commands.run((nft, "-f", "-"), stdin=rules, check=False)
    if done.rc:
        raise _refused(done.stderr)


def waiting() -> Waiting | None:
    """What waits now, None when nothing does."""
    if not os.path.exists(f"{WAITING}/armed"):
        return None
    return Waiting(**json.loads(files.read_text(f"{WAITING}/what.json") or "{}"))


def arm(commands: Commands, nft: str, what: Waiting, seconds: int) -> None:
    """Have the rules of *what* taken back after so many seconds; to be called before they are loaded."""
    waits = waiting()
    if waits:
        # What an earlier run has loaded for a time goes first: no moment without a timer.
        load(commands, nft, waits.before)
        keep(commands)
    files.remove(WAITING)
    os.mkdir(WAITING, 0o700)
    for name, text in (("what.json", json.dumps(what._asdict())), ("before.nft", what.before), ("armed", "")):
        files.write_text(f"{WAITING}/{name}", text, mode=0o600)
    commands.run(
        (
            *("systemd-run", "--quiet", "--collect", f"--unit={UNDO}", f"--on-active={seconds}"),
            # By default systemd takes a minute's liberty, to wake up less often.
            "--timer-property=AccuracySec=100ms",
            *("--", "/bin/sh", "-c", _UNDO, nft, WAITING),
        )
    )


def keep(commands: Commands) -> bool:
    """Have what is loaded stay; False when nothing waits any more, because the timer was quicker."""
    try:
        os.rename(f"{WAITING}/armed", f"{WAITING}/kept")
    except FileNotFoundError:
        return False
    commands.run(("systemctl", "stop", f"{UNDO}.timer"), check=False)
    files.remove(WAITING)
    return True


def _refused(stderr: str) -> OperatorError:
    # nft's first line has the cause; under it, it shows the place.
    said = next((line.strip() for line in stderr.splitlines() if "rror" in line), last_line(stderr))
    what = f"The firewall's rules cannot be loaded on {socket.gethostname()}"
    if "Operation not permitted" in stderr:
        remedy = (
            "Run the task with become: true; on a host that is a container, give that CAP_NET_ADMIN and CAP_SYS_ADMIN"
        )
        return error(KERNEL, what, why=said, remedy=remedy)
    return error(KERNEL, what, why=said)
