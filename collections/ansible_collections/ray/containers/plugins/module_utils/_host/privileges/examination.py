# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking for every way in which an account of this host could become root.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import glob
import os
import shutil
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Finding
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.privileges import rules
from ansible_collections.ray.containers.plugins.module_utils._core.privileges.findings import Powers, findings
from ansible_collections.ray.containers.plugins.module_utils._core.privileges.places import (
    ABOVE,
    FILES,
    LARGE,
    SERVICES,
    SMALL,
)
from ansible_collections.ray.containers.plugins.module_utils._core.privileges.programs import of_table, of_unit
from ansible_collections.ray.containers.plugins.module_utils._host.command import SYSTEM_PATH, CommandFailed, Commands
from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text
from ansible_collections.ray.containers.plugins.module_utils._host.privileges.access import Identity, permitted

__all__ = ["examine"]

#: For sudo, which may ask a directory service, in seconds.
SUDO_TIMEOUT = 30.0

SUDOERS = "/etc/sudoers"
DOAS = ("/etc/doas.conf", "/etc/doas.d/*.conf")
POLKIT = ("/etc/polkit-1/rules.d/*.rules", "/etc/polkit-1/localauthority/*/*.pkla")
UNITS = ("/etc/systemd/system", "/usr/local/lib/systemd/system", "/run/systemd/system")
TABLES = ("/etc/crontab", "/etc/cron.d/*")
DISKS = ("/dev/sd*", "/dev/vd*", "/dev/xvd*", "/dev/nvme*n*", "/dev/mmcblk*", "/dev/dm-*", "/dev/md*")

#: Files of a sudoers that includes others.
MOST_FILES = 200


def examine(commands: Commands, identity: Identity, *, exists: bool) -> tuple[Finding, ...]:
    """How the account could become root, errors first.

    :param exists: whether there is such an account; of one that is yet to make, sudo cannot be asked.
    """
    user, groups = identity.name, identity.group_names
    own = tuple(group for group in groups if group == user)
    programs = _programs()
    answers = permitted(identity, places=_places(), devices=_devices(), programs=[path for _unit, path in programs])
    powers = Powers(
        groups=groups,
        sudo=_sudo(commands, identity, exists=exists),
        doas=_doas(user, groups) if _has("doas") else (),
        polkit=tuple(path for path in _matching(POLKIT) if rules.polkit_rules(_text(path), user, own)),
        root_has_no_password=_text("/etc/shadow").startswith("root::"),
        writable=tuple(answers.writable),
        services=tuple(answers.devices),
        programs=tuple((unit, path) for unit, path in programs if path in answers.programs),
    )
    return findings(user, powers)


def _sudo(commands: Commands, identity: Identity, *, exists: bool) -> tuple[str, ...]:
    if not _has("sudo"):
        return ()
    if exists:
        try:
            told = commands.run(("sudo", "-n", "-l", "-U", identity.name), check=False, timeout=SUDO_TIMEOUT)
        except CommandFailed:
            told = None
        if told and (told.rc == 0 or "not allowed" in told.stdout + told.stderr):
            return rules.sudo_listed(told.stdout)
    return rules.sudoers_rules(tuple(_sudoers()), identity.name, identity.uid, identity.group_names)


def _sudoers() -> t.Iterator[str]:
    """The texts of /etc/sudoers and of all that it includes. A directory's files with a dot or a ~ are left out, as by sudo."""
    waiting: list[str] = [SUDOERS]
    seen: set[str] = set()
    while waiting and len(seen) < MOST_FILES:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        text = _text(path)
        yield text
        for name, is_directory in rules.included(text):
            target = name if name.startswith("/") else os.path.join(os.path.dirname(path), name)
            names = sorted(os.listdir(target)) if is_directory and os.path.isdir(target) else []
            waiting += [f"{target}/{each}" for each in names if "." not in each and not each.endswith("~")]
            waiting += [] if is_directory else [target]


def _doas(user: str, groups: t.Collection[str]) -> tuple[str, ...]:
    return rules.doas_rules("\n".join(_text(path) for path in _matching(DOAS)), user, groups)


def _places() -> list[str]:
    """Every file and directory that root runs or believes, links resolved, each once."""
    found = [*ABOVE, *FILES, *LARGE, *SMALL]
    for directory in (*LARGE, *SMALL):
        if os.path.isdir(directory):
            found += [f"{directory}/{name}" for name in sorted(os.listdir(directory))]
    for directory in UNITS:
        found += glob.glob(f"{directory}/*.d/*.conf")
    real = {os.path.realpath(path): path for path in reversed(found) if os.path.exists(path)}
    return sorted(real.values())


def _devices() -> list[str]:
    return [*SERVICES, *_matching(DISKS)]


def _programs() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for directory in UNITS:
        for path in [*_matching((f"{directory}/*.service",)), *_matching((f"{directory}/*.service.d/*.conf",))]:
            found += [(os.path.basename(path), program) for program in of_unit(_text(path))]
    for path in _matching(TABLES):
        found += [(path, program) for program in of_table(_text(path))]
    return found


def _text(path: str) -> str:
    """A file's text; nothing of what is none, such as a masked unit, or lies where somebody else may write: that is told."""
    try:
        return read_text(path) or ""
    except OperatorError:
        return ""


def _matching(patterns: t.Iterable[str]) -> list[str]:
    return [path for pattern in patterns for path in sorted(glob.glob(pattern)) if os.path.exists(path)]


def _has(program: str) -> bool:
    return shutil.which(program, path=SYSTEM_PATH) is not None
