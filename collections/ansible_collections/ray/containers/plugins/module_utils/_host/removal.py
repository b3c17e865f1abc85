# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removing what root and the Ray user have between them: a directory of root's with the user's in it, or the user's own.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.territory import IN_THE_WAY
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import account
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of

__all__ = ["remove_shared"]


def remove_shared(path: str, user: str) -> None:
    """Take *path* away: what is the user's as that user, what its containers left with their ids, and the rest as root.

    Root's part ends at the border: it removes nothing that lies in a directory of the user's, or is one.

    :raises OperatorError: something is left; says what, and why.
    """
    left = files_of(user).remove(path)
    owner = account(user)
    if left and owner and os.geteuid() == 0:
        from ansible_collections.ray.containers.plugins.module_utils._host.user_namespace import files_in_namespace

        left = files_in_namespace(owner).remove(path)
    if not left and (owner or not os.path.lexists(path)):
        return
    if files.open_to_others(os.path.dirname(path)):
        raise OperatorError(
            f"{path} cannot be removed whole as {user}",
            why="; ".join(left),
            remedy=IN_THE_WAY.remedy,
            code=IN_THE_WAY.code,
        )
    files.remove(path)
