#!/usr/bin/python
# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: image_push
short_description: Push an image to a registry
version_added: 0.1.0
description:
  - Pushes an image of this host's store unless the registry holds the very same image under that name.
  - The registry is asked for its manifest, and the image's id in it is compared with the local one. Digests are no help here,
    since layers are compressed on the way. An image that Podman converts on the way, as it does one of Docker's format for
    C(zstd), is known by its layers, configuration and time of creation.
extends_documentation_fragment:
  - ray.containers.attributes
  - ray.containers.attributes.changes
options:
  reference:
    description: The image in the local store.
    type: str
    required: true
  destination:
    description: Its name in the registry, with a tag at most; the same as O(reference) when empty.
    type: str
    default: ""
  tls_verify:
    description:
      - Whether the registry must speak TLS with a certificate that this host trusts, by its own store or by
        C(containers-certs.d(5\)).
    type: bool
    default: true
  auth_file:
    description:
      - The credentials for the registry, as C(podman login --authfile) writes them.
      - Podman reads it as the account in O(user), which must be able to.
      - When empty, those of the account in O(user), or the file that E(REGISTRY_AUTH_FILE) names in the task's C(environment).
    type: path
    default: ""
  registries:
    description:
      - What holds for registries, as the inventory has it. The entry counts whose location is the longest beginning of the
        destination's name.
      - A relative path is sought beside the inventory.
    type: list
    elements: dict
    default: []
    suboptions:
      location:
        description: The registry as it stands in image references, perhaps with the beginning of a path.
        type: str
        required: true
      insecure:
        description: As O(tls_verify=false).
        type: bool
        default: false
      auth_file:
        description: As O(auth_file), where that is empty.
        type: path
  compression:
    description:
      - How layers are compressed that the registry does not have yet.
      - V(zstd) takes nodes a quarter less processor time to pull than V(gzip), and every Podman that Ray can use reads it. Docker
        reads it from version 23 on.
      - Podman before 4.0 has no choice, and compresses with V(gzip) whatever is said here.
    type: str
    choices: [zstd, gzip]
    default: zstd
  user:
    description: The account whose store holds the image; the one that the module runs as when empty.
    type: str
    default: ""
  timeout:
    description: How many seconds the push may take.
    type: int
    default: 3600
seealso:
  - module: ray.containers.image_build
  - module: ray.containers.app_images
author:
  - The ray.containers authors (@ray-containers)
"""

EXAMPLES = r"""
- name: Push the image of an application
  ray.containers.image_push:
    reference: registry.example.com/whisper:1.0
    auth_file: /etc/containers/registry-auth.json
  register: pushed
"""

RETURN = r"""
image:
  description: The image in the registry.
  returned: success
  type: dict
  contains:
    reference:
      description: Its name.
      type: str
      sample: registry.example.com/whisper:1.0
    digest:
      description: The digest that the registry holds; empty in check mode when it would be pushed.
      type: str
      sample: sha256:5ed3b77b78570293b2a8125daadcae1ae1e1ed1e1628277f8bbca23f694bf2ae
    pinned:
      description: The image by that digest.
      type: str
      sample: registry.example.com/whisper@sha256:5ed3b77b78570293b2a8125daadcae1ae1e1ed1e1628277f8bbca23f694bf2ae
    id:
      description: The image's id; empty in check mode when it is not built yet.
      type: str
      sample: 6e655996f7f918eb976bfe308d1b95134adcf5cb0e674848c9f6d46d9e5070b9
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
from ansible_collections.ray.containers.plugins.module_utils._resource.image_push import ARGUMENT_SPEC, build


def main() -> None:
    run_resource(build, ARGUMENT_SPEC)


if __name__ == "__main__":
    main()
