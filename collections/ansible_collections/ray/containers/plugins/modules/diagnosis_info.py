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
  - Looks at this node, and names every known fault that holds now, each with a stable code, a sentence, what was seen, its cause,
    a remedy, and its consequences.
  - Asks side by side and within three seconds - the Ray user's account, home, subordinate ids and runtime directory; Podman, its
    programs, configuration, image store and locks; what the kernel grants; the raylet's service with its drop-ins, the session
    and the token; disks; who holds Ray's ports; whether the head is reached; the images of the Serve config; and, on the head,
    Serve's applications and proxies.
  - A line of a log is evidence of a moment. It is a finding only where the look that proves it could not be done, and nothing of
    the same kind has succeeded since; what is over is returned as RV(past).
  - Findings are linked by what causes what. What follows from another finding stands in that one's RV(findings[].because).
    The report of the run judges all nodes together, so that what follows from another node's finding is there, too.
  - Compares the images that are in use with the node's Ray and Python, which no log tells, and its clock with the controller's.
  - Where a raylet is set up, and to root alone, tells how O(user) could become root of the node, and with it every application,
    and whether other accounts may come at C(/tmp/ray); see M(ray.containers.rootless_podman).
  - Where the node has a raylet's unit, that tells what the raylet runs in, and O(raylet_image) counts only where there is none.
  - Changes nothing. What is seen never shows tokens, passwords, or values of environment variables.
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
  record:
    description: Where M(ray.containers.serve_config) records the last good Serve config on the head.
    type: path
    default: /var/lib/ray.containers/serve/last-good.json
  nodes:
    description:
      - The addresses of the other nodes, to which the head tries to connect.
      - The action fills in every host of C(ray_cluster) or C(ray_workers) that is not in C(ray_head).
    type: list
    elements: str
    default: []
  history:
    description:
      - Whether the report shows what is over, too.
      - It is returned in any case.
    type: bool
    default: false
  fix:
    description:
      - The code of a fault that the playbook C(diagnose) is to fix where it is found. RV(fixed_by) tells how.
      - The module fails where no module of the collection mends that fault safely, and says which faults can be fixed.
    type: str
    default: ""
  fail_on:
    description:
      - How bad a finding must be to make the task fail, which gives C(ansible-playbook) an exit status for cron.
    type: str
    choices: [never, warning, error]
    default: never
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
    - What is wrong now, without what follows from something else. Differences of versions first, then errors, then warnings.
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
    sentence:
      description: What is wrong on this node, in an operator's words.
      type: str
      sample: The Ray user's home /home/ray belongs to root, so podman cannot read its store
    brief:
      description: The same in a few words, as it stands among the consequences of another finding.
      type: str
    because:
      description: What follows from it, in brief.
      type: list
      elements: str
      sample: [raylet.service restarts, numerals has no replica]
    host:
      description: What the node calls itself.
      type: str
    where:
      description: What it is about; a file, a container, an application, or an image.
      type: str
      sample: /tmp/ray/session_2026-11-23_06-46-08_794989_21687/logs/raylet.err
    evidence:
      description: What was seen; of a log the line, shortened, secrets masked.
      type: str
      sample: "Error: keep-id is only supported in rootless mode"
    cause:
      description: Why it happens.
      type: str
    remedy:
      description: What to do.
      type: str
    time:
      description: When a log told it, in the node's own time; empty for what was looked at just now.
      type: str
      sample: "2026-11-23T06:52:18"
ray:
  description:
    - Whether there is Ray on this node; the unit of a raylet, or a dashboard that answers.
    - Without either, no findings do not mean that the node is well.
  returned: success
  type: bool
looks:
  description:
    - What was looked at, and what came of it; V(well), V(wrong), V(unknown) for what could not be looked at, or V(moot) where
      there is nothing to look at on this node.
  returned: on a node with Ray
  type: dict
  sample: {"account": "well", "disks": "unknown", "serve": "moot", "unit": "wrong"}
serve:
  description: RV(ray.containers.serve_info#module:serve) in brief.
  returned: on the head
  type: dict
head:
  description: Whether this node's raylet is the cluster's head.
  returned: where there is a raylet's unit
  type: bool
raylet_image:
  description: The image of the container that the raylet runs in; empty for a raylet of the host.
  returned: where there is a raylet's unit
  type: str
user:
  description: The option of the same name.
  returned: where there is a raylet's unit
  type: str
images:
  description: The images of the Serve config in force, which only the head knows.
  returned: where there is a raylet's unit
  type: list
  elements: str
stored:
  description: The names of the images in the Ray user's store; null where it cannot be read.
  returned: where there is a raylet's unit
  type: list
  elements: str
fixed_by:
  description: The module that fixes the fault O(fix); empty where this node does not have it.
  returned: with O(fix)
  type: str
  sample: rootless_podman
unknown:
  description: What could not be looked at, so that nothing is known of it.
  returned: success
  type: list
  elements: dict
  contains:
    question:
      description: What was to be looked at.
      type: str
      sample: disks
    why:
      description: Why it could not.
      type: str
history:
  description: The option of the same name.
  returned: success
  type: bool
past:
  description: What logs of this Ray session tell and is over, in the same shape.
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
    "record": {"type": "path", "default": "/var/lib/ray.containers/serve/last-good.json"},
    "nodes": {"type": "list", "elements": "str", "default": []},
    "fix": {"type": "str", "default": ""},
    "history": {"type": "bool", "default": False},
    "fail_on": {"type": "str", "choices": ["never", "warning", "error"], "default": "never"},
}


def main() -> None:
    """Run the module."""
    run_info(read, ARGUMENT_SPEC)


if __name__ == "__main__":
    main()
