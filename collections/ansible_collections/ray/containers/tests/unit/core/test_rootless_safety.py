# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps applications from becoming root: what is refused, and when hosts and images are looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan
from ansible_collections.ray.containers.plugins.module_utils._core.rootless import plan as core
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.safety import (
    LookThroughImage,
    NotePowers,
    warnings,
)

DESIRED = core.RootlessDesired("ray", 1000)
IN_CONTAINER = replace(DESIRED, raylet_image="10.0.0.1:5000/raylet:1")
BARE = core.RootlessObserved(kernel_release="6.1.0")


def kinds(plan: Plan) -> list[str]:
    return [type(step.action).__name__ for step in plan.steps]


def test_who_can_become_root_is_refused_before_anything_is_done() -> None:
    powers = (("RC-254", "it is in the group docker: x"), ("RC-256", "it is in the group adm"))
    with pytest.raises(OperatorError, match="group docker") as raised:
        core.plan_rootless(DESIRED, replace(BARE, powers=powers))
    assert raised.value.code == "RC-254"
    core.plan_rootless(replace(DESIRED, user_privileged="allow"), replace(BARE, powers=powers))
    core.plan_rootless(DESIRED, replace(BARE, powers=powers[1:]))


def test_an_image_that_was_found_weak_is_refused_before_anything_is_done() -> None:
    observed = replace(BARE, image_weak=(("/usr/bin/su has the bit", "RUN chmod u-s /usr/bin/su"),))
    with pytest.raises(OperatorError, match="RUN chmod u-s /usr/bin/su") as raised:
        core.plan_rootless(IN_CONTAINER, observed)
    assert raised.value.code == "RC-258"
    allowed = replace(IN_CONTAINER, user_privileged="allow")
    core.plan_rootless(allowed, observed)
    assert warnings(allowed, observed) == ["10.0.0.1:5000/raylet:1: /usr/bin/su has the bit [RC-258]"]


def test_an_account_is_looked_at_once_it_is_there_and_an_image_before_the_proof() -> None:
    observed = replace(BARE, powers_noted=False, image_weak=None, temp_dir_owner="mallory")
    plan = core.plan_rootless(IN_CONTAINER, observed)
    named = kinds(plan)
    assert named.index("RunCommand") < named.index("SetTempDirAside") < named.index("NotePowers")
    assert named.index("NotePowers") < named.index("PullRayletImage")
    assert named.index("PullRayletImage") < named.index("LookThroughImage") < named.index("Prove")
    looks = [step for step in plan.steps if isinstance(step.action, (NotePowers, LookThroughImage))]
    assert not any(step.changes for step in looks)
    assert "which mallory has made" in plan.summaries[named.index("SetTempDirAside")]


def test_a_look_at_a_host_that_is_set_up_is_no_reason_to_prove_it_again() -> None:
    desired = replace(DESIRED, prove=False)
    bare = core.plan_rootless(desired, BARE)
    looked = core.plan_rootless(desired, replace(BARE, powers_noted=False))
    (look,) = [step for step in looked.steps if step not in bare.steps]
    assert (look.action, look.changes) == (NotePowers(fresh=True), False)
