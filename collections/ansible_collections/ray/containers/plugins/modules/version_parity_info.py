#!/usr/bin/python
# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: version_parity_info
short_description: Compare the Ray and Python of a node with the head and with every image
version_added: 0.1.0
description:
  - Compares a node with the images of its applications in Ray (version and commit), Python (to the patch number),
    architecture, the user id that containers run as, and in its versions of protobuf, grpcio, cloudpickle and pydantic.
  - Looks whether both of Ray's commands find the same worker in an image, whether it has Serve, whether its C(ENTRYPOINT) runs
    Ray's first command, whether its user can write where Ray mounts its sessions and in a home, and, where an application
    asks for GPUs, whether its container gets some and CUDA fits.
  - Imports every application's C(import_path) in its image with its C(env_vars), as Ray does when it builds the application.
  - Compares the node's Ray, Python and variables with the head's.
  - Ray itself does not stop a worker whose versions differ, so in a container a difference shows late and as something else.
  - Each image is asked in a container like the ones that Ray starts, once; the answer is kept by image id, user id, import path
    and environment below C(/var/lib/ray.containers), so that an unchanged node answers without starting a container.
    What failed is not kept.
  - The node only tells what it found; the controller judges it.
extends_documentation_fragment:
  - ray.containers.attributes
  - ray.containers.attributes.reads
  - ray.containers.raylet_image
options:
  user:
    description: The account that the raylet runs as.
    type: str
    default: ray
  runtime_path:
    description:
      - The virtual environment that the raylet runs from, RV(ray.containers.ray_runtime#module:ray_runtime.path).
      - Needed without O(raylet_image).
    type: path
    default: ""
  images:
    description: Images to compare, each with its registry, beside those of O(config).
    type: list
    elements: str
    default: []
  config:
    description:
      - A Serve config with its images pinned, RV(ray.containers.serve_config_info#module:config), as a dictionary.
      - Its images are compared, its applications imported. The values of its variables are masked in error messages, and stand
        on no command line and in no log.
    type: raw
  contents:
    description:
      - What the node and its images hold, where M(ray.containers.app_images) has just told it,
        RV(ray.containers.app_images#module:contents). Nothing is then asked of the node.
    type: dict
    default: {}
  head:
    description: What the head runs, RV(ray.containers.ray_runtime#module:ray_runtime) of that host; empty when it is not known.
    type: dict
    default: {}
  head_host:
    description: The head, as the inventory names it.
    type: str
    default: ""
  same_as_head:
    description:
      - The names of variables that should have one value for the whole cluster. This node's are compared with those of
        O(head_host), both as the tasks of a role see them. One that cannot be told yet, as it needs facts, is left out.
      - Of values that may be secrets only the names are told.
    type: list
    elements: str
    default: []
  policy:
    description:
      - V(enforce) fails when an image does not fit, with a table of what differs and what to change.
      - V(warn) only warns, and says of every error that it was let through.
      - V(report) only returns the comparison.
      - In check mode a runtime or an image that is not there yet is no failure; RV(parity.not_compared) names it.
    type: str
    choices: [enforce, warn, report]
    default: enforce
  timeout:
    description: How many seconds the container of one image may take, imports included.
    type: int
    default: 600
seealso:
  - module: ray.containers.app_images
  - module: ray.containers.ray_runtime
  - module: ray.containers.serve_config_info
author:
  - The ray.containers authors (@ray-containers)
"""

EXAMPLES = r"""
- name: Stop here when an image does not fit the node
  ray.containers.version_parity_info:
    user: ray
    runtime_path: /opt/ray/2.60.0-py3.11.2
    images:
      - docker.io/alice/whisper@sha256:5ed3b77b78570293b2a8125daadcae1ae1e1ed1e1628277f8bbca23f694bf2ae
  become: true

- name: Stop here when an application cannot be imported in its image, or the node differs from the head
  ray.containers.version_parity_info:
    runtime_path: "{{ ray_node_runtime.ray_runtime.path }}"
    config: "{{ hostvars['localhost'].ray_site.config }}"
    head: "{{ hostvars[groups['ray_head'] | first].ray_node_runtime.ray_runtime }}"
  become: true
  any_errors_fatal: true
"""

RETURN = r"""
parity:
  description: The comparison; also part of a failure.
  returned: always
  type: dict
  contains:
    node:
      description:
        - Its C(ray_version), C(ray_commit), C(python_version), C(architecture), C(user_id), C(libraries) and C(gpus).
        - Empty without Ray.
      type: dict
    images:
      description: The same of every image, by reference, and what else Ray needs of it. What is usual is left out.
      type: dict
    differences:
      description: What does not fit, errors first.
      type: list
      elements: dict
      contains:
        code:
          description: The code of the fault.
          type: str
          sample: RC-302
        severity:
          description: V(error) or V(warning).
          type: str
        subject:
          description: The image, or the node where it differs from the head.
          type: str
        what:
          description: In what it differs.
          type: str
          sample: Python
        found:
          description: What the subject has.
          type: str
          sample: 3.10.13
        wanted:
          description: What the node, or the head, has.
          type: str
          sample: 3.11.2
        evidence:
          description: Both in words.
          type: str
          sample: it has Python 3.10.13, the node 3.11.2
        cause:
          description: Why it goes wrong.
          type: str
        remedy:
          description: What to do.
          type: str
    not_compared:
      description: What is not there yet, one sentence each.
      type: list
      elements: str
    policy:
      description: The policy under which the differences were told.
      type: str
    table:
      description: The comparison in aligned lines, what differs first.
      type: list
      elements: str
actions:
  description: Every command as run; none on an unchanged node.
  returned: always
  type: list
  elements: str
"""

from ansible_collections.ray.containers.plugins.module_utils._ansible import run_info
from ansible_collections.ray.containers.plugins.module_utils._resource.version_parity import ARGUMENT_SPEC, read


def main() -> None:
    run_info(read, ARGUMENT_SPEC)


if __name__ == "__main__":
    main()
