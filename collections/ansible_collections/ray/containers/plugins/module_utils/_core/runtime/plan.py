# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ray in a virtual environment: what is wanted, what was found, and the steps between them.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Remove, Step
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.packages import complaint, lacking, together
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.python_environment import (
    Environment,
    Interpreter,
)

__all__ = [
    "AddPackages",
    "Environment",
    "FetchUv",
    "InstallPython",
    "InstallRay",
    "Interpreter",
    "RuntimeFound",
    "RuntimeSpec",
    "defect",
    "marker_text",
    "plan_runtime",
    "reject",
    "runtime_path",
    "uv_reason",
]

_RAY_VERSION = re.compile(r"^[0-9]+\.[0-9]+\.[0-9]+([a-z0-9.+]*)$")
_PYTHON_VERSION = re.compile(r"^3\.[0-9]+\.[0-9]+$")
_EXTRA = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
#: What uv draws around its explanations.
_DRAWING = re.compile(r"[\u00d7\u2500-\u257f\u25b6]+")
_LABEL = re.compile(r"^(?:error|cause|Caused by):\s*", re.IGNORECASE)


@dataclass(frozen=True)
class RuntimeSpec:
    """Ray as wanted on a node.

    :param python_version: the exact version, or empty for that of the node's own python3.
    :param path: the directory that holds the runtimes, uv, and any Python that uv installs.
    :param packages: other packages in the same environment, each as ``name==version``.
    """

    version: str
    python_version: str
    path: str
    extras: tuple[str, ...]
    state: str = "present"
    packages: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuntimeFound:
    """What a node has.

    :param python_version: the exact Python that the runtime is for: the one asked for, or the node's own.
    :param interpreter: an interpreter of that version on the node, or None.
    :param environment: what stands at the runtime's path, or None.
    """

    python_version: str
    interpreter: Interpreter | None
    uv: bool
    environment: Environment | None


@dataclass(frozen=True)
class FetchUv:
    """Put the program uv at *path*."""

    path: str


@dataclass(frozen=True)
class InstallPython:
    """Have uv install this exact Python below *directory*."""

    version: str
    directory: str


@dataclass(frozen=True)
class InstallRay:
    """Make the virtual environment *path* of exactly this Python, and Ray and these packages in it."""

    path: str
    version: str
    python_version: str
    extras: tuple[str, ...]
    packages: tuple[str, ...] = ()

    @property
    def requirement(self) -> str:
        """What to install, in pip's words."""
        return f"ray[{','.join(self.extras)}]=={self.version}" if self.extras else f"ray=={self.version}"

    @property
    def description(self) -> str:
        """What is installed, as an operator reads it."""
        return " and ".join((self.requirement, *([", ".join(self.packages)] if self.packages else [])))


@dataclass(frozen=True)
class AddPackages:
    """Install into a runtime that is whole what *install* has and it lacks.

    In its place: a raylet that runs from it imports on, and what it starts from now on finds the packages.
    """

    install: InstallRay


def reject(spec: RuntimeSpec) -> None:
    """Refuse invalid options.

    :raises OperatorError: a version is not exact, the path is not absolute, or an extra is not a name.
    """
    if not _RAY_VERSION.match(spec.version):
        raise OperatorError(
            f"{spec.version!r} is not an exact version of Ray",
            why="nodes and images must run the very same Ray",
            remedy="Give all three numbers, for instance 2.60.0",
        )
    if spec.python_version and not _PYTHON_VERSION.match(spec.python_version):
        raise OperatorError(
            f"{spec.python_version!r} is not an exact version of Python",
            why="Ray compares Python of nodes and images down to the patch number",
            remedy="Give all three numbers, for instance 3.11.2, or nothing for the node's own python3",
        )
    if not spec.path.startswith("/") or spec.path.rstrip("/") == "":
        raise OperatorError(f"{spec.path!r} cannot hold Ray", remedy="Give the absolute path of a directory")
    for extra in spec.extras:
        if not _EXTRA.match(extra):
            raise OperatorError(f"{extra!r} is not the name of an extra of Ray", remedy="Give names such as serve")
    wrong = complaint(spec.packages)
    if wrong:
        raise OperatorError(
            "A package for Ray's environment cannot be installed as it is written",
            why=wrong,
            remedy="Write it as name==version, for instance protobuf==6.33.0",
        )


def runtime_path(spec: RuntimeSpec, python_version: str) -> str:
    """Where the runtime stands: known before anything is installed."""
    return f"{spec.path.rstrip('/')}/{spec.version}-py{python_version}"


def plan_runtime(spec: RuntimeSpec, found: RuntimeFound) -> Plan:
    """The steps from what was found to what is wanted."""
    path = runtime_path(spec, found.python_version)
    if spec.state == "absent":
        if found.environment is None:
            return Plan()
        return Plan((Step(Remove(path), f"Remove Ray {spec.version} from {path}", before=path, after="absent"),))
    marker = found.environment.marker if found.environment else {}
    # What another play asked for stays: two plays with different extras or packages must not take turns.
    install = InstallRay(
        path,
        spec.version,
        found.python_version,
        tuple(sorted({*spec.extras, *marker.get("extras", ())})),
        together(spec.packages, marker.get("packages", ())),
    )
    reason = defect(spec, found.python_version, found.environment)
    missing = lacking(spec.packages, marker.get("packages", ()))
    if not reason and not missing:
        return Plan()
    root = spec.path.rstrip("/")
    steps = []
    if not found.uv:
        uv = f"{root}/uv/uv"
        steps.append(Step(FetchUv(uv), f"Fetch uv, which installs Ray, to {uv}", before="absent", after=uv))
    if reason and found.interpreter is None:
        steps.append(
            Step(
                InstallPython(found.python_version, f"{root}/python"),
                f"Install Python {found.python_version} below {root}/python, for this host has none of that version",
                before="absent",
                after=f"Python {found.python_version}",
            )
        )
    if reason:
        what = f"Install {install.description} for Python {found.python_version} in {path}: {reason}"
        steps.append(Step(install, what, before=reason, after=install.description))
    else:
        what = f"Install {', '.join(missing)} beside Ray in {path}"
        steps.append(Step(AddPackages(install), what, before="absent", after=", ".join(missing)))
    return Plan(tuple(steps))


def defect(spec: RuntimeSpec, python_version: str, environment: Environment | None) -> str:
    """Why *environment* has to be made again; empty when it holds the Ray that is wanted."""
    if environment is None:
        return "it is not there yet"
    if not environment.marker:
        return "an earlier installation did not come to its end"
    if environment.python_version != python_version:
        return f"its interpreter is {environment.python_version or 'gone'}"
    if environment.ray_version != spec.version:
        return f"it holds {environment.ray_version or 'no Ray'}"
    missing = sorted(set(spec.extras) - set(environment.marker.get("extras", ())))
    if missing:
        return f"it lacks the extra {', '.join(missing)}"
    return ""


def marker_text(install: InstallRay) -> str:
    """The marker's content: what this installation is."""
    content: dict[str, object] = {
        "ray": install.version,
        "python": install.python_version,
        "extras": list(install.extras),
    }
    return json.dumps({**content, **({"packages": list(install.packages)} if install.packages else {})}) + "\n"


def uv_reason(stderr: str) -> str:
    """uv's own explanation as one line, without its drawing."""
    lines = [_LABEL.sub("", _DRAWING.sub(" ", line).strip()) for line in stderr.splitlines()]
    told = [line for line in lines if line and not line.startswith(("Resolved", "Using Python", "warning:"))]
    return re.sub(r"\s+", " ", " ".join(told)).strip()
