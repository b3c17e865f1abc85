# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""This machine's rootful Podman, as the test nodes use it."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import subprocess
import typing as t
from dataclasses import dataclass
from pathlib import Path

from tests.nodes.errors import NodesError

__all__ = ["HostLimits", "Podman", "containers_conf", "host_limits", "last_lines", "oci_runtime"]

#: Podman asks for this many files and processes when nothing else is said (libpod/define, RLimitDefaultValue).
PODMAN_DEFAULT_LIMIT = 1048576

#: Bit number of CAP_SYS_RESOURCE (linux/capability.h): whoever has it may raise its own hard limits.
CAP_SYS_RESOURCE = 24


@dataclass(frozen=True)
class HostLimits:
    """What a process of this machine may ask for: hard limits, and whether it may raise them."""

    open_files: int
    processes: int
    pid_max: int
    may_raise: bool


def host_limits() -> HostLimits:
    """Read the limits of this process; -1 (unlimited) becomes Podman's own default."""

    def hard(which: int) -> int:
        value = resource.getrlimit(which)[1]
        return PODMAN_DEFAULT_LIMIT if value == resource.RLIM_INFINITY else value

    capabilities = next(
        line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("CapEff:")
    )
    return HostLimits(
        open_files=hard(resource.RLIMIT_NOFILE),
        processes=hard(resource.RLIMIT_NPROC),
        pid_max=int(Path("/proc/sys/kernel/pid_max").read_text()),
        may_raise=bool(int(capabilities, 16) >> CAP_SYS_RESOURCE & 1),
    )


def oci_runtime(cgroup_root: Path = Path("/sys/fs/cgroup")) -> str:
    """The OCI runtime to name, or "" for Podman's own choice.

    crun refuses a hybrid layout (cgroup v1 controllers beside a v2 tree): "cgroups in hybrid mode not supported".
    """
    unified = (cgroup_root / "cgroup.controllers").exists()
    return "" if unified or not shutil.which("runc") else "runc"


def containers_conf(limits: HostLimits, runtime: str) -> str:
    """A containers.conf under which containers start on this machine.

    Podman asks for 1048576 open files and processes, and has lowered its own process limit to kernel.pid_max by the
    time it starts the runtime (seen on 4.3.1). Without CAP_SYS_RESOURCE anything above those ends in "error setting
    rlimit type 6|7: operation not permitted".
    """
    lines = ["[containers]"]
    if not limits.may_raise:
        files = min(PODMAN_DEFAULT_LIMIT, limits.open_files)
        processes = min(PODMAN_DEFAULT_LIMIT, limits.processes, limits.pid_max)
        lines.append(f'default_ulimits = ["nofile={files}:{files}", "nproc={processes}:{processes}"]')
    lines.append("[engine]")
    if runtime:
        lines.append(f'runtime = "{runtime}"')
    return "\n".join(lines) + "\n"


class Podman:
    """A thin face for the podman command line, with the configuration that this machine needs."""

    def __init__(self, configuration: Path) -> None:
        self._program = shutil.which("podman") or ""
        self._environment = {**os.environ, "CONTAINERS_CONF": str(configuration)}
        self.configuration = configuration

    @property
    def installed(self) -> bool:
        """Whether there is a podman to call."""
        return bool(self._program)

    def configure(self) -> None:
        """Write the configuration for this machine, if it is not written yet."""
        if not self.installed:
            raise NodesError("Podman is not installed on this machine", "Run playbooks/sandbox.yml, which installs it")
        text = containers_conf(host_limits(), oci_runtime())
        if not self.configuration.exists() or self.configuration.read_text() != text:
            self.configuration.parent.mkdir(parents=True, exist_ok=True)
            self.configuration.write_text(text)

    def forget(self) -> None:
        """Remove the configuration, and its directory when nothing else is in it."""
        self.configuration.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.configuration.parent.rmdir()

    def popen(self, *arguments: str, **options: t.Any) -> subprocess.Popen[bytes]:
        """Start podman and leave the caller to feed and await it."""
        return subprocess.Popen([self._program, *arguments], env=self._environment, **options)

    def run(self, *arguments: str, stdin: bytes | None = None, check: bool = True) -> str:
        """Run podman to its end and return its standard output; a failure becomes a sentence."""
        done = subprocess.run(
            [self._program, *arguments], env=self._environment, input=stdin, capture_output=True, check=False
        )
        if check and done.returncode:
            said = (done.stderr or done.stdout).decode(errors="replace").strip()
            raise NodesError(f"`podman {' '.join(arguments)}` failed: {last_lines(said)}")
        return done.stdout.decode(errors="replace")

    def succeeds(self, *arguments: str) -> bool:
        """Whether a podman command ends with status 0."""
        return subprocess.run([self._program, *arguments], env=self._environment, capture_output=True).returncode == 0

    def remove(self, *containers: str, seconds: int) -> None:
        """Remove containers, running or not, with their unnamed volumes; each has some *seconds* to stop in.

        Stopped first, and all of them side by side: `podman rm` has no --time before 4.0.0 (cmd/podman/containers/rm.go),
        and by itself it waits for as long as the container says.
        """
        # Not every state can be stopped (paused cannot), but `rm --force` copes with all, and complains if it does not.
        self.run("stop", "--ignore", "--time", str(seconds), *containers, check=False)
        self.run("rm", "--force", "--ignore", "--volumes", *containers)

    def list(self, *arguments: str) -> list[dict[str, t.Any]]:
        """The objects that a listing command prints as JSON (some versions print nothing for none)."""
        return json.loads(self.run(*arguments, "--format", "json").strip() or "null") or []


def last_lines(text: str, count: int = 12) -> str:
    """The end of a program's output, where the cause is."""
    return "\n".join(text.splitlines()[-count:])
