# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ray and Serve say, from Ray 2.9 to 2.60, and what this collection says of them."""

from __future__ import annotations

_POOL = "[2026-11-23 06:52:18,981 E 28915 28915] (raylet) worker_pool.cc:660: Some workers of the worker process(30577) have not"

#: Code, who says it, text.
WORDS = [
    # The guide's, in the words of old and of current Ray.
    (
        "RC-401",
        "Ray 2.9, Ray's guide",
        "Permission denied: '/tmp/ray/session_2023-11-28_15-27-22_167972_6026/ports_by_node.json.lock'",
    ),
    (
        "RC-401",
        "Ray 2.60",
        "PermissionError: [Errno 13] Permission denied: '/tmp/ray/session_2026-11-23_06-46-08_794989_21687/logs/events'",
    ),
    ("RC-401", "Ray 2.40", "open: /tmp/ray/session_2026-11-23_06-46-08_794989_21687/sockets/raylet Permission denied"),
    (
        "RC-401",
        "Ray 2.57",
        "Unhandled exception: N8spdlog8spdlog_exE. what(): Failed opening file /tmp/ray/session_2026-11-23_06-46-08_794989_2168"
        "7/logs/events/event_CORE_WORKER_4424.log for writing: Permission denied",
    ),
    (
        "RC-401",
        "Ray 2.57",
        "Failed opening file /tmp/r/session/logs/events/event_CORE_WORKER_1.log for writing: Permission denied",
    ),
    (
        "RC-401",
        "this collection",
        "container 0123456789ab of image localhost/a:1 exited with status 134 and said nothing",
    ),
    (
        "RC-404",
        "Ray 2.60",
        "    raise RuntimeError(error_message)\nRuntimeError: Version mismatch: The cluster was started with:\n    Ray: 2.60.0\n"
        "    Python: 3.11.2\nThis process on node 10.98.0.32 was started with:\n    Ray: 2.59.0\n    Python: 3.11.4\n",
    ),
    ("RC-404", "Ray 2.60", "Ray version mismatch: cluster has Ray version 2.60.0 but local Ray version is 2.59.0"),
    ("RC-404", "Ray 2.59", "default_worker.py: error: unrecognized arguments: --worker-id=00ff"),
    (
        "RC-405",
        "Ray 2.60",
        f"{_POOL} registered within the timeout. The process is dead, probably it crashed during start.",
    ),
    (
        "RC-406",
        "Ray 2.9",
        f"{_POOL} registered within the timeout. The process is still alive, probably it's hanging during start.",
    ),
    (
        "RC-407",
        "Ray 2.60",
        "INFO runtime_env_agent.py:644 -- Runtime env already failed. Env: {}, err: [Node 192.0.2.2] Traceback",
    ),
    (
        "RC-408",
        "Ray 2.9",
        "Failed to install runtime_env within the timeout of 600 seconds. Consider increasing the timeout",
    ),
    (
        "RC-409",
        "Ray 2.60",
        "RAY_AUTH_TOKEN_PATH is set but file cannot be opened or is empty: /home/ray/.ray/auth_token",
    ),
    ("RC-409", "Ray 2.52", "StatusCode.UNAUTHENTICATED details = Invalid or missing authentication token"),
    ("RC-409", "Ray 2.60", "Token authentication is enabled but no authentication token was found"),
    (
        "RC-409",
        "Ray 2.60",
        "ray.exceptions.AuthenticationError: RPC error: InvalidAuthToken: Authentication token is missing or incorrect. "
        "Ensure that the token for the cluster is available in a local file (e.g., ~/.ray/auth_token or via "
        "RAY_AUTH_TOKEN_PATH) or as the `RAY_AUTH_TOKEN` environment variable.\n",
    ),
    ("RC-409", "Ray 2.52", "403 Forbidden: Invalid authentication token"),
    ("RC-409", "Ray 2.52", "Failed to get cluster ID from GCS server: Unauthenticated: x"),
    ("RC-410", "bash", "bash: -c: line 1: unexpected EOF while looking for matching `''"),
    (
        "RC-411",
        "Ray 2.60",
        "ValueError: The 'image_uri' field currently cannot be used together with other fields of runtime_env.",
    ),
    (
        "RC-411",
        "Ray 2.9",
        "ValueError: The 'container' field currently cannot be used together with other fields of runtime_env.",
    ),
    ("RC-412", "this collection", "container 0123456789ab of image localhost/a:1 exited with status 1: Killed"),
    ("RC-413", "this collection", "raylet.service is failed (failed, result exit-code, started again 0 times)"),
    (
        "RC-414",
        "this collection",
        "Ray's dashboard does not answer at http://127.0.0.1:8265: the connection was refused",
    ),
    ("RC-414", "this collection", "Ray behind the dashboard at http://127.0.0.1:8265 is not ready: HTTP 503"),
    ("RC-414", "this collection", "http://127.0.0.1:8265 does not answer like Ray's dashboard: GET / gave '<html>'"),
    ("RC-414", "this collection", "The head's Ray has no Serve: the packages of ray[serve] are not installed"),
    ("RC-415", "this collection", "cannot be read: no end after 10 seconds"),
    ("RC-509", "Ray 2.60", "PermissionError: [Errno 13] Permission denied: '/tmp/ray/ray_current_cluster'"),
    (
        "RC-566",
        "Ray 2.60",
        "ConnectionError: Ray is trying to start at 192.0.2.1:6379, but is already running at 192.0.2.1:6379.",
    ),
    ("RC-565", "Ray 2.60", "OSError: [Errno 99] Cannot assign requested address"),
    ("RC-565", "Ray 2.9", "RuntimeError: Could not find any valid IP for 192.0.2.77"),
    (
        "RC-562",
        "Ray 2.60",
        "[2026-11-23 07:11:04,339 C 355 355] grpc_server.cc:134:  Check failed: server_ Failed to start the grpc server. The"
        " specified port is 9999. This means that Ray's core components will not be able to function correctly.",
    ),
    ("RC-562", "Ray 2.9", "E1123 07:11:04.339 server_chttp2.cc:40 Failed to add any wildcard listeners"),
    ("RC-562", "gRPC", "chttp2_server.cc: failed to bind to address 0.0.0.0:6379: Address already in use"),
    (
        "RC-560",
        "Ray 2.60",
        "[2026-11-23 07:11:04,339 W 355 355] rpc_client.h:153: Failed to connect to GCS at address 192.0.2.1:6379 within 5"
        " seconds.\n[2026-11-23 07:11:39,350 W 355 355] gcs_client.cc:210: Failed to get cluster ID from GCS server: TimedOut:"
        " Timed out while waiting for GCS to become available.\n",
    ),
    (
        "RC-560",
        "Ray 2.9",
        "Unable to connect to GCS (ray head) at 192.0.2.1:6379. Check that (1) Ray with matching version started",
    ),
    (
        "RC-560",
        "Ray 2.9",
        "GCS has been killed: it's either GCS is terminated by `ray stop` or is killed unexpectedly.",
    ),
    ("RC-560", "Ray 2.60", "Exception: Failed to connect to ray cluster at 192.0.2.1:6379"),
    (
        "RC-561",
        "Ray 2.60",
        "(raylet) The node with node id: ab and address: 192.0.2.11 and node name: 192.0.2.11 has been marked dead because the"
        " detector has missed too many heartbeats from it.",
    ),
    ("RC-561", "Ray 2.9", "gcs_health_check_manager.cc: Node ab failed 5 consecutive health checks"),
    (
        "RC-568",
        "Ray 2.60",
        "[2026-11-23 07:11:04,339 E 355 355] agent_manager.cc:107: The raylet exited immediately because one Ray agent failed,"
        " agent_name = dashboard_agent/1234.",
    ),
    ("RC-568", "Ray 2.9", "The raylet exited immediately because the Ray agent failed."),
    ("RC-568", "Ray 2.60", "agent_manager.cc:82: Agent process with name dashboard_agent/1234 exited, exit code 1."),
    ("RC-568", "Ray 2.60", "Timed out waiting for file /tmp/ray/session_latest/dashboard_agent_port"),
    (
        "RC-567",
        "Ray 2.60",
        "Exception: The current node timed out during startup. This could happen because some of the raylet failed"
        " to startup or the GCS has become overloaded.",
    ),
    (
        "RC-572",
        "click",
        "Usage: ray start [OPTIONS]\nTry 'ray start --help' for help.\n\nError: No such option: --no-such\n",
    ),
    ("RC-544", "kernel", "Out of memory: Killed process 812 (ray::ServeReplica) total-vm:1kB"),
    ("RC-544", "kernel", "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null)"),
    ("RC-544", "kernel", "Memory cgroup out of memory: Killed process 1"),
    ("RC-544", "systemd", "raylet.service: A process of this unit has been killed by the OOM killer."),
    ("RC-544", "systemd", "raylet.service: Failed with result 'oom-kill'."),
    (
        "RC-545",
        "Ray 2.9",
        "(raylet) 1 Workers (tasks / actors) killed due to memory pressure (OOM), 0 Workers crashed due to other",
    ),
    ("RC-545", "Ray 2.60", "Task was killed due to the node running low on memory."),
    ("RC-545", "Ray 2.60", "Killing worker with actor ID ab to free up memory"),
    (
        "RC-573",
        "bash",
        "/opt/ray/2.60.0/bin/ray: /opt/ray/2.60.0/bin/python: bad interpreter: No such file or directory",
    ),
    (
        "RC-573",
        "systemd",
        "raylet.service: Failed at step EXEC spawning /opt/ray/2.60.0/bin/ray: No such file or directory",
    ),
    (
        "RC-573",
        "systemd",
        "raylet.service: Unable to locate executable '/opt/ray/2.60.0/bin/ray': No such file or directory",
    ),
    ("RC-573", "bash", "bash: /opt/ray/2.60.0/bin/ray: Permission denied"),
    # Serve
    (
        "RC-480",
        "Serve 2.60",
        "Deployment 'Big' in application 'big' has 1 replicas that have taken more than 30s to be scheduled.",
    ),
    ("RC-481", "Serve 2.60", "A replica failed to start with exception. Retrying 2 more time(s). Error:"),
    ("RC-481", "Serve 2.60", "The deployment failed to start 3 times in a row."),
    ("RC-481", "Serve 2.60", "Deploying app 'a' failed with exception:"),
    ("RC-481", "Serve 2.60", "ray::ServeReplica:a:A.initialize_and_get_metadata() (pid=1, ip=192.0.2.1)"),
    (
        "RC-482",
        "Serve 2.60",
        "OSError: [Errno 98] error while attempting to bind on address ('127.0.0.1', 8000): address already in use",
    ),
    ("RC-482", "Serve 2.9", "Failed to bind Ray Serve HTTP proxy to '0.0.0.0:8000'."),
    ("RC-482", "Serve 2.60", "Failed to bind to address '0.0.0.0:8000': [Errno 98] Address already in use"),
    ("RC-581", "this collection", "the proxy on 192.0.2.1 is UNHEALTHY"),
    (
        "RC-483",
        "this collection",
        "application whisper is UNHEALTHY (A replica's health check failed 3 times in a row)",
    ),
    ("RC-483", "this collection", "application whisper is DEPLOY_FAILED (KeyError: 'model')"),
    ("RC-484", "this collection", "application whisper is DEPLOYING"),
    (
        "RC-484",
        "this collection",
        "application whisper is RUNNING (deployment Model is UPSCALING (replicas: 1 RUNNING, 1 STARTING; wanted: 2))",
    ),
]
