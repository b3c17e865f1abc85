# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do about the firewall of a node: found and wanted in, steps out.

Rules that could cut the controller off are loaded for a time first: a timer takes them back unless the controller comes
again by a new connection. What is loaded at boot is written only then.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.firewall.places import (
    DROP_IN,
    RULES,
    TABLE,
    UNIT,
    UNIT_PATH,
    drop_in_text,
    unit_text,
)
from ansible_collections.ray.containers.plugins.module_utils._core.firewall.rules import (
    Opening,
    Surroundings,
    rules_text,
    same,
)
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Remove, Step, WriteFile

__all__ = [
    "PATIENCE",
    "AwaitController",
    "EnableUnit",
    "FirewallFound",
    "ForgetUnits",
    "KeepRules",
    "LoadRules",
    "TakeOff",
    "plan_absent",
    "plan_confirmation",
    "plan_firewall",
]

#: Seconds after which rules are taken back unless the controller has come again.
PATIENCE = 30


@dataclass(frozen=True)
class LoadRules:
    """Load *rules* for a time: *before*, a file of rules as well, is put back when the time is over."""

    rules: str
    before: str


@dataclass(frozen=True)
class AwaitController:
    """Go on only once the controller has come again by a new connection."""


@dataclass(frozen=True)
class KeepRules:
    """Stop the timer that would take the rules back."""


@dataclass(frozen=True)
class EnableUnit:
    """Have systemd read the units, start the service at boot, and count it as started."""


@dataclass(frozen=True)
class TakeOff:
    """Take the table away, and stop the service if there is *unit*, its file."""

    unit: bool


@dataclass(frozen=True)
class ForgetUnits:
    """Have systemd forget units that are gone, and remove the directories of our files where they are empty."""


@dataclass(frozen=True)
class FirewallFound:
    """What a node has.

    :param nft: the program's path; empty where it is missing.
    :param listing: the table as nft lists it, None without one.
    :param before: a file of rules that puts back what was agreed to last.
    :param waiting: whether rules are loaded that wait for the controller, of a run that was ended.
    :param files: the text of each file of ours, None without one.
    :param started: whether the service counts as started, and is started at boot.
    :param around: what the wanted rules need to know of the host.
    :param expected: how this nft lists the table once the wanted rules are loaded; empty where that cannot be known yet.
    """

    nft: str
    listing: str | None
    before: str
    waiting: bool
    files: t.Mapping[str, str | None]
    started: bool
    around: Surroundings = field(default_factory=Surroundings)
    expected: str = ""

    @property
    def as_expected(self) -> bool:
        """Whether the wanted rules are loaded, for good."""
        return not self.waiting and bool(self.listing and self.expected) and same(self.listing or "", self.expected)


def plan_firewall(openings: tuple[Opening, ...], found: FirewallFound) -> Plan:
    """The steps from what was found to what is to be open."""
    rules = rules_text(openings, found.around)
    kept = _kept(rules, found)
    if found.as_expected:
        return Plan(tuple(kept))
    loaded = Step(
        LoadRules(rules, found.before),
        f"{'Load' if found.listing is None else 'Replace'} the firewall's rules: {_described(openings, found.around)}",
        before=found.listing or "",
        after=found.expected or rules,
    )
    again = f"Take them back after {PATIENCE} s unless the controller comes again by a new connection"
    return Plan((loaded, Step(AwaitController(), again, changes=False), *kept))


def plan_confirmation(rules: str, found: FirewallFound) -> Plan:
    """The steps that keep *rules*, which were loaded for a time, and have them loaded at boot."""
    return Plan((Step(KeepRules(), "Keep the firewall's rules", changes=False), *_kept(rules, found)))


def plan_absent(found: FirewallFound) -> Plan:
    """The steps that take everything of ours away: the table, the units and the files."""
    steps = []
    there = [path for path in (RULES, DROP_IN, UNIT_PATH) if found.files.get(path) is not None]
    unit = UNIT_PATH in there
    if found.listing is not None or found.waiting or (unit and found.started):
        summary = f"Take the firewall off: remove nft's table {TABLE}, and have {UNIT} not started at boot"
        steps.append(Step(TakeOff(unit), summary, before=found.listing or "enabled\n"))
    # The service's file last: it says that the rest is ours.
    steps += [Step(Remove(path), f"Remove {path}", before=found.files[path] or "") for path in there]
    if there:
        steps.append(Step(ForgetUnits(), f"Have systemd forget {UNIT}", changes=False))
    return Plan(tuple(steps))


def _kept(rules: str, found: FirewallFound) -> list[Step]:
    """What has *rules* loaded at boot."""
    nft = found.nft or "/usr/sbin/nft"
    files = (
        (RULES, rules, "the rules that are loaded at boot"),
        (UNIT_PATH, unit_text(nft), "the service that loads them before the network is up and before Ray starts"),
        (DROP_IN, drop_in_text(nft), "so that they are loaded again when nftables.service has taken every table away"),
    )
    steps = [
        Step(WriteFile(path, text), f"Write {path}, {why}", before=found.files.get(path) or "", after=text)
        for path, text, why in files
        if found.files.get(path) != text
    ]
    if not found.started or {step.action.path for step in steps} - {RULES}:
        before = "enabled" if found.started else "disabled"
        steps.append(Step(EnableUnit(), f"Have {UNIT} started at boot", before=before, after="enabled"))
    return steps


def _described(openings: tuple[Opening, ...], around: Surroundings) -> str:
    told = [f"{opening.name} ({opening.ports})" for opening in openings if opening.sources != {}]
    return ", ".join([f"SSH ({', '.join(map(str, around.ssh_ports))})", *told] if around.ssh_ports else told)
