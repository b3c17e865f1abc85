# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ray user and images with another user id: what is written for both to go together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, WriteFile
from ansible_collections.ray.containers.plugins.module_utils._core.rootless import plan as core
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import RAYS_PODMAN

DESIRED = core.RootlessDesired("ray", 1000)
BARE = core.RootlessObserved()


def written(plan: Plan) -> dict[str, WriteFile]:
    return {step.action.path: step.action for step in plan.steps if isinstance(step.action, WriteFile)}


def test_a_user_with_another_id_keeps_layers_for_the_id_of_rays_images() -> None:
    desired, observed = replace(DESIRED, uid=1001), replace(BARE, gid=1001)
    files = written(core.plan_rootless(desired, observed))
    storage = next(write.content for path, write in files.items() if path.endswith("storage.conf"))
    containers = next(write.content for path, write in files.items() if path.endswith("50-ray-containers.conf"))
    assert 'remap-uids = "0:1:1000:1000:0:1:1001:1001:64536"' in storage
    assert 'userns = "keep-id:uid=1000,gid=1000"' in containers
    old = written(core.plan_rootless(desired, replace(observed, maps_users=False)))
    storage = next(write.content for path, write in old.items() if path.endswith("storage.conf"))
    assert 'remap-uids = "0:1:1001:1001:0:1:1002:1002:64535"' in storage


@pytest.mark.parametrize(
    "found", [None, core.FoundFile("other", 0o755, "root", "staff"), core.FoundFile("p", 0o777, "root", "root")]
)
def test_the_program_before_podman_is_written_again(found: core.FoundFile | None) -> None:
    desired = replace(DESIRED, rays_podman="p")
    files = {RAYS_PODMAN: found} if found else {}
    write = written(core.plan_rootless(desired, replace(BARE, files=files)))[RAYS_PODMAN]
    assert write == WriteFile(RAYS_PODMAN, "p", mode=0o755)
    there = {RAYS_PODMAN: core.FoundFile("p", 0o755, "root", "staff")}
    assert RAYS_PODMAN not in written(core.plan_rootless(desired, replace(BARE, files=there)))
