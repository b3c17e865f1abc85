# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The attacker of the scenario `hostile`: the application does the attacks; what they leave in the way is taken away again."""

from __future__ import annotations

import json
import typing as t
import urllib.error
import urllib.request
from dataclasses import dataclass

from tests.cluster.answers import answer
from tests.cluster.waiting import eventually

__all__ = ["Attacker"]

#: Seconds for a job that does an attack, on a busy machine.
JOB_WITHIN = 120

#: Seconds for a raylet and the application to come back.
BACK_WITHIN = 180

#: Where its program lies, on a host and in a raylet's container.
PROGRAM = "/home/ray/attack.py"

#: Attacks that go on until they are ended, which the account's own service manager starts: they outlive the raylet.
ENDLESS = ("busy", "listen")
AS_RAY = "cd / && runuser -u ray -- env HOME=/home/ray XDG_RUNTIME_DIR=/run/user/1000"
MANAGED = "systemd-run --user --quiet --collect"


@dataclass(frozen=True)
class Attacker:
    """Asks the application at *url* for attacks on *hosts*."""

    url: str
    hosts: t.Mapping[str, t.Any]

    def break_out(self, attack: str = "programs") -> None:
        """Have the replica send a job with its token, which leaves the attacker's program on every node and does the attack."""
        with urllib.request.urlopen(f"{self.url}?attack={attack}", timeout=JOB_WITHIN) as response:
            told = json.loads(response.read())["job"]
        assert told["status"] == "SUCCEEDED", told
        assert f"planted on {len(self.hosts)}" in told["logs"], told

    def attack(self, name: str, *, in_containers: bool = False) -> None:
        """Have the program that a job has left on every node do an attack, or begin one that does not end by itself."""
        endless = name in ENDLESS
        for host in self.hosts.values():
            if in_containers:
                who = f"podman exec {'--detach' if endless else ''} raylet"
            else:
                who = f"{AS_RAY} {MANAGED if endless else ''}"
            host.check_output(f"{who} /usr/bin/python3 {PROGRAM} {name}")

    def stop(self, *, in_containers: bool = False) -> None:
        """End what goes on, and put back what was moved out of the way."""
        for host in self.hosts.values():
            host.run(f"pkill -KILL -U ray -f '^/usr/bin/python3 {PROGRAM}'")
            who = "podman exec raylet" if in_containers else AS_RAY
            host.check_output(f"{who} /usr/bin/python3 {PROGRAM} undo")

    def came_about(self) -> dict[str, bool]:
        """By what it has tried in its container: whether that came about."""
        told = eventually(lambda: answer(self.url), within=BACK_WITHIN, what="the application answers")
        return t.cast("dict[str, bool]", told["came_about"])
