# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether applications of a node could become root of it, or others of its accounts come at them: what no log tells.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import privileges
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Finding
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.temp_directory import CLOSED, TEMP_DIR
from ansible_collections.ray.containers.plugins.module_utils._host import accounts
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.podman.image_store import root_image_id
from ansible_collections.ray.containers.plugins.module_utils._host.privileges.access import Identity
from ansible_collections.ray.containers.plugins.module_utils._host.privileges.examination import examine
from ansible_collections.ray.containers.plugins.module_utils._host.ray import temp_directory
from ansible_collections.ray.containers.plugins.module_utils._resource.raylet_image_gate import known

__all__ = ["power_findings"]


def power_findings(commands: Commands, user: str, raylet_image: str, now: str) -> list[dict[str, t.Any]]:
    """The findings, as `diagnosis_info` returns them; none to whom the host does not tell, which is all but root.

    :param raylet_image: of the container that the raylet runs in; empty for a raylet of the host.
    :param now: as in `Log.modified`.
    """
    account = accounts.account(user)
    if account is None or os.geteuid() != 0:
        return []
    groups = accounts.groups_of(account)
    names = tuple(name for name in map(accounts.group_name, groups) if name)
    found = list(examine(commands, Identity(user, account.uid, groups, names), exists=True))
    if raylet_image:
        weak = known(root_image_id(raylet_image), account.uid) or ()
        place = f"image {raylet_image}"
        found += [Finding(privileges.IMAGE_GIVES_ROOT, place, evidence, f"Add {line}") for evidence, line in weak]
    state = temp_directory.state(account.uid)
    if state != CLOSED:
        remedy = "Run the site, which closes it when Ray starts again"
        found.append(Finding(privileges.TEMP_DIR, TEMP_DIR, f"it is {state} and not {CLOSED}", remedy))
    return [{**finding.as_result(), "time": now} for finding in found]
