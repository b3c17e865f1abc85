#!/usr/bin/python
# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation only: the action plugin of the same name does the work, on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: application_environment_info
short_description: Tell the environment variables that applications will have
version_added: 0.1.0
description:
  - For every application of a Serve config, or for one of them, tells which environment variables its processes will have,
    where each comes from, and what it overrides.
  - Runs on the controller alone, whatever host the task is for, and touches no host. The C(ENV) of the images is read from their
    registries; nothing is pulled.
  - "The order, the strongest first: C(env_vars) of the deployment, of the application and of C(controller_options); variables of
    the raylet that begin with C(RAY_), and C(RAY_JOB_ID); the proxy variables of the raylet, which Podman passes on; the C(ENV)
    of the image; what Podman gives every container. It was held against the processes of replicas of Ray 2.60.0 with Podman
    4.3.1."
  - What an application's code says in its own C(ray_actor_options) is not known here. It adds to the application's C(env_vars) as
    long as the file has no C(ray_actor_options) for the deployment.
  - Values that look like secrets are masked.
author:
  - The ray.containers authors (@ray-containers)
extends_documentation_fragment:
  - ray.containers.attributes
  - ray.containers.attributes.reads
  - ray.containers.registries
options:
  path:
    description:
      - The Serve config file on the controller, as Ray documents it.
      - A relative path is sought in the directory of the inventory, then in the working directory, then beside the playbook.
    type: path
    required: true
  application:
    description: The name of the application. Empty for all of them.
    type: str
    default: ""
  heads:
    description: The hosts of the inventory group C(ray_head). There must be exactly one.
    type: list
    elements: str
    required: true
  workers:
    description: The hosts of the inventory group C(ray_workers).
    type: list
    elements: str
    default: []
  raylet_environments:
    description: What the operator adds to the environment of each raylet, by host. A host that is missing adds nothing.
    type: dict
    default: {}
  drain_timeouts:
    description:
      - For how many seconds each raylet may drain, by host; see O(ray.containers.raylet#module:drain_timeout).
      - One that is missing has 60.
    type: dict
    default: {}
  raylet_images:
    description: The images of raylets that run in containers, by host. The raylet of a host that is missing runs on the host.
    type: dict
    default: {}
  ray_version:
    description: The version of Ray in these images. It is only shown, in the place where the head keeps its state.
    type: str
    default: (Ray's version)
  user_home:
    description: The home of the account that the raylets run as.
    type: path
    default: /home/ray
  runtime_path:
    description: Where Ray lies on the nodes. It is only shown, in the variables that name a place below it or after it.
    type: str
    default: /opt/ray/(the node's Ray)
  architecture:
    description: The architecture of the images, as OCI names it, for instance V(arm64). The controller's own when empty.
    type: str
    default: ""
seealso:
  - module: ray.containers.serve_config_info
  - name: Run multiple applications in different containers
    description: Ray's own guide, Environment variables.
    link: https://docs.ray.io/en/latest/serve/advanced-guides/multi-app-container.html#environment-variables
"""

EXAMPLES = r"""
- name: Read what the application whisper will find in its environment
  ray.containers.application_environment_info:
    path: "{{ inventory_dir }}/serve.yaml"
    application: whisper
    heads: "{{ groups['ray_head'] }}"
    workers: "{{ groups['ray_workers'] }}"
    raylet_environments:
      node2:
        RAY_SERVE_LOG_LEVEL: DEBUG
  run_once: true
  register: whisper

- name: Show it
  ansible.builtin.debug:
    msg: "{{ whisper.environments | map(attribute='table') | flatten }}"
"""

RETURN = r"""
environments:
  description:
    - The environment of each kind of process. An application has one for the import of its code and for all deployments that the
      file says nothing of, and one for each deployment with a C(runtime_env), C(num_cpus) or C(num_gpus) of its own.
  returned: success
  type: list
  elements: dict
  contains:
    application:
      description: The application's name.
      type: str
      sample: whisper
    deployment:
      description: The deployment; empty for the application itself.
      type: str
      sample: ""
    image:
      description: The image as the file names it.
      type: str
      sample: docker.io/alice/whisper:1.0
    image_known:
      description: Whether the registry told the image's C(ENV).
      type: bool
    variables:
      description: The variables, in the order of their names.
      type: list
      elements: dict
      contains:
        name:
          description: Its name.
          type: str
          sample: PYTHONPATH
        value:
          description: Its value, masked where it looks like a secret. In parentheses where it is only known on the node.
          type: str
          sample: /home/ray
        source:
          description: Where it comes from.
          type: str
          sample: image ENV
        overrides:
          description: What lost against it, each with C(value) and C(source), the strongest first.
          type: list
          elements: dict
        hosts:
          description: The nodes where it is so. Empty when it is so on all of them.
          type: list
          elements: str
    table:
      description: The same in aligned lines.
      type: list
      elements: str
findings:
  description: Images whose C(ENV) is not known, each with its code and what to do. On failure, what is wrong with the file.
  returned: always
  type: list
  elements: dict
code:
  description: The code of the failure.
  returned: failure
  type: str
  sample: RC-250
actions:
  description: Commands that were run on a host; there are none.
  returned: always
  type: list
  elements: str
  sample: []
"""
