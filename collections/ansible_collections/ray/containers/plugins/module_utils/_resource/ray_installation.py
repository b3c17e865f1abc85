# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installing Ray: what the capability `ray_runtime` does on a node that lacks something.

uv does the work: on a 2-core node `ray[serve]` from PyPI takes it 4 s, and pip 40 s. Not every module is compiled
(11 s of CPU time for 6,800 files): the account of the raylet cannot write into the runtime, so every process of every
start would compile again what it imports (2 s each); importing once what a raylet imports costs those 2 s once, and
proves the installation.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import os

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.packages import lacking
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.pip_configuration import uv_environment
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.places import MARKER
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.plan import (
    AddPackages,
    FetchUv,
    InstallPython,
    InstallRay,
    RuntimeSpec,
    defect,
    marker_text,
    uv_reason,
)
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Commands, last_line
from ansible_collections.ray.containers.plugins.module_utils._host.python.environment import (
    find_interpreter,
    read_environment,
)
from ansible_collections.ray.containers.plugins.module_utils._host.python.index import fetch_uv, read_package_index
from ansible_collections.ray.containers.plugins.module_utils._host.python.installation_lock import installation_lock

__all__ = ["Installation"]

#: Seconds for what uv downloads, with a slow line, and for what is compiled of it.
INSTALL_SECONDS = 3600.0

#: How uv ends where versions do not go together or are not offered; 2 is for all else (uv's reference, exit codes).
UNSOLVED = 1

#: Imports, and so compiles, what the processes of a raylet import; all but Ray itself as far as the extras go.
FIRST_IMPORT = """
import importlib
import ray
for name in (
    "ray._private.workers.default_worker", "ray._private.workers.setup_worker", "ray._private.log_monitor",
    "ray._private.runtime_env.agent.main", "ray.autoscaler._private.monitor", "ray.dashboard.agent",
    "ray.dashboard.dashboard", "ray.scripts.scripts", "ray.serve._private.controller", "ray.serve._private.proxy",
    "ray.serve._private.replica", "ray.serve.scripts", "ray.serve.schema",
):
    try:
        importlib.import_module(name)
    except (Exception, SystemExit):
        pass
try:
    from ray.dashboard import utils
    utils.get_all_modules(utils.DashboardHeadModule)
    utils.get_all_modules(utils.DashboardAgentModule)
except (Exception, SystemExit):
    pass
"""


