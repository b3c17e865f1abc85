# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Further arguments of `ray start`: which there are, which the collection gives itself, and what is wrong with one.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import raylets as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.wrong import Wrong

__all__ = ["FREE", "OWNED", "SECRET", "wrong_argument"]

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
        return Wrong(catalogue.ARGUMENT_FORM, f"{_shown(written)} is not --name or --name=value in one line")
    name = matched["name"]
    if name in OWNED:
        return Wrong(catalogue.ARGUMENT_OWNED, f"--{name} is the collection's own", OWNED[name])
    if name in SECRET:
        return Wrong(catalogue.ARGUMENT_SECRET, f"--{name} would stand on the command line")
    if name not in FREE:
        return Wrong(catalogue.ARGUMENT_UNKNOWN, f"ray start of Ray 2.60.0 has no --{name}")
    return None


def _shown(written: object) -> str:
    """An argument without its value, which may be anything."""
    if not isinstance(written, str):
        return f"an entry that is no text ({type(written).__name__})"
    return repr(written.partition("=")[0].split("\n")[0][:40])
