#!/usr/bin/python
# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install Ray at an exact version for an exact Python."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ray_runtime
short_description: Install Ray at an exact version for an exact Python
version_added: 0.1.0
description:
  - Installs Ray in a virtual environment of its own, for raylets that run on the host.
  - Nodes and images must hold the very same Ray and Python, down to the patch number, so both are exact here, and both
    are in the environment's path (for instance C(/opt/ray/2.60.0-py3.11.2)).
  - The work is done by C(uv), which the module fetches from the package index that the node's pip is configured for
    (C(pip.conf), C(PIP_*) variables, else PyPI); neither pip nor C(python3-venv) is needed. Index, extra indexes,
    find-links, certificates, proxy and trusted hosts of that configuration hold for everything that is installed.
  - The environment is made beside its place and moved there when it is whole, so a run that is killed leaves nothing half
    done.
  - With O(raylet_image) nothing is installed. Ray and Python of the image are read, in a container and once for each image,
    and must be the versions that are asked for.
  - When several nodes share O(path) (NFS, or a volume) the first one installs and the others wait for it and use it.
    A run also waits until what a killed one has started there has ended.
extends_documentation_fragment:
  - ray.containers.attributes
  - ray.containers.attributes.changes
  - ray.containers.raylet_image
options:
  version:
    description: The exact version of Ray, for instance V(2.60.0).
    type: str
    required: true
  python_version:
    description:
      - The exact version of Python, for instance V(3.11.2).
      - When empty, the node's own C(python3) is used, whatever its version is.
      - A version that the host does not have is installed by C(uv) below O(path), from GitHub or from the mirror that
        E(UV_PYTHON_INSTALL_MIRROR) names.
    type: str
    default: ""
  path:
    description: The directory that holds the environments; nodes may share it.
    type: path
    default: /opt/ray
  extras:
    description:
      - The extras of Ray to install with it.
      - An environment that has more than these is left as it is.
    type: list
    elements: str
    default: [serve]
  packages:
    description:
      - Further packages to install beside Ray, each with its exact version, for instance V(grpcio-health-checking==1.76.0).
      - What Ray imports outside of images must be here. That are gRPC functions, which the proxies import, policies and routers
        of the Serve config, which the head imports, and an ingress without an image.
      - They are installed together with Ray, so a package that needs another Ray is refused. What a raylet that runs has imported
        stays as it is until it starts again.
      - A package that is no longer listed stays, until the environment is made again.
    type: list
    elements: str
    default: []
  state:
    description:
      - V(present) installs what is missing.
      - V(absent) removes the environment of exactly this version of Ray and Python.
    type: str
    choices: [present, absent]
    default: present
  user:
    description: The account that asks O(raylet_image) in a container; without one it is not looked at.
    type: str
    default: ray
seealso:
  - module: ray.containers.raylet
  - module: ray.containers.version_parity_info
author:
  - The ray.containers authors (@ray-containers)
"""

EXAMPLES = r"""
- name: Install Ray for the node's own Python
  ray.containers.ray_runtime:
    version: 2.60.0
  become: true
  register: runtime

- name: Install Ray and the module with the gRPC functions of an application
  ray.containers.ray_runtime:
    version: 2.60.0
    packages:
      - speech-protocol==1.4.0
  become: true

- name: Install Ray for the Python of the official images, from a mirror
  ray.containers.ray_runtime:
    version: 2.60.0
    python_version: 3.11.13
  become: true
  environment:
    UV_PYTHON_INSTALL_MIRROR: https://mirror.example.com/python-build-standalone
"""

RETURN = r"""
ray_runtime:
  description: The environment; in check mode the one that there would be.
  returned: success
  type: dict
  contains:
    path:
      description: The virtual environment.
      type: str
      sample: /opt/ray/2.60.0-py3.11.2
    python:
      description: Its interpreter.
      type: str
      sample: /opt/ray/2.60.0-py3.11.2/bin/python
    ray_version:
      description: The version of Ray in it.
      type: str
      sample: 2.60.0
    ray_commit:
      description: The commit that this Ray was built from; empty in check mode when it is not installed yet.
      type: str
      sample: 0f0b8f0d1c2b3a495867768594a3b2c1d0e0f0b8
    python_version:
      description: The exact version of Python.
      type: str
      sample: 3.11.2
firewall:
  description: Whether this node has rules of M(ray.containers.firewall), which the site then takes off where none are wanted.
  returned: success
  type: bool
  sample: false
steps:
  description: What was done, or in check mode would be, one sentence each.
  returned: success
  type: list
  elements: str
actions:
  description: Every command as run.
  returned: always
  type: list
  elements: str
"""

from ansible_collections.ray.containers.plugins.module_utils._ansible import run_resource
from ansible_collections.ray.containers.plugins.module_utils._resource.ray_runtime import ARGUMENT_SPEC, build


def main() -> None:
    run_resource(build, ARGUMENT_SPEC)


if __name__ == "__main__":
    main()
