# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proof that the Ray user can run what Ray runs: the commands.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re

__all__ = ["PROBE_IMAGE", "RAY_TEMP_DIR", "probe_argv", "shared_libraries", "worker_argv"]

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
