#!/usr/bin/python
# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell what Serve runs."""

from __future__ import annotations

DOCUMENTATION = r"""
module: serve_info
short_description: Tell which applications Serve runs, and how they are
description:
  - Asks Ray's Serve REST interface on the head, and returns what an operator or a playbook wants to know of it.
  - Knows the applications that were deployed by a Serve config.
  - With O(wait_timeout) it waits until applications run as they should, for instance after a node was restarted.
version_added: 0.1.0
author:
  - The ray.containers authors (@ray-containers)
extends_documentation_fragment:
  - ray.containers.attributes
  - ray.containers.attributes.reads
  - ray.containers.serve_api
options:
  user:
    description: The Ray user. A O(token_file) in its territory is read as that user.
    type: str
    default: ray
  address:
    description: The address in the URLs of the result. The head's own when empty.
    type: str
    default: ""
  applications:
    description: The names of the applications that O(wait_timeout) is about.
    type: list
    elements: str
    default: []
  requests:
    description: Whether to ask the nodes' metrics how many requests each application has had.
    type: bool
    default: false
  wait_timeout:
    description:
      - For how many seconds to wait at most until O(applications) run with all their replicas. When the time is up the module
        fails, and tells what is missing.
      - With V(0), and in check mode, it does not wait.
    type: int
    default: 0
  not_on:
    description:
      - Addresses of nodes that do not count; O(wait_timeout) is also about every replica of O(applications) running elsewhere.
      - Nodes that are lost stand in Serve's list until Ray has found out.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: See what runs
  ray.containers.serve_info:
    token_file: /home/ray/.ray/auth_token
  become: true
  register: running

- name: Wait until an application has all its replicas
  ray.containers.serve_info:
    token_file: /home/ray/.ray/auth_token
    applications: [resnet]
    wait_timeout: 300
  become: true
"""

RETURN = r"""
serve:
  description: What Serve runs.
  returned: success
  type: dict
  contains:
    started:
      description: Whether Serve runs at all.
      type: bool
      sample: true
    http:
      description: Where the proxy on the head is reached from the head. Empty while Serve does not run.
      type: dict
      sample: {"host": "127.0.0.1", "port": 8000}
    applications:
      description: The applications, by name.
      type: list
      elements: dict
      contains:
        name:
          description: The application's name.
          type: str
          sample: resnet
        status:
          description: Ray's status of it.
          type: str
          sample: RUNNING
        settled:
          description: Whether it runs, and all of its replicas do.
          type: bool
          sample: true
        message:
          description: What Serve says about it, shortened; empty when it is well.
          type: str
          sample: ""
        url:
          description: Where it answers.
          type: str
          sample: http://192.0.2.10:8000/resnet
        images:
          description: The images that it runs in.
          type: list
          elements: str
          sample: ["registry.example.com/resnet:1.2"]
        nodes:
          description: The addresses of the nodes that its replicas run on.
          type: list
          elements: str
          sample: ["192.0.2.11"]
        since:
          description: Since when its oldest replica runs, in seconds since the epoch; 0 when none does.
          type: float
          sample: 1796009531.2
        requests:
          description:
            - How many requests were C(answered), and how many of these C(failed), since the proxies of its nodes started, as
              Ray's metrics tell it some 10 seconds later. Empty when they tell nothing of the application.
          returned: when O(requests) is true
          type: dict
          sample: {"answered": 1200, "failed": 0}
        deployments:
          description:
            - Its deployments, each with C(name), C(status), C(target), the number of C(replicas) in each state, and how many of
              them run on which of the C(nodes).
          type: list
          elements: dict
          sample: [{"name": "Resnet", "status": "HEALTHY", "target": 1, "replicas": {"RUNNING": 1}, "nodes": {"192.0.2.11": 1}}]
    proxies:
      description: What takes the requests of each node, by its address, with Serve's word for its status.
      type: list
      elements: dict
      sample: [{"node": "192.0.2.10", "status": "HEALTHY"}]
"""

from ansible_collections.ray.containers.plugins.module_utils._ansible import run_info
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_info import read

ARGUMENT_SPEC = {
    "dashboard_url": {"type": "str", "default": "http://127.0.0.1:8265"},
    "token_file": {"type": "path", "default": "", "no_log": False},
    "user": {"type": "str", "default": "ray"},
    "address": {"type": "str", "default": ""},
    "applications": {"type": "list", "elements": "str", "default": []},
    "requests": {"type": "bool", "default": False},
    "wait_timeout": {"type": "int", "default": 0},
    "not_on": {"type": "list", "elements": "str", "default": []},
}


def main() -> None:
    """Run the module."""
    run_info(read, ARGUMENT_SPEC)


if __name__ == "__main__":
    main()
