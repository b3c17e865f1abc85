#!/usr/bin/python
# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find what is wrong with a node, its images and its applications."""

from __future__ import annotations

DOCUMENTATION = r"""
module: diagnosis_info
short_description: Find what is wrong with a node, its images and its applications
description:
  - Reads what Ray, Podman and Serve say on this node, and names the known faults in it, each with a stable code, evidence, cause
    and remedy.
  - Looks at whether the raylet's service runs, at its journal, at the logs of the current Ray session, at application containers
    that ended with an error and, where the dashboard answers, at the state of the applications. Every application that is not as
    it should be is a finding, also where no known fault explains it.
  - Compares the images that are in use with the node's Ray and Python, which no log tells; and those that were used last, as long
    as a fault in a log would count as present.
  - Where a raylet is set up, and to root alone, tells how O(user) could become root of the node, and with it every application,
    and whether other accounts may come at C(/tmp/ray); see M(ray.containers.rootless_podman).
  - Where the node has a raylet's unit, that tells what the raylet runs in, and O(raylet_image) counts only where there is none.
  - Changes nothing. Evidence never shows tokens, passwords, or values of environment variables of applications.
version_added: 0.1.0
author:
  - The ray.containers authors (@ray-containers)
extends_documentation_fragment:
  - ray.containers.attributes
  - ray.containers.attributes.reads
  - ray.containers.serve_api
  - ray.containers.raylet_image
options:
  user:
    description: The account that Ray runs as.
    type: str
    default: ray
  runtime_path:
    description:
      - The virtual environment that the raylet runs from, or the directory that it lies in.
      - Without it images are not compared with the node.
    type: path
    default: /opt/ray
  temp_dir:
    description: Ray's temporary directory, below which its sessions lie.
    type: path
    default: /tmp/ray
"""

EXAMPLES = r"""
- name: Find what is wrong
  ray.containers.diagnosis_info:
    token_file: /home/ray/.ray/auth_token
  become: true
  register: diagnosis

- name: Show it
  ansible.builtin.debug:
    msg: "{{ item.code }} {{ item.title }}: {{ item.evidence }}. {{ item.remedy }}"
  loop: "{{ diagnosis.findings }}"
"""

RETURN = r"""
findings:
  description:
    - What is wrong now. Differences of versions first, then the newest.
    - A fault in a log counts as past when all applications run and it is older than two minutes; on a node that cannot see the
      applications, when it is older than a quarter of an hour.
  returned: success
  type: list
  elements: dict
  contains:
    code:
      description: The stable code of the fault.
      type: str
      sample: RC-441
    title:
      description: What is wrong, in a few words.
      type: str
      sample: Podman before 4.5 refuses keep-id to root
    severity:
      description: V(error) or V(warning).
      type: str
      sample: error
    where:
      description: Where it was seen; a file, a container, an application, or an image.
      type: str
      sample: /tmp/ray/session_2026-11-23_06-46-08_794989_21687/logs/raylet.err
    evidence:
      description: The line that tells it, shortened, secrets masked.
      type: str
      sample: "Error: keep-id is only supported in rootless mode"
    cause:
      description: Why it happens.
      type: str
    remedy:
      description: What to do.
      type: str
    time:
      description: When it was last seen, in the node's own time.
      type: str
      sample: "2026-11-23T06:52:18"
ray:
  description:
    - Whether there is Ray on this node; the unit of a raylet, or a dashboard that answers.
    - Without either, no findings do not mean that the node is well.
  returned: success
  type: bool
past:
  description: Faults of this Ray session that no longer hold, in the same shape.
  returned: success
  type: list
  elements: dict
"""

from ansible_collections.ray.containers.plugins.module_utils._ansible import run_info
from ansible_collections.ray.containers.plugins.module_utils._resource.diagnosis import read

ARGUMENT_SPEC = {
    "dashboard_url": {"type": "str", "default": "http://127.0.0.1:8265"},
    "token_file": {"type": "path", "default": "", "no_log": False},
    "user": {"type": "str", "default": "ray"},
    "runtime_path": {"type": "path", "default": "/opt/ray"},
    "temp_dir": {"type": "path", "default": "/tmp/ray"},
    "raylet_image": {"type": "str", "default": ""},
}


def main() -> None:
    """Run the module."""
    run_info(read, ARGUMENT_SPEC)


if __name__ == "__main__":
    main()
