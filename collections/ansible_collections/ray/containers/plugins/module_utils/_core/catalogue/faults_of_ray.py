# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-400 to RC-419: Ray and its sessions. RC-480 to RC-499: Serve and its applications.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.fault import Fault, fault

__all__ = ["FAULTS_OF_RAY"]

FAULTS_OF_RAY: tuple[Fault, ...] = (
    fault(
        "RC-401",
        "The image's user is not the one that the raylet runs as",
        r"Permission denied:? '?\S*/session_\S+",
        r"(?<!\S)(?=\S*/session_)(?=\S*(?:\.lock|events/|sockets/))\S+ Permission denied",
        r"Failed opening file (?=\S*logs/)(?=\S*events/)\S+ for writing: Permission denied",
        r"Unhandled exception: .*spdlog_ex.*Permission denied",
        r"ports_by_node\.json\.lock",
        r"exited with status 134 and said nothing",
        cause="The Ray session's directory belongs to the account that started Ray. Ray starts application containers"
        " with --userns=keep-id, which maps that account to itself, and the image's USER is another one.",
        remedy="Run the raylet as the uid of the image's USER (ray_uid; Ray's own images use 1000), or build the"
        " image with that USER or none",
        source="Ray guide, Run Multiple Applications in Different Containers: Troubleshooting; since Ray 2.4x the"
        " lock file is gone and the same cause shows at logs/events",
    ),
    fault(
        "RC-404",
        "Ray or Python differ between the node and an image",
        r"Version mismatch: The cluster was started with",
        r"Ray version mismatch: cluster has Ray version",
        r"(?:default_worker|setup_worker)\.py: error: unrecognized arguments",
        cause="Worker and raylet speak an internal protocol that changes with every release, and pickled objects"
        " change with Python. Ray only reports the difference for workers and goes on, until something breaks.",
        remedy="Build the image with the Ray of the node (ray_version) and the node's Python to the patch number, or"
        " change the node's; ray.containers.version_parity_info shows what differs",
        source="Ray guide: versions must match exactly; Ray 2.60.0 _private/utils.py check_version_info",
    ),
    fault(
        "RC-405",
        "Application containers die before their worker registers",
        r"have not registered within the timeout\. The process is dead",
        cause="The container ended while it started. Ray starts another one for ever, and the application stays"
        " DEPLOYING without a message.",
        remedy="Look at the lines before this one in raylet.err, at podman ps -a and podman logs as the Ray user, and"
        " compare user and versions of the image with the node's",
        source="Ray 2.60.0 raylet/worker_pool.cc:660",
        certain=False,
        generic=True,
    ),
    fault(
        "RC-406",
        "Application containers take longer to start than Ray waits",
        r"have not registered within the timeout\. The process is still alive",
        cause="The first container of an image with --userns=keep-id copies the whole image to change its owners, or"
        " the disk is slow; Ray kills it after RAY_worker_register_timeout_seconds (60) and starts anew.",
        remedy="Let ray.containers.app_images prepare the image, use the overlay driver, or raise"
        " RAY_worker_register_timeout_seconds (in exactly this spelling) in ray_environment",
        source="Ray 2.60.0 raylet/worker_pool.cc:660; podman#13805, podman#16541",
        certain=False,
    ),
    fault(
        "RC-407",
        "Ray remembers an earlier failure and does not try again",
        r"Runtime env already failed",
        cause="A failed runtime environment is remembered on its node for BAD_RUNTIME_ENV_CACHE_TTL_SECONDS (600).",
        remedy="Correct the failure before this one in the log, then wait, or restart the raylet of this node",
        source="Ray 2.60.0 _private/runtime_env/agent/runtime_env_agent.py GetOrCreateRuntimeEnv",
        generic=True,
    ),
    fault(
        "RC-408",
        "Getting the image ready took longer than Ray waits",
        r"Failed to install runtime_env within the timeout of \d+ seconds",
        cause="Ray pulls a missing image within runtime_env.config.setup_timeout_seconds (600).",
        remedy="Pull the image beforehand on every node (ray.containers.app_images), or raise setup_timeout_seconds",
        source="Ray 2.60.0 _private/runtime_env/agent/runtime_env_agent.py",
    ),
    fault(
        "RC-409",
        "Ray's token is missing, unreadable, or another one",
        r"RAY_AUTH_TOKEN_PATH is set but file cannot be opened or is empty",
        r"Invalid or missing authentication token",
        r"Token authentication is enabled but no authentication token was found",
        cause="With RAY_AUTH_MODE=token every process of the cluster shows the same token; Ray mounts the Ray user's"
        " file into the containers, where the image's user must be able to read it.",
        remedy="Give every node the same ~/.ray/auth_token of the Ray user with mode 0600, and images the Ray user's"
        " uid",
        source="Ray 2.60.0 _private/authentication; image_uri.py mounts the token file",
    ),
    fault(
        "RC-410",
        "An environment variable holds a single quote",
        r"unexpected EOF while looking for matching [`']'",
        cause="Ray puts the values of env_vars into a shell command between single quotes and does not escape them.",
        remedy="Remove the single quote from the value in env_vars",
        source="Ray 2.60.0 _private/runtime_env/image_uri.py _modify_context_impl",
    ),
    fault(
        "RC-411",
        "image_uri stands beside fields that it cannot be used with",
        r"The 'image_uri' field currently cannot be used together with other fields of runtime_env",
        cause="Only config and env_vars can be used with image_uri.",
        remedy="Move what the other fields did into the image",
        source="Ray 2.60.0 _private/runtime_env/image_uri.py ImageURIPlugin.get_compatible_keys",
    ),
    fault(
        "RC-412",
        "An application container ended with an error",
        r"container \w+ of image \S+ exited with status \d+",
        cause="Its program ended by itself; its last line is shown.",
        remedy="Read podman logs of this container as the Ray user",
        source="Ray passes no --rm, so ended containers stay to be looked at (Ray 2.60.0"
        " _private/runtime_env/image_uri.py)",
        certain=False,
        generic=True,
    ),
    fault(
        "RC-413",
        "The raylet does not run, or not for long",
        r"^raylet\.service is \w+ \(",
        cause="Its service is not active, or was just started again because the raylet had ended.",
        remedy="Read journalctl -u raylet on this node for why it ends, or run the site again if it was stopped",
        source="systemctl show raylet.service; the unit has Restart=always",
        certain=False,
    ),
    fault(
        "RC-414",
        "The dashboard does not tell how the applications are",
        r"^Ray's dashboard does not answer at ",
        r"^Ray behind the dashboard at \S+ is not ready",
        r"^\S+ does not answer like Ray's dashboard",
        r"^The head's Ray has no Serve",
        cause="The dashboard of the head is not there, or what stands behind it (the control service, Serve) does not answer.",
        remedy="Wait where the head was just started; else look at gcs_server.out, dashboard.log and dashboard_ServeHead.log in"
        " /tmp/ray/session_latest/logs on the head",
        source="Ray 2.60.0 dashboard/modules/serve/serve_head.py",
        certain=False,
        generic=True,
    ),
    fault(
        "RC-415",
        "A log of this node cannot be read",
        r"^cannot be read: ",
        cause="The program that reads it did not answer in time: the node is busy, or its disk is.",
        remedy="Run the diagnosis again, or read the log on the node",
        source="this collection: journalctl -u raylet",
        certain=False,
        generic=True,
    ),
    fault(
        "RC-480",
        "No node has what a replica asks for",
        r"taken more than \d+s to be scheduled",
        cause="A replica's num_cpus, num_gpus, memory or resources are not free on any node.",
        remedy="Ask for less in ray_actor_options, remove another application, or add a node",
        source="Ray 2.60.0 serve/_private/deployment_state.py",
        certain=False,
        generic=True,
    ),
    fault(
        "RC-481",
        "The application's own code fails to start",
        r"A replica failed to start with exception",
        r"failed to start \d+ times in a row",
        r"Deploying app '.*' failed with exception",
        r"ServeReplica.*initialize_and_get_metadata\(\)",
        cause="The constructor of a deployment, or the application's builder, raised the exception that is shown.",
        remedy="Correct the application or its image; the traceback is in the Serve status and in the replica's log",
        source="Ray 2.60.0 serve/_private/deployment_state.py, application_state.py",
        certain=False,
        generic=True,
    ),
    fault(
        "RC-482",
        "The port of Serve's proxy is taken",
        r"Failed to bind to address .* \[?(?:Errno 98|address already in use)",
        r"\[Errno 98\].*[Aa]ddress already in use",
        cause="Another program on this node listens where http_options says.",
        remedy="Stop that program, or choose another http_options.port",
        source="Ray 2.60.0 serve/_private/proxy.py",
        certain=False,
    ),
    fault(
        "RC-483",
        "An application is not well",
        r"^application .+ is (?:UNHEALTHY|DEPLOY_FAILED)\b",
        cause="Serve says so, and no known fault explains it; what it says is shown.",
        remedy="Correct what is shown; the tracebacks are in the Serve status and in the replica's log on its node",
        source="Ray 2.60.0 serve/_private/application_state.py",
        certain=False,
        generic=True,
    ),
    Fault(
        Entry(
            "RC-484",
            "An application is still starting or stopping",
            "warning",
            "Serve has not reached what the Serve config asks for, and gives no reason.",
            "Wait and run the diagnosis again; if it stays so, look at serve status, at raylet.err and at podman ps -a",
            "Ray 2.60.0 serve/_private/application_state.py",
        ),
        (r"^application .+ is \w",),
        certain=False,
        generic=True,
    ),
)
