# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Further arguments of `ray start`: which there are, which the collection gives itself, and what is wrong with one.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.wrong import Wrong
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_settings import RayletSettings
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Problem, Rule, of_each_host

__all__ = ["FREE", "OWNED", "RULES", "SECRET", "wrong_argument"]

ARGUMENT_FORM = Entry(
    code="RC-221",
    title="A start argument is not one option of ray start",
    severity="error",
    cause="Each entry of the list is one word of a command line, and goes to the program as it stands.",
    remedy="Write --name or --name=value, one option in each entry",
    source="this collection, module raylet, option start_arguments",
)
ARGUMENT_OWNED = Entry(
    code="RC-222",
    title="A start argument contradicts what the collection sets",
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
    "head": "Put the host into the group ray_head",
    "address": "The head is the host of the group ray_head; its port is ray_port",
    "port": "Set ray_port",
    "block": "Remove it: the service runs Ray in the foreground",
    "node-ip-address": "Set ray_node_ip_address",
    "num-cpus": "Set ray_num_cpus",
    "num-gpus": "Set ray_num_gpus",
    "resources": "Set ray_resources",
    "object-store-memory": "Set ray_object_store_memory",
    "include-dashboard": "Remove it: Serve is deployed through the dashboard",
    "dashboard-host": "Set ray_dashboard_host",
    "dashboard-port": "Set ray_dashboard_port",
    "node-manager-port": "Set node_manager in ray_ports",
    "object-manager-port": "Set object_manager in ray_ports",
    "runtime-env-agent-port": "Set runtime_env_agent in ray_ports",
    "dashboard-agent-grpc-port": "Set dashboard_agent_grpc in ray_ports",
    "dashboard-agent-listen-port": "Set dashboard_agent in ray_ports",
    "metrics-export-port": "Set metrics_export in ray_ports",
    "ray-client-server-port": "Set ray_client_server in ray_ports",
    "min-worker-port": "Set worker_minimum in ray_ports",
    "max-worker-port": "Set worker_maximum in ray_ports",
    "worker-port-list": "Set worker_minimum and worker_maximum in ray_ports",
    "redis-shard-ports": "Remove it: the head keeps its state without Redis",
    "temp-dir": "Remove it: application containers and the parity checks expect /tmp/ray",
    "disable-usage-stats": "Set RAY_USAGE_STATS_ENABLED in ray_environment",
}

#: Options whose values nobody else may read.
SECRET = ("redis-password", "redis-username")

#: What is left of `ray start` (Ray 2.60.0 scripts/scripts.py).
FREE = frozenset(
    (
        *("node-name", "labels", "labels-file", "memory", "plasma-directory", "object-spilling-directory"),
        *("system-config", "autoscaling-config", "no-redirect-output", "enable-object-reconstruction", "no-monitor"),
        *("tracing-startup-hook", "ray-debugger-external", "include-log-monitor", "proxy-server-url"),
        *("enable-resource-isolation", "system-reserved-cpu", "system-reserved-memory", "cgroup-path"),
        *("log-style", "log-color", "verbose"),
    )
)

_FORM = re.compile(r"--(?P<name>[a-z][a-z0-9-]*)(?:=(?P<value>[^\r\n\0]*))?")


def wrong_argument(written: object) -> Wrong | None:
    """Why this is no argument to add to `ray start`; None when it is one."""
    matched = _FORM.fullmatch(written) if isinstance(written, str) else None
    if matched is None:
        return Wrong(ARGUMENT_FORM, f"{_shown(written)} is not --name or --name=value in one line")
    name = matched["name"]
    if name in OWNED:
        return Wrong(ARGUMENT_OWNED, f"--{name} is the collection's own", OWNED[name])
    if name in SECRET:
        return Wrong(ARGUMENT_SECRET, f"--{name} would stand on the command line")
    if name not in FREE:
        return Wrong(ARGUMENT_UNKNOWN, f"ray start of Ray 2.60.0 has no --{name}")
    return None


def _shown(written: object) -> str:
    """An argument without its value, which may be anything."""
    if not isinstance(written, str):
        return f"an entry that is no text ({type(written).__name__})"
    return repr(written.partition("=")[0].split("\n")[0][:40])


def _rule_of(entry: Entry) -> Rule:
    """The rule that finds the arguments which are wrong in the way of *entry*."""

    def check(settings: RayletSettings) -> t.Iterator[Problem]:
        written = settings.get("start_arguments")
        for index, argument in enumerate(written if isinstance(written, list) else []):
            wrong = wrong_argument(argument)
            if wrong and wrong.entry is entry:
                yield Problem(f"ray_start_arguments[{index}] of {settings.host}", wrong.evidence, wrong.remedy)

    return of_each_host(entry, check)


RULES = tuple(_rule_of(entry) for entry in (ARGUMENT_FORM, ARGUMENT_OWNED, ARGUMENT_SECRET, ARGUMENT_UNKNOWN))
