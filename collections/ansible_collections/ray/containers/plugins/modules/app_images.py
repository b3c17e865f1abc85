#!/usr/bin/python
# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: app_images
short_description: Have the images of applications on a node, ready for Ray's containers
version_added: 0.1.0
description:
  - Pulls images into the image store of the Ray user, which is the one that Ray's own C(podman run) looks into.
  - Has their layers ready under the ids of C(--userns=keep-id), with which Ray starts every worker. Otherwise Podman copies the
    whole image when its first replica starts, which takes about 7 seconds for an image of 780 MB. Where the store keeps its
    layers under these ids from the pull on (C(remap-uids) in C(storage.conf)) nothing is copied at all.
  - An image that is named by its digest is pulled once and never asked for again. A tag that is there is not compared with the
    registry's, as Ray does it; M(ray.containers.serve_config_info) pins tags to digests.
  - The first missing image is pulled alone, since images of applications mostly share their base; then the others side by side.
  - Podman itself tries a registry that does not answer three times more. A run that is killed converges when run again.
extends_documentation_fragment:
  - ray.containers.attributes
  - ray.containers.attributes.changes
  - ray.containers.raylet_image
options:
  user:
    description: The account that the raylet runs as.
    type: str
    default: ray
  images:
    description:
      - The images, each with its registry, best pinned as V(registry/repository@sha256:...).
      - An image under C(localhost/) cannot be pulled; it must have been built by the same account on this host.
    type: list
    elements: str
    required: true
  applications:
    description:
      - Which application uses which image, so that an error can name it.
      - RV(ray.containers.serve_config_info#module:images) has this form.
    type: list
    elements: dict
    default: []
    suboptions:
      application:
        description: The name of the application.
        type: str
        required: true
      deployment:
        description: The deployment that has this image for itself; empty when the whole application has it.
        type: str
        default: ""
      reference:
        description: The image as the Serve config names it.
        type: str
        required: true
      pinned:
        description: The image by its digest.
        type: str
        default: ""
  parallel:
    description: How many images are pulled side by side.
    type: int
    default: 3
  timeout:
    description: How many seconds one image may take.
    type: int
    default: 1800
  config:
    description:
      - A Serve config with its images pinned, RV(ray.containers.serve_config_info#module:config), as a dictionary.
      - When it is given, RV(contents) tells what M(ray.containers.version_parity_info) compares, which then need not come to the
        node for it. An image that is new is asked in a container for that, and every application imported in its image.
      - The values of its variables are masked in error messages, and stand on no command line and in no log.
    type: raw
  runtime_path:
    description:
      - The virtual environment that the raylet runs from, RV(ray.containers.ray_runtime#module:ray_runtime.path).
      - Needed with O(config), unless O(raylet_image) is given.
    type: path
    default: ""
seealso:
  - module: ray.containers.image_push
  - module: ray.containers.version_parity_info
author:
  - The ray.containers authors (@ray-containers)
"""

EXAMPLES = r"""
- name: Have the images of every application of the Serve config on the node
  ray.containers.app_images:
    user: ray
    images: "{{ serve_config.images | map(attribute='pinned') }}"
    applications: "{{ serve_config.images }}"
  become: true
"""

RETURN = r"""
images:
  description: The images, in the order of O(images).
  returned: success
  type: list
  elements: dict
  contains:
    reference:
      description: As asked for.
      type: str
      sample: docker.io/alice/whisper@sha256:5ed3b77b78570293b2a8125daadcae1ae1e1ed1e1628277f8bbca23f694bf2ae
    digest:
      description: The digest of the manifest; empty in check mode for a tag that is not there.
      type: str
      sample: sha256:5ed3b77b78570293b2a8125daadcae1ae1e1ed1e1628277f8bbca23f694bf2ae
    id:
      description: The image's id; empty in check mode for an image that is not there.
      type: str
      sample: 6e655996f7f918eb976bfe308d1b95134adcf5cb0e674848c9f6d46d9e5070b9
    size:
      description: Bytes, unpacked; 0 in check mode for an image that is not there.
      type: int
      sample: 838573533
contents:
  description: What the node's Ray and the images hold, for O(ray.containers.version_parity_info#module:contents).
  returned: when O(config) is given
  type: dict
  contains:
    node:
      description: What the node's Ray is; empty without Ray.
      type: dict
    images:
      description: What the images hold, by reference. Those that are not there are left out.
      type: dict
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
from ansible_collections.ray.containers.plugins.module_utils._resource.app_images import ARGUMENT_SPEC, build


def main() -> None:
    run_resource(build, ARGUMENT_SPEC)


if __name__ == "__main__":
    main()
