# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capability `firewall`: who may open connections to a node.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import socket
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.firewall import (
    NO_NFT,
    TAKEN_BACK,
    UNKNOWN_NAME,
)
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.firewall.places import (
    DROP_IN,
    RULES,
    UNIT,
    UNIT_PATH,
)
from ansible_collections.ray.containers.plugins.module_utils._core.firewall.plan import (
    PATIENCE,
    AwaitController,
    EnableUnit,
    FirewallFound,
    ForgetUnits,
    KeepRules,
    LoadRules,
    TakeOff,
    plan_absent,
    plan_confirmation,
    plan_firewall,
)
from ansible_collections.ray.containers.plugins.module_utils._core.firewall.rules import (
    Opening,
    Surroundings,
    names_in,
    network_of,
    replacing,
    rules_text,
)
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.firewall import nftables, surroundings
from ansible_collections.ray.containers.plugins.module_utils._resource.lifecycle import Resource

__all__ = ["ARGUMENT_SPEC", "Confirmation", "Firewall", "build"]

_WHO: dict[str, t.Any] = {"type": "list", "elements": "str", "default": []}
ARGUMENT_SPEC: dict[str, t.Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "role": {"type": "str", "choices": ["head", "worker"], "default": "worker"},
    "nodes": _WHO,
    "port": {"type": "int", "default": 6379},
    "ports": {"type": "dict", "default": {}},
    "environment": {"type": "dict", "default": {}},
    "config": {"type": "dict", "default": {}},
    "serve_from": {**_WHO, "default": ["everybody"]},
    "metrics_from": _WHO,
    "client_from": _WHO,
    "allow": {"type": "list", "elements": "dict", "default": []},
    "ssh_ports": {"type": "list", "elements": "int", "default": []},
    "understood": {"type": "list", "elements": "dict", "default": []},
    "confirm": {"type": "str", "default": "", "no_log": False},
}


class Firewall(Resource[FirewallFound]):
    """Rules in a table of nft's that is ours, and the service that loads them at boot.

    :param openings: what is to be open beside SSH; None for no firewall.
    :param ssh_ports: where SSH is open; empty for wherever it is found.
    """

    def __init__(
        self,
        commands: Commands,
        openings: tuple[Opening, ...] | None,
        ssh_ports: tuple[int, ...] = (),
        *,
        check_mode: bool = False,
    ) -> None:
        super().__init__(commands)
        self._openings = openings
        self._ssh_ports = ssh_ports
        self._check_mode = check_mode
        #: What the controller must show; empty while no rules wait for it.
        self._token = ""

    def observe(self) -> FirewallFound:
        self._found = found = _firewall_found(self.commands)
        if self._openings is None:
            return found
        if not found.nft and not self._check_mode:
            raise error(NO_NFT, f"The firewall cannot be set up on {socket.gethostname()}")
        known = names_in(found.files[RULES] or "")
        around = Surroundings(
            self._ssh_ports or surroundings.ssh_ports(), surroundings.uplinks(), _names(self._openings, known)
        )
        rules = rules_text(self._openings, around)
        expected = nftables.listing_of(self.commands, found.nft, rules) if found.nft else ""
        return dataclasses.replace(found, around=around, expected=expected)

    def plan(self, observed: FirewallFound) -> Plan:
        return plan_absent(observed) if self._openings is None else plan_firewall(self._openings, observed)

    def apply(self, step: Step) -> None:
        action = step.action
        if isinstance(action, LoadRules):
            self._load(action)
        elif isinstance(action, TakeOff):
            if self._found.nft:
                nftables.load(self.commands, self._found.nft, replacing(""))
            nftables.keep(self.commands)
            if action.unit:
                self.commands.run(["systemctl", "--quiet", "disable", "--now", UNIT])
        elif isinstance(action, ForgetUnits):
            for directory in map(os.path.dirname, (RULES, DROP_IN)):
                # With whatever somebody else has put there, it stays.
                with contextlib.suppress(OSError):
                    os.rmdir(directory)
            self.commands.run(["systemctl", "daemon-reload"])
        elif self._token or isinstance(action, AwaitController):
            # The rest is done once the controller has come again: `Confirmation`.
            pass
        elif isinstance(action, EnableUnit):
            _enable(self.commands)
        else:
            super().apply(step)

    def result(self, observed: FirewallFound, plan: Plan) -> dict[str, t.Any]:
        openings = self._openings or ()
        loads = any(isinstance(step.action, LoadRules) for step in plan.steps)
        return {
            "firewall": {
                "active": self._openings is not None,
                "ssh_ports": list(observed.around.ssh_ports),
                "open": {opening.name: opening.ports for opening in openings if opening.sources != {}},
                "closes": surroundings.services(_ports(openings, observed.around)) if loads else [],
            },
            "confirm": self._token,
        }

    def _load(self, action: LoadRules) -> None:
        token = os.urandom(16).hex()
        what = nftables.Waiting(token, surroundings.connection(), action.rules, action.before)
        nftables.arm(self.commands, self._found.nft, what, PATIENCE)
        try:
            nftables.load(self.commands, self._found.nft, action.rules)
        except OperatorError:
            nftables.keep(self.commands)
            raise
        self._token = token


