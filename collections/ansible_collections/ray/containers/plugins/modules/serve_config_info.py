#!/usr/bin/python
# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation only: the action plugin of the same name does the work, on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: serve_config_info
short_description: Check a Serve config and pin its images to digests
description:
  - Reads a Ray Serve config file, checks it and the inventory that it is for against every rule of the catalogue, lists the
    images that its applications need, and asks their registries for the digests of the tags.
  - Runs on the controller alone, whatever host the task is for, and touches no host. Nothing is pulled, and the file is not
    changed unless O(migrate=true).
  - What a file may hold goes by the Ray of the nodes (C(ray_version) of the head). The collection knows what Ray 2.9 to 2.60
    take, as these told themselves. Of another Ray a complaint about the form of the file is a warning, and that Ray is asked
    itself before a deploy.
  - Everything that is wrong is told in one failure, each with its code, its place, what was found there and what to do.
  - What the inventory says of the hosts is taken from their variables where they are set - C(ray_num_cpus), C(ray_num_gpus),
    C(ray_resources), C(ray_environment), C(ray_port), C(ray_dashboard_port), C(ray_deploy_timeout). What is not set there is not
    claimed - a replica that needs more CPUs than any node has is told only when the CPUs of every node are.
author:
  - The ray.containers authors (@ray-containers)
extends_documentation_fragment:
  - ray.containers.attributes
  - ray.containers.attributes.changes
  - ray.containers.registries
options:
  path:
    description:
      - The Serve config file on the controller, as Ray documents it.
      - Every application must run in an image, named by C(image_uri) in its C(runtime_env) or in those of its deployments or
        models. Where only a part of it does, the rest runs in the own environment of Ray on the nodes, which is a warning.
      - A relative path is sought in the directory of the inventory, then in the working directory, then beside the playbook.
    type: path
    required: true
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
  resolve:
    description:
      - Whether to ask the registries for digests.
      - When V(false), tags stay tags, and nothing tells whether the images exist.
    type: bool
    default: true
  migrate:
    description:
      - Whether to rewrite the deprecated field C(container) of runtime environments as C(image_uri) in the file, before it is
        checked.
      - Of a manifest of KubeRay or a service file of Anyscale the Serve config is written beside it, as C(serve-) and its name;
        the file itself stays as it is.
      - Comments, order and layout of everything else stay. C(run_options) and C(worker_path) have no successor and go.
      - This is the only thing that this module ever changes, and it changes it in one step.
    type: bool
    default: false
  sealed:
    description:
      - Whether RV(config) is only the name of a file that holds the config until the end of this run, and that nobody else can
        read.
      - A result is registered, and callbacks and other programs that watch a run may write it down, with all secrets in the
        config.
      - M(ray.containers.app_images), M(ray.containers.version_parity_info) and M(ray.containers.serve_config) take the name for
        the config.
    type: bool
    default: false
seealso:
  - name: Run multiple applications in different containers
    description: Ray's own guide.
    link: https://docs.ray.io/en/latest/serve/advanced-guides/multi-app-container.html
"""

EXAMPLES = r"""
- name: Check the Serve config and pin its images
  ray.containers.serve_config_info:
    path: "{{ inventory_dir }}/serve.yaml"
    heads: "{{ groups['ray_head'] }}"
    workers: "{{ groups['ray_workers'] }}"
    registries:
      - location: registry.example.com
        auth_file: "{{ inventory_dir }}/.secrets/auth.json"
    sealed: true
  run_once: true
  register: ray_site

- name: Rewrite deprecated fields of the file
  ray.containers.serve_config_info:
    path: "{{ inventory_dir }}/serve.yaml"
    heads: "{{ groups['ray_head'] }}"
    migrate: true
  run_once: true

- name: Show what the nodes have to pull
  ansible.builtin.debug:
    msg: "{{ ray_site.images | map(attribute='pinned') | unique }}"
"""

RETURN = r"""
config:
  description: The file's content, with every image pinned to its digest. With O(sealed=true), what the other modules take for it.
  returned: success
  type: raw
  sample:
    applications:
      - name: whisper
        import_path: whisper_example:entrypoint
        route_prefix: /whisper
        runtime_env:
          image_uri: docker.io/alice/whisper@sha256:2f1c7a1f0b4f3e4f8c6f7a3a1c9d0e5b6a7c8d9e0f1a2b3c4d5e6f708192a3b4
images:
  description: The images that the file names, in its order.
  returned: success
  type: list
  elements: dict
  contains:
    application:
      description: The application that runs in it.
      type: str
      sample: whisper
    deployment:
      description: The deployment that runs in it; empty when the whole application does.
      type: str
      sample: ""
    reference:
      description: The image as the file names it.
      type: str
      sample: docker.io/alice/whisper:1.0
    pinned:
      description: The same image by digest; as written when O(resolve=false) and it is not pinned in the file.
      type: str
      sample: docker.io/alice/whisper@sha256:2f1c7a1f0b4f3e4f8c6f7a3a1c9d0e5b6a7c8d9e0f1a2b3c4d5e6f708192a3b4
raylet_images:
  description: The images of the raylets that run in containers, by their hosts and pinned to their digests.
  returned: success
  type: dict
  sample:
    worker1: registry.example.com/raylet@sha256:2f1c7a1f0b4f3e4f8c6f7a3a1c9d0e5b6a7c8d9e0f1a2b3c4d5e6f708192a3b4
routes:
  description: The route of each application, by name; V(null) for one without HTTP.
  returned: success
  type: dict
  sample:
    whisper: /whisper
needs_facts:
  description: Hosts of which a variable of Ray names facts, such as C(ansible_facts.eth1.ipv4.address); gather them first.
  returned: success
  type: list
  elements: str
  sample: []
findings:
  description: What is wrong or doubtful. On success warnings only; on failure the errors too.
  returned: always
  type: list
  elements: dict
  contains:
    code:
      description: The stable code of the rule.
      type: str
      sample: RC-143
    title:
      description: What is wrong, in a few words.
      type: str
      sample: A variable in an environment variable's value stays literal
    severity:
      description: V(error) or V(warning).
      type: str
      sample: warning
    where:
      description: The place in the file, or in the inventory.
      type: str
      sample: applications[0].runtime_env.env_vars.MODEL_PATH
    evidence:
      description: What was found there. Never the value of a variable.
      type: str
      sample: the container gets ${HOME} in MODEL_PATH as it stands
    cause:
      description: Why it goes wrong.
      type: str
      sample: "With image_uri the container gets the value as written: ${NAME} is not replaced there."
    remedy:
      description: What to do.
      type: str
      sample: Write the value out, or set the variable in the image (ENV)
code:
  description: The code of the first error.
  returned: failure
  type: str
  sample: RC-120
steps:
  description: What was rewritten in the file, or would be in check mode, one sentence each, and what has no successor.
  returned: always
  type: list
  elements: str
  sample:
    - "serve.yaml:8: Write image_uri in place of container in applications[0].runtime_env; worker_path of it
      has no successor and is gone"
actions:
  description: Commands that were run on a host; there are none.
  returned: always
  type: list
  elements: str
  sample: []
"""
