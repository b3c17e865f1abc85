# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The user id of the account that Ray runs as, where nobody names one.

The first account of most cloud images has the id 1000, which images are made for: the Ray user has another one there. All
nodes that are set up together choose the same, from what each of them has told before any account is made.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import node
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.keep_id import RAYS_UID

__all__ = ["CANDIDATES", "AccountIds", "chosen_user_id"]

#: Looked at on every node that lacks the account.
CANDIDATES = range(RAYS_UID, RAYS_UID + 64)


@dataclass(frozen=True)
class AccountIds:
    """What a node tells of user ids.

    :param uid: of the Ray user, None where there is no such account yet.
    :param taken: the ids among `CANDIDATES` that other accounts have, where it is to be made.
    """

    uid: int | None = None
    taken: tuple[int, ...] = ()

    @classmethod
    def read(cls, told: t.Mapping[str, t.Any]) -> AccountIds:
        """From plain data, as the module podman returns it."""
        uid = told.get("uid")
        return cls(None if uid is None else int(uid), tuple(int(each) for each in told.get("taken") or ()))

    def as_data(self) -> dict[str, t.Any]:
        """As plain data."""
        return {"uid": self.uid, "taken": list(self.taken)}


def chosen_user_id(user: str, own: AccountIds, others: t.Iterable[AccountIds], *, holder: str, maps_users: bool) -> int:
    """The user id that a node's account has, or is to have.

    That of the account where it is there. Else the one that the account has on another node, if it is free here; else the
    lowest that is free on this node and on all others where the account is to be made.

    :param others: what the nodes tell that are set up together with this one, maybe this one among them.
    :param holder: the account that has `RAYS_UID` here.
    :param maps_users: whether Podman can run images as another user id than the account's. Where it cannot, only the id that
        images are made for will do.
    :raises OperatorError: there is none.
    """
    if own.uid is not None:
        return own.uid
    if not maps_users:
        if RAYS_UID not in own.taken:
            return RAYS_UID
        raise node.error(
            node.ACCOUNT_CONFLICT,
            f"The account {user} cannot have the user id {RAYS_UID}, which Ray's images are made for",
            why=f"the account {holder} has it, and Podman before 4.3 runs an image as the Ray user's own id only",
            remedy="Install Podman 4.3 or newer, which takes any, or set ray_uid to the id that your images are made for",
        )
    others = tuple(others)
    elsewhere = [each.uid for each in others if each.uid is not None and each.uid >= RAYS_UID]
    if elsewhere and elsewhere[0] not in own.taken:
        return elsewhere[0]
    taken = {*own.taken, *(uid for each in others if each.uid is None for uid in each.taken)}
    free = [uid for uid in CANDIDATES if uid not in taken]
    if not free:
        raise node.error(
            node.ACCOUNT_CONFLICT,
            f"No user id from {CANDIDATES[0]} to {CANDIDATES[-1]} is free for the account {user}",
            why="each belongs to an account of this node, or of another one that is set up with it",
            remedy="Set ray_uid to an id that is free on all nodes",
        )
    return free[0]
