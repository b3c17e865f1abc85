# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of an image before Ray runs it: the commands, and what their answers mean.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.parity import ImageFacts
from ansible_collections.ray.containers.plugins.module_utils._core.podman_words import evidence

__all__ = ["PROBE_VERSION", "entrypoint_argv", "facts_of", "probe_argv", "takes_commands"]

#: Goes up when the probe asks something else, so that what was kept is asked again.
PROBE_VERSION = 1

#: Tells the versions from files: importing ray takes 2 s of processor time, this a few milliseconds.
_SCRIPT = """
import json,os,re,sys
from importlib.util import find_spec as f
s=f("ray")
d=os.path.dirname(s.origin or "") if s else ""
try: v=dict(re.findall(r"^(\\w+)\\s*=\\s*[\\"'](.+?)[\\"']",open(d+"/_version.py").read(),re.M))
except OSError: v={}
w=d+"/_private/workers/default_worker.py"
print(json.dumps(dict(python="%d.%d.%d"%sys.version_info[:3],uid=os.getuid(),ray=v.get("version",""),
commit=v.get("commit",""),worker=w if os.path.isfile(w) else "",
serve=all(f(n) for n in("fastapi","starlette","uvicorn")))))
"""
_MARK = "ray.containers was here"


def probe_argv(reference: str) -> tuple[str, ...]:
    """The arguments of podman that ask an image's python, in a container like a worker's.

    Ray 2.60.0 _private/runtime_env/image_uri.py, `_modify_context_impl`, without the volume, which the questions do not
    need and which is not there before Ray's first start; and with ``--rm``, to leave nothing behind.
    """
    return (
        *("run", "--rm", "--pull=never", "--cgroup-manager=cgroupfs", "--network=host", "--pid=host", "--ipc=host"),
        *("--userns=keep-id", "--entrypoint", "python", reference, "-c", _SCRIPT.strip()),
    )


def entrypoint_argv(reference: str) -> tuple[str, ...]:
    """The arguments of podman that send a command through the image's ENTRYPOINT.

    Ray 2.60.0 _private/runtime_env/image_uri.py, `_create_impl`, without the volume that takes the answer.
    """
    return ("run", "--rm", "--pull=never", reference, "python", "-c", f"print('{_MARK}')")


def takes_commands(output: str) -> bool:
    """Whether the answer to `entrypoint_argv` is there: an entrypoint may swallow its arguments and end well."""
    return _MARK in output.splitlines()


def facts_of(architecture: str, output: str, errors: str) -> ImageFacts:
    """The facts that the probe told on its last line, or why it told none."""
    lines = output.strip().splitlines()
    try:
        told: t.Any = json.loads(lines[-1]) if lines else None
        return ImageFacts(
            architecture=architecture,
            ray_version=str(told["ray"]),
            ray_commit=str(told["commit"]),
            python_version=str(told["python"]),
            user_id=int(told["uid"]),
            worker_path=str(told["worker"]),
            serves=bool(told["serve"]),
        )
    except (ValueError, KeyError, TypeError):
        no_python = (
            re.search(r"executable file [`'\"]?python[`'\"]? not found|exec: \"?python\"?: ", errors) is not None
        )
        return ImageFacts(architecture, failure=evidence(errors) or "it said nothing", no_python=no_python)
