# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The raylet's service and the session of its Ray.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import fault, listed
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import (
    NO_CONTAINERS,
    NO_RAYLET,
    SESSION,
    UNIT,
)

FOREIGN_SESSION = fault(
    "RC-508",
    "Ray's session belongs to another account",
    cause="Somebody ran `ray start` as another account on this node, for instance with sudo, and its session below /tmp/ray"
    " stayed: the raylet cannot write there.",
    remedy="Stop that Ray with `ray stop` as the account that started it, and remove its session below /tmp/ray",
    source="Ray 2.60.0 _private/node.py",
    question=SESSION,
    causes=("RC-401", "RC-409", "RC-509", "RC-560", "RC-567", "RC-568", *NO_RAYLET, *NO_CONTAINERS),
)
ANOTHER_SESSION = fault(
    "RC-510",
    "Another Ray has been started beside the raylet",
    cause="The link session_latest points to the session that was started last, and programs that look for the cluster find"
    " that one.",
    remedy="Stop the other Ray with `ray stop`, and restart the raylet",
    source="Ray 2.60.0 _private/node.py, session_latest",
    question=SESSION,
    causes=("RC-401", *NO_CONTAINERS),
)
SESSION_GONE = fault(
    "RC-511",
    "Files of the running raylet's session are gone",
    cause="Somebody, or a program that cleans /tmp, removed them; nobody can reach the raylet any more.",
    remedy="Restart the raylet, and keep what cleans /tmp away from /tmp/ray",
    source="Ray 2.60.0 _private/node.py; tmpfiles.d(5)",
    question=SESSION,
    causes=("RC-401", "RC-563", *NO_RAYLET, *NO_CONTAINERS),
)
DROP_IN = fault(
    "RC-520",
    "A drop-in changes the raylet's service",
    cause="A file below raylet.service.d, or another text of the unit in a directory that comes first, overrides what the"
    " site wrote: variables, account or commands.",
    remedy="Remove the file, run systemctl daemon-reload, and restart the raylet",
    source="systemd.unit(5), drop-ins",
    question=UNIT,
    causes=("RC-442", "RC-351", "RC-401", "RC-409", "RC-525", "RC-572", *NO_RAYLET, *NO_CONTAINERS),
)
MASKED = fault(
    "RC-521",
    "The raylet's service is masked",
    cause="The command systemctl mask was run, which keeps a unit from being started by anything.",
    remedy="systemctl unmask raylet.service",
    source="systemctl(1), mask",
    question=UNIT,
    causes=NO_RAYLET,
)
DISABLED = fault(
    "RC-522",
    "The raylet's service is not started at boot",
    cause="The command systemctl disable was run.",
    remedy="systemctl enable raylet.service",
    source="systemctl(1), disable",
    severity="warning",
    question=UNIT,
    healed="raylet enables it",
)
EDITED = fault(
    "RC-523",
    "The raylet's service is not the one that the site wrote",
    cause="Somebody edited /etc/systemd/system/raylet.service after the last run of the site.",
    remedy="Run the site, which writes it again; put what you need into the inventory",
    source="this collection, module raylet",
    severity="warning",
    question=UNIT,
    causes=("RC-524", "RC-525"),
    healed="raylet writes it again",
)
NOT_RELOADED = fault(
    "RC-524",
    "systemd has an older text of the raylet's service",
    cause="The file was changed and systemd not reloaded; the next start would not be the one that the file describes.",
    remedy="systemctl daemon-reload",
    source="systemctl(1), daemon-reload",
    severity="warning",
    question=UNIT,
)
OTHER_ENVIRONMENT = fault(
    "RC-525",
    "The raylet runs with other variables than its unit sets",
    cause="The unit, or a drop-in that is gone again, was another one when the raylet was started.",
    remedy="systemctl restart raylet.service",
    source="proc(5), environ; systemd.exec(5)",
    question=UNIT,
    causes=NO_CONTAINERS,
)

FAULTS = listed(globals())
