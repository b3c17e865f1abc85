#!/usr/bin/python
# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the ends of a node's logs."""

from __future__ import annotations

DOCUMENTATION = r"""
module: logs_info
short_description: Read the ends of a node's logs, for a bug report
description:
  - Reads the logs of the Ray session that runs or ran last, those that tell why there was a new one, the journal of the raylet's
    service, and what the host and Podman say of themselves. What tells most comes first, and has the first claim to the room that
    there is.
  - What lies in the Ray user's territory is read as that user.
  - Values that must not be shown stand nowhere in the result, in no form. That are the cluster's token, credentials of
    registries, the raylet's environment, and every value of env_vars that a recorded Serve config, a container that is still
    there, or one of Ray's command lines in the logs has.
  - The report at the end of the run packs what all nodes tell into one archive; see C(docs/report.md).
  - Changes nothing.
version_added: 0.1.0
author:
  - The ray.containers authors (@ray-containers)
extends_documentation_fragment:
  - ray.containers.attributes
  - ray.containers.attributes.reads
  - ray.containers.raylet_image
options:
  user:
    description: The account that Ray runs as.
    type: str
    default: ray
  temp_dir:
    description: Ray's temporary directory, below which its sessions lie.
    type: path
    default: /tmp/ray
  tail:
    description: How much of each log is read, from its end, in bytes.
    type: int
    default: 262144
  most:
    description:
      - How much is read of all logs together, in bytes.
      - The action gives each node of a play an equal share of 64 MiB, if that is less.
    type: int
    default: 8388608
"""

EXAMPLES = r"""
- name: Read the logs
  ray.containers.logs_info:
  become: true
"""

RETURN = r"""
logs:
  description: The ends of the logs, those that tell most first.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: The file, or C(commands/) and the command that said it.
      type: str
      sample: /tmp/ray/session_2026-11-23_06-46-08_794989_21687/logs/raylet.err
    text:
      description: Its content. Where the beginning was left out it begins with C(…).
      type: str
    size:
      description: How long the whole log is, in bytes.
      type: int
      sample: 48213
    modified:
      description: When it was last written, in seconds since the epoch; 0 for a command.
      type: float
      sample: 1795416368.79
left_out:
  description: What is not there.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: The file or command.
      type: str
    why:
      description: Why it is not there.
      type: str
      sample: the other logs have used the room that there is
"""

from ansible_collections.ray.containers.plugins.module_utils._ansible import run_info
from ansible_collections.ray.containers.plugins.module_utils._resource.logs import read

ARGUMENT_SPEC = {
    "user": {"type": "str", "default": "ray"},
    "temp_dir": {"type": "path", "default": "/tmp/ray"},
    "raylet_image": {"type": "str", "default": ""},
    "tail": {"type": "int", "default": 262144},
    "most": {"type": "int", "default": 8388608},
}


def main() -> None:
    """Run the module."""
    run_info(read, ARGUMENT_SPEC)


if __name__ == "__main__":
    main()
