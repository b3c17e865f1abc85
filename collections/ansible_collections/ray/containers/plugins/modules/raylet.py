#!/usr/bin/python
# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a node's Ray processes as a service of the host."""

from __future__ import annotations

DOCUMENTATION = r"""
module: raylet
short_description: Run the head or a worker of a Ray cluster as a service
version_added: 0.1.0
description:
  - Runs Ray on a node as the systemd service C(raylet.service), as an unprivileged user, started at boot and again after
    every crash.
  - The module returns when the node answers as a member of its cluster; on the head, when the dashboard's REST API answers too.
    Head and workers can be started in one task; a worker waits for its head.
  - When it does not come up, the module says why; a wrong token, another version of Ray or Python, a head that nobody
    reaches, a port that is taken.
  - The head keeps its state below C(/var/lib/ray), so that a restart or a reboot of the head brings the Serve applications
    back without a new deploy, and without Redis.
  - The service is restarted only when its unit or the token changes; the steps say what changed.
  - With O(raylet_image) the service is a privileged container in which Ray runs as O(user), with the host's network,
    C(/var/lib/containers) and C(/tmp/ray), as Ray's guide asks for. Its image has Ray and Podman in it; the playbook
    C(ray.containers.raylet_image) builds it. A change from the host to a container or back is a restart,
    after which what only the other way needs is removed from the node; of an account that M(ray.containers.rootless_podman) did
    not make, the images and the configuration of Podman stay.
  - Before a raylet is stopped, or a head restarted, Serve starts its replicas elsewhere, where it can; see O(drain_timeout).
  - Every port is fixed (see O(ports)), so that a firewall can be written. Let the nodes reach each other on all of them;
    nobody else needs any of them but Serve's own port, which the Serve config sets.
extends_documentation_fragment:
  - ray.containers.attributes
  - ray.containers.attributes.changes
  - ray.containers.raylet_image
options:
  # tools/options: the rows of the options
  role:
    description: What this node is in the cluster.
    type: str
    choices: [head, worker]
    default: worker
  user:
    description: The account that Ray runs as; M(ray.containers.rootless_podman) makes it.
    type: str
    default: ray
  runtime_path:
    description:
      - The virtual environment that holds Ray, as M(ray.containers.ray_runtime) returns it.
      - Needed for O(state=started) and O(state=restarted) without O(raylet_image).
    type: path
    default: ""
  ray_version:
    description: The version of Ray in it, for the service's description.
    type: str
    default: ""
  head_address:
    description:
      - The address or name by which nodes reach the head.
      - Needed for O(state=started) and O(state=restarted).
    type: str
    default: ""
  port:
    description: The port of the head's control service (GCS).
    type: int
    default: 6379
  dashboard_host:
    description:
      - The address that the head's dashboard, its REST API included, listens on.
      - Whoever reaches it and has the token can run programs on the cluster, so it is the loopback by default.
    type: str
    default: 127.0.0.1
  dashboard_port:
    description: The port of the head's dashboard and REST API.
    type: int
    default: 8265
  node_ip_address:
    description:
      - The address by which the other nodes reach this one, or a name of it.
      - Of a name with several addresses, the one that this host has is taken.
      - When empty, or a name that only this host knows, Ray takes the address that the route to the head has.
    type: str
    default: ""
  ports:
    description:
      - Ports of this node that are to be others than the defaults, by name, from 1024 to 65535.
      - Names and defaults are C(node_manager) 6380, C(object_manager) 6381, C(runtime_env_agent) 6382, C(dashboard_agent_grpc)
        6383, C(dashboard_agent) 6384, C(metrics_export) 6385, C(ray_client_server) 10001, C(worker_minimum) 10002,
        C(worker_maximum) 19999.
    type: dict
    default: {}
  num_cpus:
    description:
      - How many CPUs Ray counts on at this node, a whole number; V(0) keeps replicas away from it.
      - When not set, all that Ray finds.
    type: int
  num_gpus:
    description: How many GPUs Ray counts on at this node, a whole number. When not set, all that Ray finds.
    type: int
  object_store_memory:
    description:
      - The size of this node's object store, in bytes or with a unit; V(2GB) is 2000000000 bytes, V(2GiB) is 2147483648.
      - At least V(75MiB). When empty, Ray takes 30 % of the memory.
    type: str
    default: ""
  resources:
    description: 'Custom resources of this node and their amounts, whole numbers, for instance V({"accelerator": 2}).'
    type: dict
    default: {}
  start_arguments:
    description:
      - Further arguments of C(ray start) on this node, each C(--name) or C(--name=value), for instance V(--labels=rack=7).
      - Those that the collection gives itself, and those that hold a secret, are refused, with the variable to use instead.
    type: list
    elements: str
    default: []
  environment:
    description:
      - Further environment variables of Ray's processes; they win over the collection's own.
      - They are in a file that root alone can read, and in no unit, log or result.
      - No secrets in variables that start with C(RAY_). Ray passes these on to every application container, and on the way they
        are on a command line that every account of the host can read.
    type: dict
    default: {}
  auth_token:
    description:
      - The cluster's token, the same on every node, written to C(~/.ray/auth_token) for O(user) alone to read.
      - Needed for O(state=started) and O(state=restarted).
    type: str
    default: ""
  drain_timeout:
    description:
      - For how many seconds a worker that is stopped or restarted, or a head that is restarted, waits at most until its
        replicas run elsewhere.
      - Serve starts their replacements first; it stops a replica C(graceful_shutdown_timeout_s) (20 seconds by default) before
        the time is over in any case. V(0) is for not waiting at all.
      - On a worker, it holds from the start of the service on that it was given with.
    type: int
    default: 60
  state:
    description:
      - V(started) has it running and started at boot, and restarts it only when its configuration changes.
      - V(restarted) restarts it always.
      - V(stopped) has it stopped, and not started at boot.
      - V(absent) removes the service, the token, the Serve configs that M(ray.containers.serve_config) has recorded as good,
        and everything that Ray kept in C(/var/lib/ray) and C(/tmp/ray).
      - V(emptied) and V(held) are passed through while the playbook C(ray.containers.rotate_token) changes the cluster's token.
        V(emptied) has Serve start the replicas of a head elsewhere, and leaves Ray running. V(held) writes O(auth_token) beside
        a worker that runs, and holds Ray's own processes (C(SIGSTOP)), while those of applications go on, until the raylet is
        started again, at most for half an hour.
    type: str
    choices: [started, stopped, restarted, absent, emptied, held]
    default: started
  raylet_options:
    description:
      - Further options of C(podman run) for the raylet's container, each C(--name) or C(--name=value), for instance
        V(--device=nvidia.com/gpu=all).
      - Those that the collection gives itself are refused, and those without which applications could not start.
    type: list
    elements: str
    default: []
  raylet_privileged:
    description:
      - Whether the raylet's container is privileged, as Ray's guide asks for.
      - V(false) is for the least that Ray's own C(podman run) needs, that is two capabilities, unmasked paths, and a list of
        system calls that M(ray.containers.rootless_podman) writes. Devices such as GPUs must then be named in
        O(raylet_options).
    type: bool
    default: true
  restart:
    description:
      - When a raylet is restarted that runs and is to have another configuration.
      - With V(in_turn), the node is left as it is, and RV(raylet.restart_due) says so. Run the module with V(at_once) on such
        nodes then, one after the other, the head last. A raylet that does not answer is restarted all the same, and so is one
        whose change all nodes have to make together (Ray, Python or O(raylet_image), the head's address or port, the token).
    type: str
    choices: [at_once, in_turn]
    default: at_once
  wait_timeout:
    description: For how many seconds to wait at most until the node answers.
    type: int
    default: 180
  runtimes:
    description:
      - The O(ray.containers.ray_runtime#module:path) below which hosts have Ray. What M(ray.containers.ray_runtime) made there
        is removed once the raylet runs in a container.
      - A directory on a network filesystem is left alone.
    type: path
    default: ""
  # tools/options: end
seealso:
  - module: ray.containers.ray_runtime
  - module: ray.containers.rootless_podman
  - module: ray.containers.serve_config
author:
  - The ray.containers authors (@ray-containers)
"""

