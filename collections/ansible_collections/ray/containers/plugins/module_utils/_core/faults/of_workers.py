# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ray's workers: what keeps the containers of applications from joining the raylet that started them.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import fault, listed, said_by
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import (
    NO_IMAGE,
    NO_RAYLET,
    RAYLET,
    SERVE,
)

#: What follows when workers do not come up.
NO_WORKERS = ("RC-405", "RC-406", "RC-412", *NO_IMAGE)

ANOTHER_USER = fault(
    "RC-401",
    "The image's user is not the one that the raylet runs as",
    said_by("Ray", r"ports_by_node\.json\.lock", versions="2.9 to 2.3x"),
    said_by(
        "Ray",
        r"Permission denied:? '?\S*/session_\d\S+",
        r"(?<!\S)(?=\S*/session_)(?=\S*(?:\.lock|events/|sockets/))\S+ Permission denied",
        r"Failed opening file (?=\S*logs/)(?=\S*events/)\S+ for writing: Permission denied",
        r"Unhandled exception: .*spdlog_ex.*Permission denied",
    ),
    said_by("this collection", r"exited with status 134 and said nothing"),
    cause="The Ray session's directory belongs to the account that started Ray. Ray starts application containers with"
    " --userns=keep-id, which maps that account to itself, and the image's USER is another one. With Podman 4.3 and newer the"
    " site has it mapped to that USER, unless that is root, or env_vars set a PATH.",
    remedy="Run the site, build the image with a USER that is not root, and set no PATH in env_vars; with an older Podman, run"
    " the raylet as the uid of the image's USER (ray_uid; Ray's own images use 1000), or build the image with that USER or none",
    source="Ray guide, Run Multiple Applications in Different Containers: Troubleshooting; since Ray 2.4x the lock file is"
    " gone and the same cause shows at logs/events",
    cleared_by=SERVE,
    causes=NO_WORKERS,
)
ANOTHER_VERSION = fault(
    "RC-404",
    "Ray or Python differ between the nodes, or between a node and an image",
    said_by(
        "Ray",
        r"Version mismatch: The cluster was started with",
        r"Ray version mismatch: cluster has Ray version",
        r"(?:default_worker|setup_worker)\.py: error: unrecognized arguments",
        versions="2.9 to 2.60",
    ),
    cause="Worker, raylet and head speak an internal protocol that changes with every release, and pickled objects change"
    " with Python. Ray only reports the difference for workers and goes on, until something breaks.",
    remedy="Give all nodes the same ray_version and ray_python_version and run the site again, and build images with the Ray"
    " of the node and its Python to the patch number; ray.containers.version_parity_info shows what differs",
    source="Ray guide: versions must match exactly; Ray 2.60.0 _private/utils.py check_version_info",
    cleared_by=RAYLET,
    causes=("RC-560", *NO_RAYLET, *NO_WORKERS),
)
DEAD_WORKER = fault(
    "RC-405",
    "Application containers die before their worker registers",
    said_by("Ray", r"have not registered within the timeout\. The process is dead", versions="2.9 to 2.60"),
    cause="The container ended while it started. Ray starts another one for ever, and the application stays DEPLOYING"
    " without a message.",
    remedy="Look at the lines before this one in raylet.err, at podman ps -a and podman logs as the Ray user, and compare"
    " user and versions of the image with the node's",
    source="Ray 2.60.0 raylet/worker_pool.cc:660",
    cleared_by=SERVE,
    causes=("RC-483", "RC-484"),
    certain=False,
    generic=True,
)
SLOW_WORKER = fault(
    "RC-406",
    "Application containers take longer to start than Ray waits",
    said_by("Ray", r"have not registered within the timeout\. The process is still alive", versions="2.9 to 2.60"),
    cause="The first container of an image with --userns=keep-id copies the whole image, to change its owners, or the disk"
    " is slow; Ray kills it after RAY_worker_register_timeout_seconds (60) and starts it again.",
    remedy="Let ray.containers.app_images prepare the image, use the overlay driver, or raise"
    " RAY_worker_register_timeout_seconds (in exactly this spelling) in ray_environment",
    source="Ray 2.60.0 raylet/worker_pool.cc:660; podman#13805, podman#16541",
    cleared_by=SERVE,
    causes=("RC-483", "RC-484"),
    certain=False,
)
REMEMBERED = fault(
    "RC-407",
    "Ray remembers an earlier failure and does not try again",
    said_by("Ray", r"Runtime env already failed", versions="2.9 to 2.60"),
    cause="A failed runtime environment is remembered on its node for BAD_RUNTIME_ENV_CACHE_TTL_SECONDS (600).",
    remedy="Correct the failure before this one in the log, then wait, or restart the raylet of this node",
    source="Ray 2.60.0 _private/runtime_env/agent/runtime_env_agent.py GetOrCreateRuntimeEnv",
    cleared_by=SERVE,
    causes=("RC-483", "RC-484"),
    generic=True,
)
SLOW_IMAGE = fault(
    "RC-408",
    "Getting the image ready took longer than Ray waits",
    said_by("Ray", r"Failed to install runtime_env within the timeout of \d+ seconds", versions="2.9 to 2.60"),
    cause="Ray pulls a missing image within runtime_env.config.setup_timeout_seconds (600).",
    remedy="Pull the image beforehand on every node (ray.containers.app_images), or raise setup_timeout_seconds",
    source="Ray 2.60.0 _private/runtime_env/agent/runtime_env_agent.py",
    cleared_by=SERVE,
    causes=("RC-407", "RC-483", "RC-484"),
)
ANOTHER_TOKEN = fault(
    "RC-409",
    "Ray's token is missing, unreadable, or not the cluster's",
    said_by(
        "Ray",
        r"RAY_AUTH_TOKEN_PATH is set but file cannot be opened or is empty",
        r"Invalid or missing authentication token",
        r"Token authentication is enabled but no authentication token was found",
        r"InvalidAuthToken",
        r"Authentication token is missing or incorrect",
        r"\bUnauthenticated\b|UNAUTHENTICATED",
        r"Unauthorized: Missing authentication token|Forbidden: Invalid authentication token",
        versions="2.51 to 2.60",
    ),
    cause="With RAY_AUTH_MODE=token every process of the cluster shows the same token; Ray mounts the Ray user's file into"
    " the containers, where the image's user must be able to read it.",
    remedy="Run the site on all nodes together: it gives every node the same ~/.ray/auth_token of the Ray user with mode"
    " 0600. Give images the Ray user's uid",
    source="Ray 2.60.0 _private/authentication; image_uri.py mounts the token file",
    cleared_by=SERVE,
    causes=("RC-560", "RC-572", *NO_RAYLET, *NO_WORKERS),
    healed="raylet writes the token and restarts",
)
QUOTE = fault(
    "RC-410",
    "An environment variable holds a single quote",
    said_by("bash", r"unexpected EOF while looking for matching [`']'"),
    cause="Ray puts the values of env_vars into a shell command between single quotes and does not escape them.",
    remedy="Remove the single quote from the value in env_vars",
    source="Ray 2.60.0 _private/runtime_env/image_uri.py _modify_context_impl",
    cleared_by=SERVE,
    causes=NO_WORKERS,
)
OTHER_FIELDS = fault(
    "RC-411",
    "image_uri is combined with fields that it excludes",
    said_by(
        "Ray",
        r"The '(?:image_uri|container)' field currently cannot be used together with other fields of runtime_env",
        versions="2.9 to 2.60",
    ),
    cause="Only config and env_vars can be used with image_uri.",
    remedy="Move what the other fields did into the image",
    source="Ray 2.60.0 _private/runtime_env/image_uri.py ImageURIPlugin.get_compatible_keys",
    cleared_by=SERVE,
    causes=NO_WORKERS,
)
ENDED = fault(
    "RC-412",
    "An application container ended with an error",
    said_by("this collection", r"container \w+ of image \S+ exited with status \d+"),
    cause="Its program ended by itself; its last line is shown.",
    remedy="Read podman logs of this container as the Ray user",
    source="Ray passes no --rm, so ended containers stay to be looked at (Ray 2.60.0 _private/runtime_env/image_uri.py)",
    cleared_by=SERVE,
    causes=("RC-405", "RC-483", "RC-484"),
    certain=False,
    generic=True,
)

FAULTS = listed(globals())
