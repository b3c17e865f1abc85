# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewall's plan: what is loaded for a time, what is written only afterwards, and how all of it goes again."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.firewall import plan as firewall
from ansible_collections.ray.containers.plugins.module_utils._core.firewall.places import (
    DROP_IN,
    RULES,
    UNIT_PATH,
    drop_in_text,
    unit_text,
)
from ansible_collections.ray.containers.plugins.module_utils._core.firewall.rules import (
    Opening,
    Surroundings,
    rules_text,
)
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Remove, WriteFile

NFT = "/usr/sbin/nft"
AROUND = Surroundings(ssh_ports=(22,))
OPENINGS = (
    Opening("nodes", "the cluster's nodes", "6380-6381, 8000", {"w1": ("192.0.2.1",)}),
    Opening("serve", "clients of Serve", "8000"),
)
TEXT = rules_text(OPENINGS, AROUND)
LISTING = "table inet ray_containers {\n}\n"

BARE = firewall.FirewallFound(
    NFT, None, "nothing", False, dict.fromkeys((RULES, UNIT_PATH, DROP_IN)), False, AROUND, LISTING
)
THERE = dataclasses.replace(
    BARE,
    listing=LISTING,
    files={RULES: TEXT, UNIT_PATH: unit_text(NFT), DROP_IN: drop_in_text(NFT)},
    started=True,
)


def kinds(plan: Plan) -> list[t.Any]:
    """What each step does; of files, which."""
    return [
        step.action.path if isinstance(step.action, (WriteFile, Remove)) else type(step.action) for step in plan.steps
    ]


def plan(found: firewall.FirewallFound) -> Plan:
    return firewall.plan_firewall(OPENINGS, found)


def test_on_a_bare_node_rules_are_loaded_for_a_time_and_written_after_that() -> None:
    steps = plan(BARE)
    assert kinds(steps) == [
        firewall.LoadRules,
        firewall.AwaitController,
        RULES,
        UNIT_PATH,
        DROP_IN,
        firewall.EnableUnit,
    ]
    assert steps.steps[0].action == firewall.LoadRules(TEXT, "nothing")
    assert steps.summaries[0] == (
        "Load the firewall's rules: SSH (22), the cluster's nodes (6380-6381, 8000), clients of Serve (8000)"
    )


def test_what_is_as_wanted_needs_nothing() -> None:
    assert plan(THERE) == Plan()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"listing": LISTING.replace("}", "x }")}, [firewall.LoadRules, firewall.AwaitController]),
        ({"listing": None}, [firewall.LoadRules, firewall.AwaitController]),
        ({"waiting": True}, [firewall.LoadRules, firewall.AwaitController]),
        ({"expected": ""}, [firewall.LoadRules, firewall.AwaitController]),
        ({"started": False}, [firewall.EnableUnit]),
        ({"files": {**THERE.files, RULES: "old"}}, [RULES]),
        ({"files": {**THERE.files, UNIT_PATH: "old"}}, [UNIT_PATH, firewall.EnableUnit]),
        ({"files": {**THERE.files, DROP_IN: None}}, [DROP_IN, firewall.EnableUnit]),
    ],
)
def test_only_what_differs_is_done(change: dict[str, t.Any], expected: list[t.Any]) -> None:
    assert kinds(plan(dataclasses.replace(THERE, **change))) == expected


def test_rules_that_changed_replace_the_old_ones_and_the_file() -> None:
    steps = plan(dataclasses.replace(THERE, listing="old", before="old", files={**THERE.files, RULES: "old"}))
    assert kinds(steps) == [firewall.LoadRules, firewall.AwaitController, RULES]
    assert steps.summaries[0].startswith("Replace the firewall's rules: ")
    assert (steps.steps[0].before, steps.steps[0].after) == ("old", LISTING)


def test_where_nft_is_still_to_come_the_rules_themselves_are_shown() -> None:
    steps = plan(dataclasses.replace(BARE, nft="", expected=""))
    assert steps.steps[0].after == TEXT
    assert [step.action for step in plan(BARE).steps][2:] == [step.action for step in steps.steps][2:]


def test_the_confirmation_does_what_the_plan_has_left() -> None:
    loaded = dataclasses.replace(BARE, listing=LISTING, waiting=True)
    steps = firewall.plan_confirmation(TEXT, loaded)
    assert kinds(steps) == [firewall.KeepRules, *kinds(plan(BARE))[2:]]


def test_waiting_and_proving_are_no_changes() -> None:
    assert [step.changes for step in plan(BARE).steps] == [True, False, True, True, True, True]


def test_nothing_of_ours_stays() -> None:
    steps = firewall.plan_absent(THERE)
    assert kinds(steps) == [firewall.TakeOff, RULES, DROP_IN, UNIT_PATH, firewall.ForgetUnits]
    assert steps.steps[0].action == firewall.TakeOff(unit=True)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (BARE, []),
        (dataclasses.replace(BARE, nft=""), []),
        (dataclasses.replace(BARE, listing=LISTING), [firewall.TakeOff]),
        (dataclasses.replace(BARE, waiting=True), [firewall.TakeOff]),
        (dataclasses.replace(BARE, files={**BARE.files, RULES: "x"}), [RULES, firewall.ForgetUnits]),
    ],
)
def test_what_a_killed_run_has_left_goes_too(found: firewall.FirewallFound, expected: list[t.Any]) -> None:
    assert kinds(firewall.plan_absent(found)) == expected


def test_the_service_comes_before_the_raylet_and_after_who_flushes_every_table() -> None:
    text = unit_text(NFT)
    assert "Before=network-pre.target raylet.service" in text
    assert "After=local-fs.target nftables.service" in text
    assert f"ExecStart={NFT} -f {RULES}" in text