class Confirmation(Resource[FirewallFound]):
    """The second half: the controller has come again, and the rules stay.

    :param token: what the run that has loaded them was told.
    """

    def __init__(self, commands: Commands, token: str) -> None:
        super().__init__(commands)
        self._token = token
        self._rules = ""

    def observe(self) -> FirewallFound:
        waits = nftables.waiting()
        if waits is None or waits.token != self._token:
            raise _taken_back()
        came_by = surroundings.connection()
        if came_by and came_by == waits.connection:
            # It was open before the rules were loaded, so it proves nothing. The timer goes on.
            raise _taken_back("the controller came by the connection that it had before")
        self._rules = waits.rules
        return _firewall_found(self.commands)

    def plan(self, observed: FirewallFound) -> Plan:
        return plan_confirmation(self._rules, observed)

    def apply(self, step: Step) -> None:
        if isinstance(step.action, KeepRules):
            if not nftables.keep(self.commands):
                raise _taken_back()
        elif isinstance(step.action, EnableUnit):
            _enable(self.commands)
        else:
            super().apply(step)


def build(parameters: dict[str, t.Any], commands: Commands) -> Resource[t.Any]:
    """The capability that these parameters of the module ask for."""
    if parameters["confirm"]:
        return Confirmation(commands, parameters["confirm"])
    openings = tuple(
        Opening(
            row["key"],
            row["name"],
            row["ports"],
            None if row["from"] is None else {name: tuple(parts) for name, parts in row["from"].items()},
        )
        for row in parameters["understood"]
    )
    return Firewall(
        commands,
        openings if parameters["state"] == "present" else None,
        tuple(sorted(set(parameters["ssh_ports"]))),
        check_mode=parameters["check_mode"],
    )


def _firewall_found(commands: Commands) -> FirewallFound:
    nft = nftables.program()
    listing = nftables.listing(commands, nft) if nft else None
    waits = nftables.waiting()
    shown = commands.run(["systemctl", "show", UNIT, "--property=ActiveState,UnitFileState"]).stdout.splitlines()
    return FirewallFound(
        nft=nft,
        listing=listing,
        # What waits was never agreed to: behind it is what was there before.
        before=waits.before if waits else replacing(listing or ""),
        waiting=waits is not None,
        files={path: files.read_text(path) for path in (RULES, UNIT_PATH, DROP_IN)},
        started={"ActiveState=active", "UnitFileState=enabled"} <= set(shown),
    )


def _enable(commands: Commands) -> None:
    """Have the service started at boot, and count as started now: what it loads is what is loaded."""
    for words in (["daemon-reload"], ["--quiet", "enable", UNIT], ["start", UNIT]):
        commands.run(["systemctl", *words])


def _names(openings: t.Iterable[Opening], known: t.Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The addresses of every name that a name server knows; those *known* before where it cannot be asked now.

    Of a host's several names and addresses some may be known here and others elsewhere; one is enough.

    :raises OperatorError: a source has no address at all.
    """
    answers: dict[str, tuple[str, ...] | None] = {}
    found: dict[str, tuple[str, ...]] = {}
    for opening in openings:
        for source, parts in (opening.sources or {}).items():
            names = [part for part in parts if network_of(part) is None]
            for name in names:
                if name not in answers:
                    answers[name] = answer = surroundings.look_up(name)
                    found[name] = known.get(name, ()) if answer is None else answer
            if not any(found.get(part, part) for part in parts):
                told = source if parts == (source,) else f"{source} ({', '.join(parts)})"
                why = "no name server answers" if None in [answers[name] for name in names] else ""
                raise error(UNKNOWN_NAME, f"{told} has no address on {socket.gethostname()}", why=why)
    return {name: addresses for name, addresses in found.items() if addresses}


def _ports(openings: t.Iterable[Opening], around: Surroundings) -> frozenset[int]:
    """Every port that is open to somebody, or closed on purpose."""
    ranges = [text.split("-") for opening in openings for text in opening.ports.split(", ")]
    return frozenset(around.ssh_ports).union(*(range(int(each[0]), int(each[-1]) + 1) for each in ranges))


def _taken_back(why: str = "") -> OperatorError:
    return error(TAKEN_BACK, f"The firewall's rules were taken back on {socket.gethostname()}", why=why)
