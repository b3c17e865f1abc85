# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Podman holds from before is taken from it when that is safe."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.ray.containers.plugins.module_utils._core.plan import WriteFile
from ansible_collections.ray.containers.plugins.module_utils._core.rootless import plan as core
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mending import GiveLocksBack, Migrate
from ansible_collections.ray.containers.tests.unit.core.test_rootless_plan import BARE, DESIRED, after

IDS = ((100000, 65536),)


def test_podman_is_told_of_subordinate_ids_that_have_changed() -> None:
    first = core.plan_rootless(DESIRED, BARE)
    made = replace(after(first, DESIRED, BARE), mapped=(IDS, IDS))
    assert core.plan_rootless(DESIRED, made).steps == ()
    stale = replace(made, mapped=(((1, 65536),), IDS))
    steps = core.plan_rootless(DESIRED, stale).steps
    assert [type(step.action) for step in steps] == [Migrate, core.Prove]
    assert (steps[0].before, steps[0].after) == (
        "users: 1+65536\ngroups: 100000+65536\n",
        "users: 100000+65536\ngroups: 100000+65536\n",
    )


def test_ids_that_are_granted_again_as_they_were_need_no_word_to_podman() -> None:
    made = after(core.plan_rootless(DESIRED, BARE), DESIRED, BARE)
    lost = {path: found for path, found in made.files.items() if path not in ("/etc/subuid", "/etc/subgid")}
    kinds = [
        type(step.action) for step in core.plan_rootless(DESIRED, replace(made, files=lost, mapped=(IDS, IDS))).steps
    ]
    assert Migrate not in kinds
    half = {path: found for path, found in made.files.items() if path != "/etc/subgid"}
    (write, proof) = core.plan_rootless(DESIRED, replace(made, files=half, mapped=(IDS, IDS))).steps
    assert isinstance(write.action, WriteFile)
    assert (write.action.content, type(proof.action)) == ("ray:100000:65536\n", core.Prove)


def test_ids_that_others_have_by_now_are_not_granted_again() -> None:
    made = after(core.plan_rootless(DESIRED, BARE), DESIRED, BARE)
    others = core.FoundFile("other:90000:65536\n", 0o644, "root", "root")
    lost = {**made.files, "/etc/subuid": others}
    steps = core.plan_rootless(DESIRED, replace(made, files=lost, mapped=(IDS, IDS))).steps
    # The ids come first, and what rests on them afterwards.
    assert [type(step.action) for step in steps] == [WriteFile, Migrate, core.Prove]
    assert steps[0].after == "other:90000:65536\nray:165536:65536\n"


def test_containers_that_were_killed_behind_podmans_back_are_given_up() -> None:
    made = after(core.plan_rootless(DESIRED, BARE), DESIRED, BARE)
    steps = core.plan_rootless(DESIRED, replace(made, lost=True)).steps
    assert [type(step.action) for step in steps] == [Migrate, core.Prove]


def test_locks_of_another_account_are_given_back() -> None:
    made = after(core.plan_rootless(DESIRED, BARE), DESIRED, BARE)
    assert core.plan_rootless(DESIRED, replace(made, locks_owner="ray")).steps == ()
    steps = core.plan_rootless(DESIRED, replace(made, locks_owner="root")).steps
    assert [type(step.action) for step in steps] == [GiveLocksBack, core.Prove]
    assert steps[0].summary == "Give Podman's locks back to ray"
