# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Raylets: what keeps a node's Ray from running as a member of its cluster.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import fault, listed, said_by
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import (
    HEAD,
    NO_RAYLET,
    NODES,
    PORTS,
    RAYLET,
    SERVE,
    SESSION,
    UNIT,
)

NOT_RUNNING = fault(
    "RC-413",
    "The raylet does not run, or not for long",
    said_by("this collection", r"^raylet\.service is \w+ \("),
    cause="Its service is not active, or was just started again because the raylet had ended.",
    remedy="Read journalctl -u raylet on this node for why it ends, or run the site again if it was stopped",
    source="systemctl show raylet.service; the unit has Restart=always",
    question=UNIT,
    causes=("RC-414", "RC-480", "RC-483", "RC-484"),
    elsewhere=("RC-560",),
    healed="raylet starts it",
    certain=False,
)
NO_DASHBOARD = fault(
    "RC-414",
    "The dashboard does not tell how the applications are",
    said_by(
        "this collection",
        r"^Ray's dashboard does not answer at ",
        r"^Ray behind the dashboard at \S+ is not ready",
        r"^\S+ does not answer like Ray's dashboard",
        r"^The head's Ray has no Serve",
    ),
    cause="The dashboard of the head is not there, or what it depends on (the control service, Serve) does not answer.",
    remedy="Wait where the head was just started; else look at gcs_server.out, dashboard.log and dashboard_ServeHead.log in"
    " /tmp/ray/session_latest/logs on the head",
    source="Ray 2.60.0 dashboard/modules/serve/serve_head.py",
    question=SERVE,
    certain=False,
    generic=True,
)
NO_LOG = fault(
    "RC-415",
    "A log of this node cannot be read",
    said_by("this collection", r"^cannot be read: "),
    cause="The program that reads it did not answer in time: the node is busy, or its disk is.",
    remedy="Run the diagnosis again, or read the log on the node",
    source="this collection: journalctl -u raylet",
    severity="warning",
    certain=False,
    generic=True,
)
FOREIGN_CLUSTER_FILE = fault(
    "RC-509",
    "Ray's note of the running cluster belongs to another account",
    said_by("Ray", r"Permission denied: '?\S*/ray_current_cluster", versions="2.9 to 2.60"),
    cause="Somebody ran `ray start` as another account on this node, for instance with sudo, and its"
    " /tmp/ray/ray_current_cluster stayed.",
    remedy="Stop that Ray with `ray stop` as the account that started it, and remove /tmp/ray/ray_current_cluster",
    source="Ray 2.60.0 _private/utils.py write_ray_address; _private/ray_constants.py",
    question=SESSION,
    causes=NO_RAYLET,
)
ANOTHER_RAY = fault(
    "RC-566",
    "Another Ray runs on this host",
    said_by("Ray", r"Ray is trying to start at \S+ but is already running at", r"\bis already running at\b"),
    cause="It holds the ports and the session that the raylet's service would have.",
    remedy="Stop it with `ray stop`, as the account that started it",
    source="Ray 2.60.0 scripts/scripts.py start",
    question=PORTS,
    causes=NO_RAYLET,
)
NO_ADDRESS = fault(
    "RC-565",
    "The raylet's address is not one of this host",
    said_by("Ray", r"Cannot assign requested address", r"Could not find any valid IP"),
    cause="No interface of this host has the address that ray_node_ip_address, or ansible_host, names.",
    remedy="Set ray_node_ip_address to the address by which the other nodes reach this one",
    source="Ray 2.60.0 ray start --node-ip-address",
    question=RAYLET,
    causes=NO_RAYLET,
)
NO_MEMBER = fault(
    "RC-563",
    "The raylet does not answer as a member of its cluster",
    cause="Its agent is not there, hangs, or is told by the head that it does not know this raylet.",
    remedy="Read raylet.out and dashboard_agent.log in /tmp/ray/session_latest/logs on this node; the service starts again by"
    " systemctl restart raylet.service",
    source="Ray 2.60.0 dashboard/modules/reporter/healthz_agent.py",
    question=RAYLET,
    causes=("RC-414", "RC-480", "RC-483", "RC-484"),
    certain=False,
    generic=True,
)
PORT_TAKEN = fault(
    "RC-562",
    "A port of Ray's is taken by another program",
    said_by(
        "Ray",
        r"Failed to start the grpc server\. The specified port is \d+",
        r"Failed to add any wildcard listeners",
        r"[Ff]ailed to bind to (?:address|port).*[Aa]ddress already in use",
        versions="2.9 to 2.60",
    ),
    cause="It listens on a port that the raylet's processes are to have.",
    remedy="Stop that program, or choose another port in ray_ports, ray_port or ray_dashboard_port",
    source="Ray 2.60.0 src/ray/rpc/grpc_server.cc",
    question=PORTS,
    causes=NO_RAYLET,
)
NO_HEAD = fault(
    "RC-560",
    "The head does not answer this node",
    said_by(
        "Ray",
        r"Failed to connect to GCS",
        r"Timed out while waiting for GCS",
        r"Failed to get cluster ID",
        r"Unable to connect to GCS",
        r"GCS (?:has been|may have been) killed|Disconnected from GCS",
        r"Failed to connect to ray cluster|could not connect to the GCS",
        versions="2.9 to 2.60",
    ),
    cause="Its raylet does not run, or a firewall or a missing route is in between.",
    remedy="Look whether the head runs (`systemctl status raylet` there) and lets this node reach its ports",
    source="Ray 2.60.0 src/ray/gcs_rpc_client/rpc_client.h, gcs_client.cc",
    question=HEAD,
    causes=("RC-413", "RC-561", "RC-567", "RC-572", "RC-480", "RC-483", "RC-484"),
    certain=False,
)
LOST = fault(
    "RC-561",
    "The head took this node for dead",
    said_by(
        "Ray",
        r"has been marked dead because",
        r"missed too many heartbeats|failed \d+ consecutive health checks",
        versions="2.9 to 2.60",
    ),
    cause="The head could not reach the raylet for longer than its health check waits: the network was away, or the node too"
    " busy to answer.",
    remedy="Open the node's ports to the head (docs/ports.md), and look at the node's load",
    source="Ray 2.60.0 src/ray/gcs/gcs_health_check_manager.cc",
    question=RAYLET,
    causes=("RC-413", "RC-480", "RC-483", "RC-484"),
    certain=False,
)
NODE_CLOSED = fault(
    "RC-569",
    "The head does not reach a node",
    cause="A firewall, or a missing route, is between the head and the ports of that node.",
    remedy="Let the head reach the ports of the node (docs/ports.md)",
    source="this collection, docs/ports.md",
    question=NODES,
    causes=("RC-561", "RC-480", "RC-483", "RC-484", "RC-581"),
)
AGENT_DIED = fault(
    "RC-568",
    "The raylet ended because one of its agents did",
    said_by(
        "Ray",
        r"The raylet exited immediately because one Ray agent failed",
        r"The raylet exited immediately because the Ray agent failed",
        r"[Aa]gent process .* (?:exited|failed)|Ray agent exited",
        r"Timed out waiting for file \S*(?:agent|port)\S*",
        versions="2.9 to 2.60",
    ),
    cause="A raylet and its two agents live and die together. The agent could not start, took longer than the 15 s that Ray"
    " gives it, was killed because memory ran out, or found its port taken.",
    remedy="Read dashboard_agent.log and runtime_env_agent.log in /tmp/ray/session_latest/logs on this node",
    source="Ray 2.60.0 src/ray/raylet/agent_manager.cc, node_manager.cc",
    question=RAYLET,
    causes=("RC-567", *NO_RAYLET),
    certain=False,
    generic=True,
)
SLOW_START = fault(
    "RC-567",
    "Ray's processes took longer to start than Ray waits",
    said_by("Ray", r"timed out during startup\. This could happen", versions="2.9 to 2.60"),
    cause="The raylet did not come up in the time that `ray start` gives it. Where its agents say nothing else the host is"
    " too busy: Ray gives them 15 s.",
    remedy="Look what else runs on the host, or run the site again: the service goes on trying",
    source="Ray 2.60.0 _private/node.py; raylet/node_manager.cc",
    question=RAYLET,
    causes=NO_RAYLET,
    certain=False,
    generic=True,
)
REFUSED = fault(
    "RC-572",
    "Ray does not start with these settings",
    said_by(
        "Ray",
        r"^Usage: ray start ",
        r"^Error: (?:No such option|Invalid value|Got unexpected|Missing|Option )",
    ),
    cause="`ray start` says so and ends; the raylet's service tries again for ever.",
    remedy="Correct the variable that sets what it names; `journalctl -u raylet` on the host has all that it said",
    source="Ray 2.60.0 scripts/scripts.py start, _private/parameter.py",
    question=RAYLET,
    causes=NO_RAYLET,
    generic=True,
)
KILLED_BY_KERNEL = fault(
    "RC-544",
    "The kernel killed a process of Ray's because memory ran out",
    said_by("kernel", r"[Oo]ut of memory: Killed process \d+", r"oom-kill:constraint", r"Memory cgroup out of memory"),
    said_by("systemd", r"A process of this unit has been killed by the OOM killer", r"Failed with result 'oom-kill'"),
    cause="The node's memory, or that of a cgroup, is used up.",
    remedy="Run fewer replicas on this node, give them less to do, or give the node more memory",
    source="proc(5), oom_score; systemd.service(5), OOMPolicy",
    cleared_by=SERVE,
    causes=("RC-405", "RC-412", "RC-413", "RC-561", "RC-568", "RC-483", "RC-484"),
    certain=False,
)
KILLED_BY_RAY = fault(
    "RC-545",
    "Ray killed workers because memory ran out",
    said_by(
        "Ray",
        r"killed due to (?:memory pressure|the node running low on memory)",
        r"Killing worker .*memory|memory usage .*above (?:the )?threshold",
        versions="2.9 to 2.60",
    ),
    cause="The node's memory was used beyond RAY_memory_usage_threshold (0.95), and Ray's monitor ends workers before the"
    " kernel does.",
    remedy="Run fewer replicas on this node, give them less to do, or give the node more memory",
    source="Ray 2.60.0 src/ray/common/memory_monitor.cc",
    cleared_by=SERVE,
    causes=("RC-405", "RC-412", "RC-481", "RC-483", "RC-484"),
    certain=False,
)
DAMAGED_RAY = fault(
    "RC-573",
    "The node's Ray cannot be run",
    said_by("kernel", r"bad interpreter: No such file", r"\bray: (?:[Pp]ermission denied|cannot execute|No such file)"),
    said_by("systemd", r"Failed at step EXEC spawning \S*ray", r"Unable to locate executable '?\S*/ray\b"),
    cause="Files of its virtual environment, or the Python that it was made of, are gone or damaged.",
    remedy="Run the site again: ray_runtime makes it again; where it does not, remove the directory below ray_path first",
    source="this collection, module ray_runtime",
    cleared_by=RAYLET,
    causes=NO_RAYLET,
    healed="ray_runtime makes it again",
)

FAULTS = listed(globals())
