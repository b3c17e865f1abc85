# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Podman still holds from before, and what the plan can safely take from it: steps.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.plan import Step
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.state import (
    RootlessDesired,
    RootlessObserved,
)
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.subordinate_ids import Ranges

__all__ = ["GiveLocksBack", "Migrate", "mending"]


@dataclass(frozen=True)
class Migrate:
    """Have Podman give up the user namespace that it holds, so that the next command makes another one.

    Its containers end with it: what they run as is mapped to ids that are no longer the account's.
    """

    user: str


@dataclass(frozen=True)
class GiveLocksBack:
    """Make Podman's locks the account's again."""

    uid: int


def mending(desired: RootlessDesired, observed: RootlessObserved, granted: tuple[Ranges, Ranges]) -> t.Iterator[Step]:
    """The steps.

    :param granted: the subordinate ids of users and of groups as they are once the plan is carried out.
    """
    mapped = observed.mapped
    if mapped is not None and [sorted(ranges) for ranges in mapped] != [sorted(ranges) for ranges in granted]:
        yield Step(
            Migrate(desired.user),
            f"Have Podman use {desired.user}'s subordinate ids as they are now (podman system migrate)",
            before=_described(mapped),
            after=_described(granted),
        )
    elif observed.lost:
        yield Step(
            Migrate(desired.user),
            "Have Podman give up containers that were killed behind its back (podman system migrate)",
            before="containers that are gone\n",
        )
    if observed.locks_owner not in ("", desired.user):
        yield Step(
            GiveLocksBack(desired.uid),
            f"Give Podman's locks back to {desired.user}",
            before=f"locks of {observed.locks_owner}\n",
            after=f"locks of {desired.user}\n",
        )


def _described(both: tuple[Ranges, Ranges]) -> str:
    return "".join(
        f"{kind}: {', '.join(f'{start}+{count}' for start, count in sorted(ranges)) or 'none'}\n"
        for kind, ranges in zip(("users", "groups"), both)
    )
