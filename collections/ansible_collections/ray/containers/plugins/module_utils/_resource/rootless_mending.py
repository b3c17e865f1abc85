# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Podman still holds from before: observed for `rootless_podman`, and its steps.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mending import GiveLocksBack, Migrate
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account, account, account_with_uid
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.looks.account import subid_source
from ansible_collections.ray.containers.plugins.module_utils._host.podman.pause import (
    alive_file,
    mapped_by,
    pause_file,
    pause_process,
)
from ansible_collections.ray.containers.plugins.module_utils._host.podman.shared_memory import (
    give_locks_back,
    locks_owner,
)
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of

__all__ = ["mend", "observed_holdings"]


#: What Podman says when it knows of containers, and none of their processes is there (pkg/domain/infra/abi/system.go, 4.3.1).
LOST = "invalid internal status"


def observed_holdings(
    commands: Commands, owner: Account | None, *, in_container: bool, has_store: bool
) -> dict[str, t.Any]:
    """The fields of `RootlessObserved` about it. What a raylet's container holds ends with that.

    :param has_store: whether the account has the store and the configuration that the site gives it: without them Podman would
        make a store of its own when it is asked.
    """
    if owner is None or in_container:
        return {}
    # Of ids that come from elsewhere nobody here can say which are granted.
    others = subid_source().replace("files", "").strip()
    mapped = mapped_by(pause_process(owner.name, owner.uid), owner.uid)
    return {
        "mapped": None if others else mapped,
        "lost": has_store and mapped is None and _is_lost(commands, owner),
        "locks_owner": locks_owner(owner.uid),
    }


def _is_lost(commands: Commands, owner: Account) -> bool:
    """Only asked where no process holds the namespace although Podman has run since the node started."""
    try:
        if files_of(owner.name).state(alive_file(owner.uid)) is None:
            return False
        asked = commands.run(("podman", "ps", "--quiet"), user=owner.name, check=False, timeout=30)
    except OperatorError:
        return False
    return asked.rc != 0 and LOST in asked.stderr


def mend(commands: Commands, action: object) -> bool:
    """Carry an action out; false for one that is not about this."""
    if isinstance(action, Migrate):
        _migrate(commands, action.user)
    elif isinstance(action, GiveLocksBack):
        owner = account_with_uid(action.uid)
        give_locks_back(action.uid, owner.gid if owner else -1)
    else:
        return False
    return True


def _migrate(commands: Commands, user: str) -> None:
    """Have Podman end its containers and the process that holds its namespace, and end that where Podman fails in it."""
    podman = commands.run(("podman", "system", "migrate"), user=user, check=False)
    owner = account(user)
    if podman.rc == 0 or owner is None:
        return
    holder = pause_process(user, owner.uid)
    # As the user: who that process really is, the kernel knows best.
    commands.run(("kill", "-KILL", str(holder)), user=user)
    files_of(user).remove(pause_file(owner.uid))
