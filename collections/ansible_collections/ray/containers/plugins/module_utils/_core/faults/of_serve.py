# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serve and its applications.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import fault, listed, said_by
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import SERVE

NO_ROOM = fault(
    "RC-480",
    "No node has what a replica asks for",
    said_by("Serve", r"taken more than \d+s to be scheduled", versions="2.9 to 2.60"),
    cause="A replica's num_cpus, num_gpus, memory or resources are not free on any node.",
    remedy="Ask for less in ray_actor_options, remove another application, or add a node",
    source="Ray 2.60.0 serve/_private/deployment_state.py",
    question=SERVE,
    causes=("RC-483", "RC-484"),
    certain=False,
    generic=True,
)
OWN_CODE = fault(
    "RC-481",
    "The application's own code fails to start",
    said_by(
        "Serve",
        r"A replica failed to start with exception",
        r"failed to start \d+ times in a row",
        r"Deploying app '.*' failed with exception",
        r"ServeReplica.*initialize_and_get_metadata\(\)",
        versions="2.9 to 2.60",
    ),
    cause="The constructor of a deployment, or the application's builder, raised the exception that is shown.",
    remedy="Correct the application or its image; the traceback is in the Serve status and in the replica's log",
    source="Ray 2.60.0 serve/_private/deployment_state.py, application_state.py",
    question=SERVE,
    causes=("RC-483", "RC-484"),
    certain=False,
    generic=True,
)
PROXY_PORT = fault(
    "RC-482",
    "The port of Serve's proxy is taken",
    said_by(
        "Serve",
        r"Failed to bind to address .* \[?(?:Errno 98|address already in use)",
        r"\[Errno 98\].*[Aa]ddress already in use",
        r"Failed to bind Ray Serve (?:HTTP|gRPC) proxy",
        versions="2.9 to 2.60",
    ),
    cause="Another program on this node listens where http_options says.",
    remedy="Stop that program, or choose another http_options.port",
    source="Ray 2.60.0 serve/_private/proxy.py",
    cleared_by=SERVE,
    causes=("RC-581",),
    certain=False,
)
PROXY = fault(
    "RC-581",
    "A proxy of Serve does not answer",
    said_by("this collection", r"^the proxy on \S+ is (?:not there|[A-Z]+)"),
    cause="Serve calls its applications RUNNING, and through this node nobody can ask them.",
    remedy="Read proxy_*.log in /tmp/ray/session_latest/logs/serve on this node",
    source="Ray 2.60.0 serve/_private/proxy_state.py",
    question=SERVE,
    certain=False,
    generic=True,
)
NO_CONTROLLER = fault(
    "RC-582",
    "Serve does not run, although applications were deployed",
    cause="Its controller ended, somebody ran serve shutdown, or the head lost what it remembers.",
    remedy="Run the site, which deploys the Serve config again",
    source="Ray 2.60.0 serve/_private/controller.py",
    question=SERVE,
    causes=("RC-581", "RC-584"),
    healed="serve_config deploys again",
)
NOT_DEPLOYED = fault(
    "RC-584",
    "An application of the last good Serve config is not there",
    cause="Somebody deployed another Serve config by hand, or removed the application.",
    remedy="Run the site, which deploys the Serve config again",
    source="this collection: record of the module serve_config",
    severity="warning",
    question=SERVE,
    healed="serve_config deploys again",
)
NOT_WELL = fault(
    "RC-483",
    "An application is not well",
    said_by("this collection", r"^application .+ is (?:UNHEALTHY|DEPLOY_FAILED)\b"),
    cause="Serve says so, and no known fault explains it; what it says is shown.",
    remedy="Correct what is shown; the tracebacks are in the Serve status and in the replica's log on its node",
    source="Ray 2.60.0 serve/_private/application_state.py",
    question=SERVE,
    certain=False,
    generic=True,
)
UNSETTLED = fault(
    "RC-484",
    "An application is still starting or stopping",
    said_by("this collection", r"^application .+ is \w"),
    cause="Serve has not reached what the Serve config asks for, and gives no reason.",
    remedy="Wait and run the diagnosis again; if it stays so, look at serve status, at raylet.err and at podman ps -a",
    source="Ray 2.60.0 serve/_private/application_state.py",
    severity="warning",
    question=SERVE,
    certain=False,
    generic=True,
)

FAULTS = listed(globals())