EXAMPLES = r"""
- name: Run the head and the workers
  ray.containers.raylet:
    role: "{{ (inventory_hostname in groups['ray_head']) | ternary('head', 'worker') }}"
    runtime_path: /opt/ray/2.60.0-py3.11.2
    ray_version: 2.60.0
    head_address: 192.0.2.10
    node_ip_address: "{{ ansible_host }}"
    auth_token: "{{ ray_auth_token }}"
  become: true

- name: Take a worker out of service
  ray.containers.raylet:
    state: stopped
  become: true
"""

RETURN = r"""
raylet:
  description: The service; in check mode as it is now.
  returned: success
  type: dict
  contains:
    unit:
      description: The name of the systemd unit.
      type: str
      sample: raylet.service
    address:
      description: The cluster's address.
      type: str
      sample: 192.0.2.10:6379
    dashboard_url:
      description:
        - Where the dashboard answers on the head; empty on a worker.
        - As long as RV(raylet.restart_due), that is where it answered before.
      type: str
      sample: http://127.0.0.1:8265
    pid:
      description: The service's main process; 0 when it does not run.
      type: int
      sample: 1234
    restart_due:
      description: Whether it was left with its old configuration by O(restart=in_turn).
      type: bool
      sample: false
    node_address:
      description: By which Ray knows the node; empty where Ray finds it itself.
      type: str
      sample: 192.0.2.11
    drain:
      description:
        - How the drain of the raylet ended that was stopped or restarted; empty when none was.
        - V(ended) is V(nothing) when no replica ran here, V(not_asked) when there was no drain, V(moved) when every replica had
          another one in its place before it left, and V(deadline) when not.
      type: dict
      sample: {"ended": "moved", "seconds": 33.1, "replicas": ["resnet:Classifier"]}
steps:
  description: What was done, or in check mode would be, one sentence each.
  returned: success
  type: list
  elements: str
  sample:
    - "Change /etc/systemd/system/raylet.service: num-cpus: 2 -> 4"
    - "Restart the Ray worker: its configuration has changed"
actions:
  description: Every command as run.
  returned: always
  type: list
  elements: str
"""

from ansible_collections.ray.containers.plugins.module_utils._ansible import run_resource
from ansible_collections.ray.containers.plugins.module_utils._resource.raylet import ARGUMENT_SPEC
from ansible_collections.ray.containers.plugins.module_utils._resource.raylet_by_state import build_by_state


def main() -> None:
    run_resource(
        build_by_state,
        ARGUMENT_SPEC,
        required_if=[
            ("state", state, ("head_address", "auth_token")) for state in ("started", "restarted", "emptied", "held")
        ],
    )


if __name__ == "__main__":
    main()
