# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster's token on a node: the Ray user's own, and root's copy that a raylet's container is given.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.plan import TokenFile
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import CONTAINER_TOKEN
from ansible_collections.ray.containers.plugins.module_utils._host.file_state import file_state
from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text
from ansible_collections.ray.containers.plugins.module_utils._host.ray.cluster_token import LONGEST, token_path
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of

__all__ = ["containers_token", "users_token"]


def users_token(home: str, user: str, *, read: bool) -> TokenFile | None:
    """The token as it lies in the user's home.

    :param read: one that is only to be removed is not read, whatever has been put in its place.
    """
    path, territory = token_path(home), files_of(user)
    state = territory.state(path)
    if state is None:
        return None
    content = territory.read_text(path, LONGEST) if read else ""
    return TokenFile(content or "", state.kind == "file" and state.mode & 0o077 == 0 and state.owner == user)


def containers_token(group: str) -> TokenFile | None:
    """The copy as it lies in root's territory."""
    path = f"{CONTAINER_TOKEN}/auth_token"
    content, state = read_text(path, LONGEST), file_state(path)
    if content is None or state is None:
        return None
    return TokenFile(content, (state.mode, state.owner, state.group) == (0o640, "root", group))
