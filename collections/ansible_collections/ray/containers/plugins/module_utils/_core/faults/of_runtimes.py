# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ray and Python of a node, and what belongs to them.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import fault, listed
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import (
    CLOCK,
    NO_CONTAINERS,
    NO_RAYLET,
    RUNTIME,
    TOKEN,
)

OTHER_ON_DISK = fault(
    "RC-570",
    "The Ray that runs is not the one on the disk",
    cause="Files of the environment were changed or replaced; every process that is started from now on is another Ray.",
    remedy="Run the site, which makes the environment again, and restart the raylet",
    source="Ray 2.60.0 _private/utils.py check_version_info",
    question=RUNTIME,
    causes=("RC-404", "RC-567", "RC-568", "RC-572", *NO_RAYLET, *NO_CONTAINERS),
    healed="ray_runtime makes it again",
)
OTHER_THAN_HEAD = fault(
    "RC-571",
    "The node's Ray or Python is not the head's",
    cause="All nodes of a cluster run one Ray and one Python; others are refused when they join.",
    remedy="Give all nodes the same ray_version and ray_python_version, and run the site on all of them",
    source="Ray 2.60.0 _private/utils.py check_version_info",
    question=RUNTIME,
    causes=("RC-404", "RC-560", *NO_RAYLET, *NO_CONTAINERS),
)
OPEN_TOKEN = fault(
    "RC-576",
    "Ray's token can be read by other accounts",
    cause="Whoever has the token can run programs on the cluster.",
    remedy="chmod 0600 the Ray user's ~/.ray/auth_token",
    source="Ray 2.60.0 _private/authentication",
    severity="warning",
    question=TOKEN,
    healed="raylet writes it with mode 0600",
)
OTHER_CLOCK = fault(
    "RC-564",
    "The node's clock is not the controller's",
    cause="Tokens of registries and certificates are refused before and after their time, and times in logs mean nothing.",
    remedy="Let a time service set the clock: timedatectl set-ntp true",
    source="systemd-timesyncd(8); RFC 5280, 4.1.2.5",
    severity="warning",
    causes=("RC-373", "RC-421"),
    question=CLOCK,
)

FAULTS = listed(globals())
