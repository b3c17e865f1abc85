#!/usr/bin/python
# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change the token of a cluster in the file that the controller keeps it in."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_token
short_description: Change the token of a cluster in the file that the controller keeps it in
description:
  - The first and the last step of the playbook C(ray.containers.rotate_token), which changes the token of a running cluster. It
    runs on the controller, touches no host, and tells no token.
  - Where the token is no file of this collection's but the variable C(ray_auth_token), for instance of a vault, the new one must
    be given in C(ray_next_auth_token), and is to be put in its place afterwards.
version_added: 0.2.0
author:
  - The ray.containers authors (@ray-containers)
extends_documentation_fragment:
  - ray.containers.attributes
  - ray.containers.attributes.changes
options:
  state:
    description:
      - V(begun) checks that there is a new token to change to, and that all nodes take part.
      - V(finished) makes the new token the cluster's; the file C(.next) beside the token's is gone then.
    type: str
    choices: [begun, finished]
    required: true
  token:
    description: The cluster's token, as C(ray_auth_token) has it.
    type: str
    required: true
  next_token:
    description: The one that it is to get, as C(ray_next_auth_token) has it.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Keep the new token in the place of the old one
  ray.containers.cluster_token:
    state: finished
    token: "{{ ray_auth_token }}"
    next_token: "{{ ray_next_auth_token }}"
"""

RETURN = r"""
steps:
  description: What was done, or in check mode would be, one sentence each.
  returned: success
  type: list
  elements: str
  sample: ["Keep the new token in /home/me/inventory/.secrets/ray_auth_token.head@192.0.2.10"]
actions:
  description: Commands that were run on a host; there are none.
  returned: always
  type: list
  elements: str
  sample: []
"""
