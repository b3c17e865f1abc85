# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run is refused for whose token is not the cluster's (RC-243 and RC-244).

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ABSENT", "OTHER"]

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
