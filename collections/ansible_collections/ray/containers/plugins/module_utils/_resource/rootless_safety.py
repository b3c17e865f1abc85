# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether applications could become root of this host: observed for `rootless_podman`, and its steps that look again.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.privileges.refusal import check_powers
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.temp_directory import ANOTHERS, TEMP_DIR
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.safety import (
    LookThroughImage,
    NotePowers,
    SetTempDirAside,
    check_image,
)
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.state import RootlessDesired
from ansible_collections.ray.containers.plugins.module_utils._host import accounts
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.file_state import file_state
from ansible_collections.ray.containers.plugins.module_utils._host.privileges import changes
from ansible_collections.ray.containers.plugins.module_utils._host.ray import temp_directory
from ansible_collections.ray.containers.plugins.module_utils._resource.ray_user_powers import look

__all__ = ["carry_out", "root_image_id", "seen"]


def seen(commands: Commands, desired: RootlessDesired, gid: int, image_id: str) -> dict[str, t.Any]:
    """The fields of `RootlessObserved` about it.

    :param gid: of the account's primary group, also of an account that is yet to make.
    :param image_id: of the raylet's image; empty for none.
    """
    account = accounts.account(desired.user)
    powers = look(commands, desired.user, desired.uid, gid)
    return {
        "powers": powers.found,
        "powers_noted": powers.noted,
        "temp_dir_owner": _temp_dir_owner(account.uid if account else None),
        "image_weak": _known(image_id, account.uid) if image_id and account else None,
    }


def carry_out(commands: Commands, desired: RootlessDesired, action: object) -> bool:
    """Carry an action out; false for one that is not about this.

    :raises OperatorError: applications could become root, and that is not allowed.
    """
    if isinstance(action, NotePowers):
        _note(commands, desired)
    elif isinstance(action, LookThroughImage):
        _look_through(commands, desired, action.image)
    elif isinstance(action, SetTempDirAside):
        temp_directory.set_aside()
    else:
        return False
    return True


def root_image_id(image: str) -> str:
    """The id of an image in root's store; empty when it is not there."""
    # Only nodes whose raylets run in containers compile it.
    from ansible_collections.ray.containers.plugins.module_utils._host.podman import image_store

    return image_store.root_image_id(image)


def _note(commands: Commands, desired: RootlessDesired) -> None:
    """Of an account that was just made, sudo is asked now."""
    account = accounts.account(desired.user)
    if account is None:
        raise OperatorError(f"The account {desired.user} was not made")
    powers = look(commands, account.name, account.uid, account.gid)
    check_powers(account.name, desired.user_privileged, powers.found)
    changes.note(account.name, powers.now, [list(each) for each in powers.found])


def _look_through(commands: Commands, desired: RootlessDesired, image: str) -> None:
    # A node that knows the image need not compile how it is looked at.
    from ansible_collections.ray.containers.plugins.module_utils._resource.raylet_image_look import look_through

    weak = look_through(commands, desired.user, image, root_image_id(image))
    check_image(desired.user, desired.user_privileged, image, weak)


def _known(image_id: str, uid: int) -> tuple[tuple[str, str], ...] | None:
    # Only nodes whose raylets run in containers compile it.
    from ansible_collections.ray.containers.plugins.module_utils._resource.raylet_image_gate import known

    return known(image_id, uid)


def _temp_dir_owner(uid: int | None) -> str:
    if temp_directory.state(uid) != ANOTHERS:
        return ""
    found = file_state(TEMP_DIR)
    return found.owner if found else ""
