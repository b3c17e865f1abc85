#!/usr/bin/python
# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell what was deployed on a head."""

from __future__ import annotations

DOCUMENTATION = r"""
module: deploy_history_info
short_description: List the deploys of a head, and tell where a roll-back would lead
description:
  - Reads what M(ray.containers.serve_config) keeps on the head of its last 20 deploys. Ray need not run.
  - The recorded configs themselves, which may hold secrets, are not in the result.
version_added: 0.1.0
author:
  - The ray.containers authors (@ray-containers)
extends_documentation_fragment:
  - ray.containers.attributes
  - ray.containers.attributes.reads
options:
  state:
    description:
      - Where a roll-back is to lead, as O(ray.containers.serve_config#module:state) has it. RV(target) tells what it needs then,
        and the module fails when there is nothing to go back to.
      - Empty for none.
    type: str
    choices: ["", last_good, earlier, recorded]
    default: ""
  number:
    description: The number of the deploy that O(state=recorded) is about.
    type: int
  listed:
    description: Whether the report at the end of the run lists the deploys.
    type: bool
    default: false
  record:
    description: The file on the head that keeps the last good config; the history lies beside it.
    type: path
    default: /var/lib/ray.containers/serve/last-good.json
"""

EXAMPLES = r"""
- name: List the deploys
  ray.containers.deploy_history_info:
    listed: true
  become: true
  register: history
"""

RETURN = r"""
deploys:
  description: The deploys, the oldest first.
  returned: success
  type: list
  elements: dict
  contains:
    number:
      description: Its number on this head.
      type: int
      sample: 7
    began:
      description: When it began, in seconds since the epoch.
      type: float
      sample: 1796009531.2
    seconds:
      description: How long it took; 0 as long as it has not ended.
      type: float
      sample: 14.2
    who:
      description: Who deployed, and from which machine.
      type: str
      sample: alice@laptop
    why:
      description: Why.
      type: str
      sample: the new model
    result:
      description:
        - V(good) when all applications ran and answered right, V(failed), V(under way), or V(cut off) when its run was killed.
      type: str
      sample: good
    said:
      description: Why it failed.
      type: str
      sample: ""
    back_to:
      description: The number of the deploy that it went back to; 0 for a new one.
      type: int
      sample: 0
    ray:
      description: The version of Ray that it was deployed to.
      type: str
      sample: 2.60.0
    digest:
      description: A short name for exactly this config.
      type: str
      sample: 5f2a8c11d0e4
    images:
      description: The images of each application.
      type: dict
      sample: {"resnet": ["registry.example.com/resnet@sha256:9a8b"]}
deploying:
  description: Who deploys now, with C(who), C(why), and C(since) in seconds since the epoch; empty when nobody does.
  returned: success
  type: dict
listed:
  description: O(listed).
  returned: success
  type: bool
target:
  description:
    - Where O(state) leads, with the C(number) of that deploy (0 where it is not in the history), its C(ray) and its C(images).
  returned: when O(state) is given
  type: dict
"""

from ansible_collections.ray.containers.plugins.module_utils._ansible import run_info
from ansible_collections.ray.containers.plugins.module_utils._resource.deploy_history import read

ARGUMENT_SPEC = {
    "state": {"type": "str", "default": "", "choices": ["", "last_good", "earlier", "recorded"]},
    "number": {"type": "int"},
    "listed": {"type": "bool", "default": False},
    "record": {"type": "path", "default": "/var/lib/ray.containers/serve/last-good.json"},
}


def main() -> None:
    """Run the module."""
    run_info(read, ARGUMENT_SPEC, required_if=[("state", "recorded", ["number"])])


if __name__ == "__main__":
    main()
