# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proof that the Ray user can run what Ray runs: the commands, and what their failures mean.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import node
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

__all__ = ["PROBE_IMAGE", "RAY_TEMP_DIR", "probe_argv", "recognise", "shared_libraries", "worker_argv"]

#: Made on the node from its own shell, so that the proof needs no registry.
PROBE_IMAGE = "localhost/ray-containers-probe:latest"

#: The one directory that Ray mounts into every worker (`ray start --temp-dir` is not set).
RAY_TEMP_DIR = "/tmp/ray"


def probe_argv(shared: str, script: str) -> tuple[str, ...]:
    """What Ray runs first, to find the worker in an image.

    Ray 2.60.0 _private/runtime_env/image_uri.py, `_create_impl`; no option may be added here.
    """
    return ("podman", "run", "--rm", "-v", f"{shared}:/shared:Z", PROBE_IMAGE, "python", "-c", script)


def worker_argv(script: str) -> tuple[str, ...]:
    """What Ray starts every worker with.

    Ray 2.60.0 _private/runtime_env/image_uri.py, `_modify_context_impl`. Ray gives no ``--rm``; the proof does, to
    leave nothing behind.
    """
    return (
        *("podman", "run", "--rm", "-v", f"{RAY_TEMP_DIR}:{RAY_TEMP_DIR}"),
        *("--cgroup-manager=cgroupfs", "--network=host", "--pid=host", "--ipc=host", "--userns=keep-id"),
        *("--env", "RAY_JOB_ID=01000000", "--entrypoint", "python", PROBE_IMAGE, "-c", script),
    )


def shared_libraries(ldd: str) -> tuple[str, ...]:
    """The absolute paths in the output of ldd, the dynamic loader among them; none for a static program."""
    paths = re.findall(r"(?:=>\s+|^\s*)(/\S+)(?=\s+\()", ldd, flags=re.MULTILINE)
    return tuple(dict.fromkeys(paths))


#: What Podman says, in the order of asking: a message may hold the words of a later, more general row.
_SYMPTOMS: tuple[tuple[str, Entry], ...] = (
    (r"^podman: command not found|Failed to (?:find executable|execute) \S*podman", node.ENGINE_MISSING),
    (r"Unable to locate executable", node.ENGINE_MISSING),
    (r"setrlimit|setting rlimit|RLIMIT_", node.RLIMIT),
    (r"cgroups in hybrid mode not supported|cgroup v1 not supported|requires cgroup v2", node.CGROUP_LAYOUT),
    (r"keep-id is only supported in rootless mode", node.KEEP_ID_AS_ROOT),
    (r"containers not creating Cgroups must|not compatible with NoCgroups", node.CGROUPS_DISABLED),
    (r"net/tun", node.TUN_DEVICE),
    (
        r"could not find (?:slirp4netns|pasta)|(?:slirp4netns|pasta)\S*: (?:executable file )?not found",
        node.NETWORK_HELPER,
    ),
    (r"XDG_RUNTIME_DIR|/run/user/\d+\S*: (?:permission denied|no such file)", node.RUNTIME_DIRECTORY),
    (r"new[ug]idmap\W.*(?:should have setuid|not found)|command required for rootless mode", node.NEWUIDMAP),
    (r"pause process|cannot set user namespace", node.STALE_PAUSE),
    (r"overwritten by graph driver", node.VFS_STORE),
    (r"not supported over|backing file system is unsupported", node.OVERLAY_ON_OVERLAY),
    (
        r"insufficient UIDs or GIDs|cannot find (?:UID/GID|mappings) for user|lchown .*: invalid argument",
        node.SUBORDINATE_IDS,
    ),
    (r"uid_map.*ermission|uid_map.*not permitted|cannot clone|userns: Operation not permitted", node.USER_NAMESPACES),
    (r"newuidmap|newgidmap", node.NEWUIDMAP),
    (r"unshare.*(?:not permitted|No space left)|user namespaces are not enabled", node.USER_NAMESPACES),
    (r"no space left on device", node.DISK_FULL),
    (r"default OCI runtime .* not found|executable file .(?:runc|crun). not found", node.RUNTIME_MISSING),
    (r"merged\S*:? (?:private: )?permission denied|mount.*root.*permission denied", node.HOME_CLOSED),
    (r"fusermount|fuse: device|/dev/fuse|mounting overlay|mount overlay", node.OVERLAY_DENIED),
    (r"mount .?proc.? to .?proc|mounting .?proc.? to", node.PROC_MASKED),
    (r"cgroup\.procs|subtree_control|cgroup controller|mounting .?cgroup", node.CGROUP_CONTROLLERS),
    (r"is not a shared mount", node.PROPAGATION),
)


def recognise(output: str, what: str, *, apparmor_restricts: bool = False) -> OperatorError:
    """The error for a failed command of the proof.

    :param output: the standard error of the command.
    :param what: which command failed, for whom.
    :param apparmor_restricts: whether AppArmor restricts unprivileged user namespaces on this host.
    """
    evidence = _evidence(output)
    for pattern, entry in _SYMPTOMS:
        if re.search(pattern, output, flags=re.IGNORECASE | re.MULTILINE):
            if entry in (node.USER_NAMESPACES, node.NEWUIDMAP) and apparmor_restricts:
                entry = node.APPARMOR
            return node.error(entry, what, why=f"{entry.cause} (Podman says: {evidence})")
    return node.error(node.PROOF_FAILED, what, why=evidence or "Podman said nothing")


def _evidence(output: str) -> str:
    """The line that holds the reason: Podman's own error rather than a warning or the launcher's last word."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or [""])[-1].rstrip(".")
