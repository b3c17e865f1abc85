# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ray user's account and home.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import fault, listed
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import (
    ACCOUNT,
    NO_CONTAINERS,
    NO_RAYLET,
    RUNTIME_DIRECTORY,
    SUBORDINATE_IDS,
)

NO_ACCOUNT = fault(
    "RC-500",
    "The Ray user does not exist",
    cause="No account has the name in ray_user; raylets and their containers run as it.",
    remedy="Run the site, which makes the account, or name another one in ray_user",
    source="this collection, module rootless_podman",
    question=ACCOUNT,
    causes=("RC-443", "RC-442", "RC-520", *NO_RAYLET, *NO_CONTAINERS),
    healed="rootless_podman makes it",
)
WRONG_HOME = fault(
    "RC-501",
    "The Ray user cannot use its home",
    cause="Podman keeps images and configuration there, and Ray's token lies in it. It is missing, belongs to another"
    " account, or is closed to its owner.",
    remedy="Give the home back to the Ray user: chown USER: HOME, with mode 0711",
    source="containers-storage.conf(5), rootless defaults; this collection, module rootless_podman",
    question=ACCOUNT,
    causes=("RC-409", "RC-446", "RC-502", "RC-533", "RC-558", "RC-580", *NO_RAYLET, *NO_CONTAINERS),
)
STALE_MAP = fault(
    "RC-504",
    "Podman still uses subordinate ids from before they were changed",
    cause="A process of Podman's holds the user namespace for all of its commands, with the ids that were granted when it began.",
    remedy="Run `podman system migrate` as the Ray user",
    source="podman-system-migrate(1); podman#2542",
    question=SUBORDINATE_IDS,
    causes=("RC-443", *NO_CONTAINERS),
    healed="rootless_podman runs podman system migrate",
)
NO_LINGER = fault(
    "RC-506",
    "The Ray user does not linger",
    cause="/run/user/UID, where Podman's state lies, goes away with the account's last login session.",
    remedy="Run loginctl enable-linger for the Ray user",
    source="logind.conf(5); podman troubleshooting 17, 21",
    severity="warning",
    question=RUNTIME_DIRECTORY,
    healed="rootless_podman enables linger",
)

FAULTS = listed(globals())
