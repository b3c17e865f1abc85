# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusing an account that can become root of a host.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

__all__ = ["check_powers"]

#: The one finding that stops nothing, which is a warning in the catalogue (`catalogue.privileges`).
ONLY_TOLD = ("RC-256",)


def check_powers(user: str, policy: str, powers: t.Sequence[tuple[str, str]]) -> None:
    """Refuse an account that can become root of the host, unless that is allowed.

    :param policy: ``refuse`` or ``allow``.
    :param powers: (code, evidence) of each way.
    :raises OperatorError: with every way; its code is the first one's.
    """
    ways = [(code, evidence) for code, evidence in powers if code not in ONLY_TOLD]
    if not ways or policy == "allow":
        return
    # Only a node that is refused compiles it.
    from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import privileges

    entries = (privileges.MAY_BECOME_ROOT, privileges.ROOTS_GROUP, privileges.WRITES_ROOTS_FILES)
    entry = next(each for each in entries if each.code == ways[0][0])
    raise OperatorError(
        f"The account {user} can become root of this host, and with it every application",
        why="; ".join(dict.fromkeys(evidence for _code, evidence in ways)),
        remedy=entry.remedy,
        code=entry.code,
    )
