# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Further arguments of `ray start`: which there are, which the collection gives itself, and what is wrong with one.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.check import (
    ValueCheck,
    Violation,
    words_check,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.ports import PORTS
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import OPTIONS

__all__ = ["CHECKS", "OWNED", "SECRET", "judged_argument"]

ARGUMENT_FORM = Entry(
    code="RC-221",
    title="A start argument is not an option of ray start",
    severity="error",
    cause="Each entry of the list is one word of a command line, and goes to the program as it stands.",
    remedy="Write --name or --name=value, one option in each entry",
    source="this collection, module raylet, option start_arguments",
)
ARGUMENT_OWNED = Entry(
    code="RC-222",
    title="A start argument is set by the collection",
    severity="error",
    cause="The collection gives this option itself, or would not work with another value of it.",
    remedy="Remove it, and use the variable that there is for it",
    source="this collection, _core/raylet/command.py; Ray 2.60.0 scripts/scripts.py `start`",
)
ARGUMENT_SECRET = Entry(
    code="RC-223",
    title="A start argument holds a secret",
    severity="error",
    cause="Every user of the node can read the command lines of its processes.",
    remedy="Remove it: the head keeps its state on its own disk, without Redis",
    source="Ray 2.60.0 scripts/scripts.py: --redis-password; proc(5)",
)
ARGUMENT_UNKNOWN = Entry(
    code="RC-224",
    title="ray start may not know an argument",
    severity="warning",
    cause="Ray 2.60.0 has no option of this name and does not start with it; another version may.",
    remedy="Compare it with `ray start --help` of the version in ray_version",
    source="Ray 2.60.0 scripts/scripts.py `start`",
)

#: Options that the collection gives, or that it could not work with: what to use instead.
OWNED: t.Mapping[str, str] = {
    **{row.flag: f"Set {row.variable}" for row in OPTIONS if row.flag},
    **{row.flag: f"Set {row.name} in ray_ports" for row in PORTS},
    "head": "Put the host into the group ray_head",
    "address": "The head is the host of the group ray_head; its port is ray_port",
    "block": "Remove it: the service runs Ray in the foreground",
    "include-dashboard": "Remove it: Serve is deployed through the dashboard",
    "worker-port-list": "Set worker_minimum and worker_maximum in ray_ports",
    "redis-shard-ports": "Remove it: the head keeps its state without Redis",
    "temp-dir": "Remove it: application containers and the parity checks expect /tmp/ray",
    "disable-usage-stats": "Set RAY_USAGE_STATS_ENABLED in ray_environment",
}

#: Options whose values nobody else may read.
SECRET = ("redis-password", "redis-username")

#: Further ones of `ray start` (Ray 2.60.0 scripts/scripts.py).
_KNOWN = frozenset(
    (
        *("node-name", "labels", "labels-file", "memory", "plasma-directory", "object-spilling-directory"),
        *("system-config", "autoscaling-config", "no-redirect-output", "enable-object-reconstruction", "no-monitor"),
        *("tracing-startup-hook", "ray-debugger-external", "include-log-monitor", "proxy-server-url"),
        *("enable-resource-isolation", "system-reserved-cpu", "system-reserved-memory", "cgroup-path"),
        *("log-style", "log-color", "verbose"),
    )
)

_FORM = re.compile(r"--(?P<name>[a-z][a-z0-9-]*)(?:=(?P<value>[^\r\n\0]*))?")


def judged_argument(written: object) -> tuple[Entry, Violation] | None:
    """What is wrong with an argument that is to be added to `ray start`; None when nothing is."""
    matched = _FORM.fullmatch(written) if isinstance(written, str) else None
    if matched is None:
        return ARGUMENT_FORM, Violation(f"{_shown(written)} is not --name or --name=value in one line")
    name = matched["name"]
    if name in OWNED:
        return ARGUMENT_OWNED, Violation(f"--{name} is the collection's own", remedy=OWNED[name])
    if name in SECRET:
        return ARGUMENT_SECRET, Violation(f"--{name} would be on the command line")
    if name not in _KNOWN:
        return ARGUMENT_UNKNOWN, Violation(f"ray start of Ray 2.60.0 has no --{name}")
    return None


def _shown(written: object) -> str:
    """An argument without its value, which may be anything."""
    if not isinstance(written, str):
        return f"an entry that is no text ({type(written).__name__})"
    return repr(written.partition("=")[0].split("\n")[0][:40])


CHECKS = tuple(
    ValueCheck(entry, words_check(entry, judged_argument))
    for entry in (ARGUMENT_FORM, ARGUMENT_OWNED, ARGUMENT_SECRET, ARGUMENT_UNKNOWN)
)
