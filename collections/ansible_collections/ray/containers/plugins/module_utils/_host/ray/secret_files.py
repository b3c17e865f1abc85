# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of this collection's holds secrets on a node, beside a raylet's token and environment and the Serve configs.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.leftovers import SecretFile
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import (
    ACCOUNT_COMMENT,
    CONTAINER_CONFIGURATION,
    CONTAINER_TOKEN,
    configuration_of,
)
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.records import DIRECTORY, Records
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of

__all__ = ["note_credentials", "secret_files"]

#: The record of the credentials that were given to accounts: digests, by path.
CREDENTIALS = "credentials"


def note_credentials(path: str, content: str) -> None:
    """Remember that these credentials are the inventory's, and not of the account that has them."""
    Records(CREDENTIALS).put(path, _digest(content))


def secret_files(owner: Account | None) -> tuple[SecretFile, ...]:
    """What is there to remove.

    :param owner: the Ray user's account.
    """
    found = [
        SecretFile(CONTAINER_TOKEN, "the token of a raylet's container"),
        SecretFile(f"{CONTAINER_CONFIGURATION}/auth.json", "credentials of registries"),
        SecretFile(f"{DIRECTORY}/{CREDENTIALS}.json", "digests of credentials"),
        *(SecretFile(path, "digests of env_vars") for path in sorted(glob.glob(f"{DIRECTORY}/parity-*.json"))),
    ]
    return tuple(each for each in [*_credentials_of(owner), *found] if each.as_user or os.path.lexists(each.path))


def _credentials_of(owner: Account | None) -> t.Iterator[SecretFile]:
    """The account's own auth.json, where it came from here: of an account of somebody's only as long as it is unchanged."""
    if owner is None:
        return
    path = f"{configuration_of(owner.home, in_container=False)}/auth.json"
    territory = files_of(owner.name)
    with contextlib.suppress(OperatorError):
        if territory.state(path) is None:
            return
        ours = owner.comment == ACCOUNT_COMMENT
        if ours or Records(CREDENTIALS).get(path) == _digest(territory.read_text(path) or ""):
            yield SecretFile(path, "credentials of registries", owner.name)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="surrogateescape")).hexdigest()
