# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choosing the user id of an account that is to be made, for the capability `rootless_podman`.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.rootless.remapping import maps_users
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.user_id import (
    CANDIDATES,
    AccountIds,
    chosen_user_id,
)
from ansible_collections.ray.containers.plugins.module_utils._host import accounts, kernel
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands

__all__ = ["user_id"]


def user_id(commands: Commands, user: str, told: t.Iterable[t.Mapping[str, t.Any]], raylet_image: str) -> int:
    """The id for an account that is not there.

    :param told: by the nodes that are set up together, as the module podman returns it.
    :param raylet_image: of the raylet's container. Its Podman is not known before that is pulled; version parity tells if it is
        too old.
    """
    maps = bool(raylet_image)
    if not maps:
        version = commands.run(("podman", "--version"), check=False).stdout
        maps = maps_users(version.strip().rpartition(" ")[2], kernel.os_release())
    holder = accounts.account_with_uid(CANDIDATES[0])
    return chosen_user_id(
        user,
        AccountIds(taken=accounts.taken_user_ids(CANDIDATES)),
        map(AccountIds.read, told),
        holder=holder.name if holder else "",
        maps_users=maps,
    )
