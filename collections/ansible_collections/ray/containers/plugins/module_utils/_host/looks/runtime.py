# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at the node's Ray as it lies on the disk.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import glob
import os

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_ray import RuntimeFacts
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands, last_line
from ansible_collections.ray.containers.plugins.module_utils._host.python.environment import VERSION

__all__ = ["runtime_facts"]

#: Without them no raylet starts (Ray 2.60.0 _private/services.py, `RAYLET_EXECUTABLE`, `GCS_SERVER_EXECUTABLE`).
NEEDED = ("core/src/ray/raylet/raylet", "core/src/ray/gcs/gcs_server", "_raylet.so", "scripts/scripts.py")


def runtime_facts(program: str, commands: Commands, timeout: float) -> RuntimeFacts:
    """The Ray that the raylet's unit starts.

    :param program: the absolute path of its ``ray``; empty where there is none on the host.
    """
    if not program.startswith("/"):
        return RuntimeFacts()
    environment = os.path.dirname(os.path.dirname(program))
    packages = next(iter(glob.glob(f"{glob.escape(environment)}/lib/python3.*/site-packages")), "")
    named = glob.glob(f"{glob.escape(packages)}/ray-*.dist-info") if packages else []
    installed = VERSION.search(files.read_text(f"{packages}/ray/_version.py") or "") if packages else None
    return RuntimeFacts(
        program,
        _broken(program, environment, packages, commands, timeout),
        installed=installed.group(1) if installed else "",
        named=os.path.basename(named[0])[len("ray-") : -len(".dist-info")] if len(named) == 1 else "",
    )


def _broken(program: str, environment: str, packages: str, commands: Commands, timeout: float) -> str:
    """Why no Ray can be started from there; empty where it can."""
    if not os.path.lexists(program):
        return f"ls {program}: no such file"
    if not os.access(program, os.X_OK):
        return f"{program} lacks the x permission"
    python = f"{environment}/bin/python"
    if not os.path.exists(python):
        return f"{python} leads to no file: the Python that it was made of is gone"
    for name in (f"{packages}/ray/{needed}" for needed in NEEDED):
        if not os.path.exists(name):
            return f"ls {name}: no such file"
    try:
        # Root runs it.
        files.require_roots(python)
        done = commands.run((python, "-I", "-S", "-c", ""), check=False, timeout=timeout)
    except OperatorError as error:
        return str(error)
    return "" if done.rc == 0 else f"{python} ended with status {done.rc}: {last_line(done.stderr)}"
