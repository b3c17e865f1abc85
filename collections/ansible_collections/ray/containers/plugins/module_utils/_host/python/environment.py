# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments and interpreters of a host, read from their files.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import glob
import json
import os
import re
import sys
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.runtime.places import MARKER
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.python_environment import (
    Environment,
    Interpreter,
)
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.command import SYSTEM_PATH, Commands
from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text

__all__ = ["VERSION", "find_interpreter", "own_interpreter", "read_environment"]

VERSION = re.compile(r"^version\s*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)
_COMMIT = re.compile(r"^commit\s*=\s*[\"']([0-9a-f]+)[\"']", re.MULTILINE)


def own_interpreter(commands: Commands) -> Interpreter:
    """The node's own python3: the distribution's, else the first on the system's path, else this module's."""
    for directory in ("/usr/bin", *SYSTEM_PATH.split(":")):
        interpreter = _interpreter(f"{directory}/python3", commands)
        if interpreter:
            return interpreter
    return Interpreter(os.path.realpath(sys.executable), _own_version())


def find_interpreter(version: str, python_directory: str, commands: Commands) -> Interpreter | None:
    """An interpreter of exactly this *version*: on the system's path, or below *python_directory* where uv puts them."""
    minor = ".".join(version.split(".")[:2])
    candidates = [f"{directory}/python{minor}" for directory in SYSTEM_PATH.split(":")]
    candidates += sorted(glob.glob(f"{glob.escape(python_directory)}/cpython-{version}-*/bin/python{minor}"))
    asked = set()
    for candidate in candidates:
        program = os.path.realpath(candidate)
        if program in asked:
            continue
        asked.add(program)
        interpreter = _interpreter(candidate, commands)
        if interpreter and interpreter.version == version:
            return interpreter
    return None


def read_environment(path: str, commands: Commands) -> Environment | None:
    """What stands at *path*, or None when nothing does."""
    if not os.path.isdir(path):
        return None
    files.require_roots(f"{path}/bin/python")
    interpreter = _interpreter(f"{path}/bin/python", commands)
    packages = next(iter(glob.glob(f"{glob.escape(path)}/lib/python3.*/site-packages")), "")
    infos = glob.glob(f"{glob.escape(packages)}/ray-*.dist-info") if packages else []
    said = read_text(f"{packages}/ray/_version.py") or ""
    commit, version = _COMMIT.search(said), VERSION.search(said)
    # Ray believes the file, pip the directory: of two versions it is none.
    same = len(infos) == 1 and (version is None or infos[0].endswith(f"/ray-{version.group(1)}.dist-info"))
    whole = same and os.path.isfile(f"{path}/bin/ray")
    return Environment(
        python_version=interpreter.version if interpreter else "",
        ray_version=os.path.basename(infos[0])[len("ray-") : -len(".dist-info")] if whole else "",
        ray_commit=commit.group(1) if commit else "",
        marker=_marker(path),
    )


def _interpreter(program: str, commands: Commands) -> Interpreter | None:
    # Root runs it.
    if not os.access(program, os.X_OK) or files.open_to_others(program):
        return None
    resolved = os.path.realpath(program)
    if resolved == os.path.realpath(sys.executable):
        # This module runs in it: its version is known without a process.
        return Interpreter(resolved, _own_version())
    asked = commands.run(
        [resolved, "-I", "-S", "-c", "import sys; print('.'.join(map(str, sys.version_info[:3])))"], check=False
    )
    return Interpreter(resolved, asked.stdout.strip()) if asked.rc == 0 else None


def _own_version() -> str:
    # Not platform.python_version(): distributions add a "+" of their own to it.
    return ".".join(map(str, sys.version_info[:3]))


def _marker(path: str) -> t.Mapping[str, t.Any]:
    try:
        found = json.loads(read_text(f"{path}/{MARKER}") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
