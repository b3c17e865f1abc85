# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token of the cluster that a host belongs to, from the file beside its inventory."""

from __future__ import annotations

DOCUMENTATION = r"""
name: cluster_token
short_description: The token of a cluster, kept beside its inventory
description:
  - Returns the token of the cluster that the host belongs to. It lies in C(.secrets/ray_auth_token.HEAD@ADDRESS) beside the
    inventory, a file that is named for the cluster's head, so that two clusters in one directory do not share one.
  - A C(.secrets/ray_auth_token), as earlier releases made it, keeps working for the first cluster that takes it.
version_added: 0.2.0
author:
  - The ray.containers authors (@ray-containers)
options:
  next:
    description: Whether it is about the token that the cluster is about to get, by the playbook C(ray.containers.rotate_token).
    type: bool
    default: false
  make:
    description:
      - Whether to make a token, and the file, where there is none. C(.secrets) is then 0700 and has a C(.gitignore) of its own.
      - In check mode nothing is made, and the token that is returned is kept nowhere.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Tell whether this clone of the inventory has the cluster's token
  ansible.builtin.debug:
    msg: "{{ 'yes' if lookup('ray.containers.cluster_token') else 'no' }}"
"""

RETURN = r"""
_raw:
  description: The token; empty when there is none and none is made.
  type: list
  elements: str
"""

import typing as t

from ansible.errors import AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.lookup import LookupBase

from ansible_collections.ray.containers.plugins.plugin_utils._inventory.token_files import TokenFiles, new_token

__all__ = ["LookupModule"]


class LookupModule(LookupBase):
    """The lookup ray.containers.cluster_token."""

    def run(self, terms: t.Any, variables: dict[str, t.Any] | None = None, **options: t.Any) -> list[str]:
        """The token, in a list."""
        known = variables or {}
        files = TokenFiles.of(known)
        try:
            upcoming = boolean(options.get("next", False))
            token = files.read_next() if upcoming else files.read()
            if not boolean(options.get("make", False)):
                return [token]
            if known.get("ansible_check_mode"):
                return [token or new_token()]
            return [files.made_next() if upcoming else files.made()]
        except (OSError, UnicodeDecodeError) as error:
            raise AnsibleError(f"The cluster's token cannot be kept in {files.path}: {error}") from error
