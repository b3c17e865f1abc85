#!/usr/bin/python
# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: image_build
short_description: Build an image from its Containerfile
version_added: 0.1.0
description:
  - Builds an image with C(podman build), and builds it again only when what it is made of has changed.
  - The image carries the label C(ray.containers.build) with a digest over the Containerfile, the files of the context (as
    C(.containerignore) or C(.dockerignore) leave them in), O(build_args), O(labels) and O(target). An image with another
    digest, or one whose base has changed in the local store since, is built again.
  - Variables that change how Podman works (C(CONTAINERS_CONF), C(REGISTRY_AUTH_FILE), proxies and the like) are taken from the
    task's C(environment).
  - When the build fails, the message ends with its last lines.
extends_documentation_fragment:
  - ray.containers.attributes
  - ray.containers.attributes.changes
options:
  reference:
    description: The name of the image, with its tag.
    type: str
    required: true
  context:
    description: The directory on this host that the Containerfile takes files from.
    type: path
    required: true
  containerfile:
    description:
      - The Containerfile, absolute or below O(context).
      - When empty, C(Containerfile) or C(Dockerfile) in O(context).
    type: str
    default: ""
  build_args:
    description:
      - Values for the Containerfile's C(ARG) instructions.
      - They stay in the image's history, so they are no place for secrets.
    type: dict
    default: {}
  labels:
    description: Labels of the image.
    type: dict
    default: {}
  target:
    description:
      - The stage of the Containerfile that the image is; the last one when empty.
      - Images of several stages of one Containerfile share the layers of the stages that they stand on.
    type: str
    default: ""
  volumes:
    description:
      - Directories and files of this host that the build's steps see, such as V(/etc/ssl/certs:/etc/ssl/certs:ro).
      - They are no part of the image, so a change in them builds nothing again.
    type: list
    elements: str
    default: []
  network:
    description: The network of the build's steps; V(host) lets them install packages wherever this host can.
    type: str
    default: host
  user:
    description:
      - The account in whose store the image is built; the one that the module runs as when empty.
      - It reads the Containerfile and O(context).
    type: str
    default: ""
  timeout:
    description: How many seconds the build may take.
    type: int
    default: 3600
seealso:
  - module: ray.containers.image_push
author:
  - The ray.containers authors (@ray-containers)
"""

EXAMPLES = r"""
- name: Build the image of an application
  ray.containers.image_build:
    reference: registry.example.com/whisper:1.0
    context: /srv/images/whisper
    build_args:
      RAY_VERSION: 2.60.0

- name: Build the image of one stage of a Containerfile
  ray.containers.image_build:
    reference: registry.example.com/ray-node:2.60.0
    context: /srv/images/ray
    target: node
"""

RETURN = r"""
image:
  description: The image.
  returned: success
  type: dict
  contains:
    reference:
      description: Its name.
      type: str
      sample: registry.example.com/whisper:1.0
    id:
      description: Its id; empty in check mode when it would be built.
      type: str
      sample: 6e655996f7f918eb976bfe308d1b95134adcf5cb0e674848c9f6d46d9e5070b9
    build:
      description: The digest over what it is made of.
      type: str
      sample: 0d1d5fd0c0e0a4b7c2a6d9f6b1b1d1e4a6b8c9d0e1f2a3b4c5d6e7f8091a2b3c
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
from ansible_collections.ray.containers.plugins.module_utils._resource.image_build import ARGUMENT_SPEC, build


def main() -> None:
    run_resource(build, ARGUMENT_SPEC)


if __name__ == "__main__":
    main()
