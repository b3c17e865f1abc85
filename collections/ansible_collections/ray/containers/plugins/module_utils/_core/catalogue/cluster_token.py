# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run is refused for whose token is not the cluster's (RC-243 and RC-244), and a rotation that cannot be (RC-246, RC-247).

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ABSENT", "NOT_ALL", "NO_NEXT", "OTHER"]

OTHER = Entry(
    "RC-243",
    "The run has another token than the cluster",
    "error",
    "a cluster has one token: with another one every raylet would be restarted at once, so nothing was touched",
    "Find the right one: in another clone of this inventory (.secrets/ray_auth_token*), or in the vault that ray_auth_token "
    "comes from; the head has it in ~/.ray/auth_token of the Ray user. To change the cluster's token, run the playbook "
    "ray.containers.rotate_token",
    "Ray documentation, Token authentication: all processes of a cluster have the same token",
)
ABSENT = Entry(
    "RC-244",
    "The cluster has a token, and this inventory has none",
    "error",
    "a new token would restart every raylet at once, so nothing was touched; a fresh clone does not have what is in .secrets",
    "Bring the token here: from another clone of this inventory (.secrets/ray_auth_token*), from a vault, as ray_auth_token; "
    "the head has it in ~/.ray/auth_token of the Ray user",
    "Ray documentation, Token authentication: all processes of a cluster have the same token",
)
NO_NEXT = Entry(
    "RC-246",
    "There is no new token to change to",
    "error",
    "the collection makes one where it keeps the token in a file of its own; one that a variable has is yours to make",
    "Give the new token as ray_next_auth_token, for instance one made by `openssl rand -hex 32`, and put it in the place of "
    "ray_auth_token when the playbook is done",
    "this collection, playbook rotate_token",
)
NOT_ALL = Entry(
    "RC-247",
    "The token changes on all nodes or on none",
    "error",
    "no process of Ray takes two tokens: a node that is left out cannot talk to the others any more",
    "Run the playbook ray.containers.rotate_token without --limit",
    "Ray 2.60.0 src/ray/rpc/authentication/authentication_token_loader.cc: one token, read once",
)
