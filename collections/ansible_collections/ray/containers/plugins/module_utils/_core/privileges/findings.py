# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what an account may do on a host to findings: how it could become root.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import privileges as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Finding
from ansible_collections.ray.containers.plugins.module_utils._core.privileges.places import LOG_GROUPS, ROOT_GROUPS

__all__ = ["Powers", "findings"]

#: Of a long list of files or rules, this many are told.
TOLD = 3


@dataclass(frozen=True)
class Powers:
    """What an account may do on a host beyond what everybody may.

    :param groups: the names of all its groups.
    :param sudo: the rules by which sudo lets it run something.
    :param doas: those of doas.
    :param polkit: files of rules of polkit that name it.
    :param root_has_no_password: su makes everybody root.
    :param writable: files and directories of root's that it may change.
    :param services: sockets and devices that are as good as root, and that it may open.
    :param programs: (unit or table, program): what root's services and tables run, and it may change.
    """

    groups: tuple[str, ...] = ()
    sudo: tuple[str, ...] = ()
    doas: tuple[str, ...] = ()
    polkit: tuple[str, ...] = ()
    root_has_no_password: bool = False
    writable: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    programs: tuple[tuple[str, str], ...] = ()


def findings(user: str, powers: Powers) -> tuple[Finding, ...]:
    """How the account could become root, and with it every application; errors first."""
    where = f"account {user}"
    found = [Finding(catalogue.MAY_BECOME_ROOT, where, evidence) for evidence in _becomes(powers)]
    for group in powers.groups:
        if group in ROOT_GROUPS:
            evidence = f"it is in the group {group}: {ROOT_GROUPS[group]}"
            found.append(Finding(catalogue.ROOTS_GROUP, where, evidence))
    found += [Finding(catalogue.WRITES_ROOTS_FILES, where, evidence) for evidence in _changes(powers)]
    for group in powers.groups:
        if group in LOG_GROUPS:
            found.append(Finding(catalogue.READS_LOGS, where, f"it is in the group {group}"))
    return tuple(found)


def _becomes(powers: Powers) -> t.Iterator[str]:
    if powers.sudo:
        yield f"sudo lets it run {_listed(powers.sudo)}"
    if powers.doas:
        yield f"doas lets it run programs ({_listed(powers.doas)})"
    if powers.polkit:
        yield f"polkit has rules for it in {_listed(powers.polkit)}"
    if powers.root_has_no_password:
        yield "root has no password, so that su makes everybody root"


def _changes(powers: Powers) -> t.Iterator[str]:
    if powers.writable:
        yield f"it may change {_listed(powers.writable)}"
    if powers.services:
        yield f"it may open {_listed(powers.services)}, which is as good as being root"
    if powers.programs:
        yield "it may change " + _listed([f"{program}, which {unit} runs as root" for unit, program in powers.programs])


def _listed(items: t.Sequence[str]) -> str:
    more = f" and {len(items) - TOLD} more" if len(items) > TOLD else ""
    return ", ".join(items[:TOLD]) + more