class Installation:
    """Carries out the steps of one runtime's plan, alone on its directory."""

    def __init__(self, spec: RuntimeSpec, commands: Commands) -> None:
        self.spec = spec
        self.commands = commands
        self.root = spec.path.rstrip("/")
        self._lock: int | None = None

    def carry_out(self, action: FetchUv | InstallPython | InstallRay | AddPackages) -> None:
        """Do it, unless another node that shares the directory has done it meanwhile.

        :raises OperatorError: it cannot be done; says why and what to do.
        """
        # Root may keep a strict umask; the Ray user must be able to read what is installed.
        before = os.umask(0o022)
        try:
            with installation_lock(self.root) as self._lock:
                if isinstance(action, InstallPython):
                    self._install_python(action)
                elif isinstance(action, InstallRay):
                    self._install_ray(action)
                elif isinstance(action, AddPackages):
                    self._add_packages(action.install)
                elif not os.path.isfile(action.path):
                    fetch_uv(read_package_index(), action.path)
        finally:
            os.umask(before)

    def _install_python(self, action: InstallPython) -> None:
        if find_interpreter(action.version, action.directory, self.commands):
            return
        try:
            self._uv(["python", "install", "--no-bin", "--install-dir", action.directory, action.version])
        except CommandFailed as failed:
            raise OperatorError(
                f"Python {action.version} cannot be installed on this host",
                why=uv_reason(failed.completed.stderr),
                remedy="Let the host reach github.com, name a mirror in UV_PYTHON_INSTALL_MIRROR in the play's "
                f"`environment`, install python{'.'.join(action.version.split('.')[:2])} of exactly this version by "
                "other means, or leave python_version empty for the node's own python3",
            ) from failed

    def _install_ray(self, action: InstallRay) -> None:
        """Make the runtime beside its place and rename it there when it is whole and works."""
        # Another node that shares this directory may have done it while this one waited.
        if not defect(self.spec, action.python_version, read_environment(action.path, self.commands)):
            return
        interpreter = find_interpreter(action.python_version, f"{self.root}/python", self.commands)
        if interpreter is None or not interpreter.program:
            raise OperatorError(f"Python {action.python_version} is no longer on this host", remedy="Run again")
        partial = f"{self.root}/.{os.path.basename(action.path)}.partial"
        files.remove(partial)
        self._uv(["venv", "--quiet", "--no-project", "--relocatable", "--python", interpreter.program, partial])
        self._install(partial, action)
        self._import_once(partial, action)
        # uv's lock on the environment, which anybody could write to.
        files.remove(f"{partial}/.lock")
        files.write_text(f"{partial}/{MARKER}", marker_text(action))
        files.remove(action.path)
        os.rename(partial, action.path)
        files.remove(f"{self.root}/uv/cache")

    def _add_packages(self, action: InstallRay) -> None:
        """Install in place; the marker goes first, so that what is left half done is made again."""
        found = read_environment(action.path, self.commands)
        if found and not lacking(action.packages, found.marker.get("packages", ())):
            return
        files.remove(f"{action.path}/{MARKER}")
        try:
            self._install(action.path, action)
        except OperatorError as error:
            cause = error.__cause__
            if found and isinstance(cause, CommandFailed) and cause.completed.rc == UNSOLVED:
                # uv resolves before it touches anything: what it refuses is as it was. What was cut off may be anything.
                files.write_text(f"{action.path}/{MARKER}", json.dumps(dict(found.marker)) + "\n")
            raise
        files.remove(f"{action.path}/.lock")
        files.write_text(f"{action.path}/{MARKER}", marker_text(action))
        files.remove(f"{self.root}/uv/cache")

    def _install(self, path: str, action: InstallRay) -> None:
        """Ray and the packages together, so that none brings another Ray."""
        wanted = [action.requirement, *action.packages]
        try:
            self._uv(["pip", "install", "--quiet", "--python", f"{path}/bin/python", *wanted])
        except CommandFailed as failed:
            remedy = (
                "Choose a version that the package index of this host (its pip.conf, else PyPI) offers for this Python and "
                "machine, or let the host reach the index"
            )
            if action.packages:
                remedy += ". Packages must go together with this Ray: leave one out to see which does not"
            raise OperatorError(
                f"{action.description} cannot be installed for Python {action.python_version}",
                why=uv_reason(failed.completed.stderr),
                remedy=remedy,
            ) from failed

    def _import_once(self, path: str, action: InstallRay) -> None:
        argv = [f"{path}/bin/python", "-"]
        done = self.commands.run(argv, stdin=FIRST_IMPORT, check=False, timeout=INSTALL_SECONDS, lock=self._lock)
        if done.rc != 0:
            raise OperatorError(
                f"Ray {action.version} is installed in {path} but cannot be imported",
                why=last_line(done.stderr),
                remedy="Look whether this host's Python and C library are ones that this Ray supports",
            )

    def _uv(self, arguments: list[str]) -> None:
        environment = uv_environment(read_package_index(), os.environ)
        # The cache lies beside the runtime, so that uv links files instead of copying them.
        environment.update(UV_CACHE_DIR=f"{self.root}/uv/cache", UV_NO_PROGRESS="1", NO_COLOR="1")
        self.commands.run([f"{self.root}/uv/uv", *arguments], env=environment, timeout=INSTALL_SECONDS, lock=self._lock)
