# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Further options of the raylet's container: which there are, and what is wrong with one.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import raylet_container as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.check import (
    ValueCheck,
    Violation,
    words_check,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.temp_directory import TEMP_DIR
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import VOLUME

__all__ = ["CHECKS", "FREE", "judged_option"]

#: Options of `podman run` (4.3.1, podman-run(1)) that change what the collection gives: what to use instead.
_INSTEAD: t.Mapping[str, str] = {
    "env": "Set ray_environment",
    "env-file": "Set ray_environment",
    "env-host": "Set ray_environment",
    "shm-size": "Set ray_object_store_memory, from which it follows",
    "image": "Set ray_raylet_image",
    "stop-timeout": "Set ray_drain_timeout",
}

#: What a host or a site may need beside what the collection gives.
FREE = frozenset(
    (
        *("add-host", "annotation", "blkio-weight", "cpu-shares", "cpus", "cpuset-cpus", "cpuset-mems", "device"),
        *("device-cgroup-rule", "dns", "dns-search", "gpus", "group-add", "hooks-dir", "label", "memory"),
        *("memory-reservation", "memory-swap", "mount", "oom-score-adj", "security-opt", "tmpfs", "volume"),
    )
)
_PRIVILEGES = ("privileged", "cap-drop", "cap-add", "userns", "uidmap", "gidmap", "subuidname", "subgidname")
_USERS = ("user", "u")
_MOUNTS = ("volume", "v", "mount", "tmpfs")
#: Of --security-opt: SELinux's and AppArmor's; --privileged has switched both off.
_HARMLESS = ("label=", "apparmor=unconfined", "seccomp=unconfined", "unmask=")

_FORM = re.compile(r"-{1,2}(?P<name>[a-z][a-z0-9-]*)(?:=(?P<value>[^\r\n\0]*))?")


def judged_option(written: object) -> tuple[Entry, Violation] | None:
    """What is wrong with an option that is to be added to the raylet's container; None when nothing is."""
    matched = _FORM.fullmatch(written) if isinstance(written, str) else None
    if matched is None:
        evidence = f"{str(written).partition('=')[0][:40]!r} is not --name or --name=value"
        return catalogue.OPTION_FORM, Violation(evidence)
    name, value = matched["name"], matched["value"] or ""
    if name in _PRIVILEGES or (name == "security-opt" and not value.startswith(_HARMLESS)):
        return catalogue.NOT_PRIVILEGED, Violation(f"--{name} changes what the container may do")
    if name in _USERS:
        return catalogue.WRONG_USER, Violation(f"--{name} names another user than ray_user")
    hidden = _hidden(name, value) if name in _MOUNTS else ""
    if hidden:
        return catalogue.NO_VOLUME, Violation(f"--{name} would hide the host's {hidden}")
    if name not in FREE:
        return catalogue.OPTION_OWNED, Violation(f"--{name} is not one to add", remedy=_INSTEAD.get(name, ""))
    return None


def _hidden(name: str, value: str) -> str:
    """The directory of the container that a mount would hide from it, or take a part of; empty for none."""
    target = _target(name, value).rstrip("/") or "/"
    for needed in (VOLUME, TEMP_DIR):
        if f"{needed}/".startswith(f"{target.rstrip('/')}/") or f"{target}/".startswith(f"{needed}/"):
            return needed
    return ""


def _target(name: str, value: str) -> str:
    """The place in the container: of SOURCE:TARGET[:OPTIONS], TARGET[:OPTIONS] or KEY=VALUE,..."""
    if name == "mount":
        words = dict(word.partition("=")[::2] for word in value.split(","))
        return next((words[key] for key in ("target", "dst", "destination") if key in words), "/unknown")
    parts = value.split(":")
    return parts[0] if name == "tmpfs" or len(parts) == 1 else parts[1]


CHECKS = tuple(ValueCheck(entry, words_check(entry, judged_option)) for entry in catalogue.OPTIONS)
