#!/usr/bin/python
# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: version_parity_info
short_description: Compare the Ray and Python of a node with every image
version_added: 0.1.0
description:
  - Compares a node with the images of its applications in Ray (version and commit), Python (to the patch number),
    architecture, the user id that containers run as, whether Ray finds its worker and Serve in the image, and whether the
    image's C(ENTRYPOINT) runs Ray's first command.
  - Ray itself does not stop a worker whose versions differ, so in a container a difference shows late and as something else.
  - Each image is asked in a container like the ones that Ray starts, once; the answer is kept by image id and user id below
    C(/var/lib/ray.containers), so that an unchanged node answers without starting a container.
extends_documentation_fragment:
  - ray.containers.attributes
  - ray.containers.attributes.reads
options:
  user:
    description: The account that the raylet runs as.
    type: str
    default: ray
  runtime_path:
    description: The virtual environment that the raylet runs from, RV(ray.containers.ray_runtime#module:ray_runtime.path).
    type: path
    required: true
  images:
    description: The images, each with its registry.
    type: list
    elements: str
    required: true
  policy:
    description:
      - V(enforce) fails when an image does not fit, with a table of what differs and what to change.
      - V(warn) only warns.
      - V(report) only returns the comparison.
      - In check mode a runtime or an image that is not there yet is no failure; RV(parity.not_compared) names it.
    type: str
    choices: [enforce, warn, report]
    default: enforce
  timeout:
    description: How many seconds the container of one image may take.
    type: int
    default: 600
seealso:
  - module: ray.containers.app_images
  - module: ray.containers.ray_runtime
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
"""

RETURN = r"""
parity:
  description: The comparison; also part of a failure.
  returned: always
  type: dict
  contains:
    node:
      description: Its C(ray_version), C(ray_commit), C(python_version), C(architecture), C(user_id); empty without Ray.
      type: dict
    images:
      description: The same of every image, by reference, and what else Ray needs of it.
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
        subject:
          description: The image.
          type: str
        what:
          description: In what it differs.
          type: str
          sample: Python
        node:
          description: The node's side.
          type: str
          sample: 3.11.2
        image:
          description: The image's side.
          type: str
          sample: 3.10.13
        severity:
          description: V(error) or V(warning).
          type: str
        remedy:
          description: What to do.
          type: str
    not_compared:
      description: What is not there yet, one sentence each.
      type: list
      elements: str
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
