#!/usr/bin/python
# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let the cluster's ports be reached by its own nodes alone."""

from __future__ import annotations

DOCUMENTATION = r"""
module: firewall
short_description: Let the ports of a Ray node be reached by those who need them alone
version_added: 0.1.0
description:
  - Loads rules of nftables that say who may open a TCP connection to this node; every other attempt is answered as if nobody
    listened.
  - SSH is open to everybody, the ports that nodes need of each other to O(nodes), Serve's to O(serve_from), those with metrics to
    O(metrics_from), that of Ray Client to O(client_from). Ray's dashboard is open to nobody; use C(ssh -L).
  - What else listens on the host is closed, unless O(allow) opens it. RV(firewall.closes) names it, also in check mode, and a
    warning does when the rules are loaded.
  - Connections that exist, connections that this node opens itself, its loopback, bridges of containers on it, and everything
    that is not TCP (ICMP, neighbour discovery, DHCP, VPNs) are left alone. So are published ports that the host forwards to a
    container of its own.
  - The rules are in the table C(inet ray_containers), which is replaced in one step. Other tables are neither read nor changed.
    A connection must be let in by all of them; what another firewall of the host drops stays dropped.
  - SSH is not cut. Rules are loaded for 30 seconds first, and a timer of systemd puts back what was there before unless the
    controller comes again by a new connection; only then are they written down for the next boot. That holds also when the run is
    killed, and for SSH at another port than 22.
  - Each node's rules name the addresses of the others, so run it on all nodes when one comes or goes.
  - Rules are tried by the host's own nft in a network namespace of their own before anything is touched, also in check mode.
  - nft must be there; M(ray.containers.podman) brings it with O(ray.containers.podman#module:firewall).
extends_documentation_fragment:
  - ray.containers.attributes
  - ray.containers.attributes.changes
options:
  role:
    description: What this node is in the cluster.
    type: str
    choices: [head, worker]
    default: worker
  nodes:
    description:
      - The nodes of the cluster.
      - Here, and wherever this module asks from whom, each entry is the name of a host or a group in the inventory, an address, a
        network as V(192.0.2.0/24), or another name, which this node's name servers know.
      - A host of the inventory is known by its C(ray_node_ip_address), its C(ansible_host) (else its name in the inventory), and
        whatever C(ray_firewall_addresses) adds. Of these at least one must have an address on this node.
      - Needed for O(state=present).
    type: list
    elements: str
    default: []
  port:
    description: The port of the head's GCS.
    type: int
    default: 6379
  ports:
    description: Ports of this node that are others than the defaults, as in O(ray.containers.raylet#module:ports).
    type: dict
    default: {}
  environment:
    description:
      - The raylet's environment. On the head, its variables C(AUTOSCALER_METRIC_PORT) and C(DASHBOARD_METRIC_PORT) are two ports
        with metrics; 44217 and 44227 without them.
    type: dict
    default: {}
  config:
    description:
      - The Serve config, from which Serve's ports are taken and whether its proxies run on this node.
      - It is read on the controller, and not sent to the node.
    type: dict
    default: {}
  serve_from:
    description:
      - Who may come to Serve's ports beside the nodes; V(everybody) is the whole world.
      - Serve asks for no login.
    type: list
    elements: str
    default: [everybody]
  metrics_from:
    description: Who may fetch metrics, for instance a Prometheus server. Nobody by default.
    type: list
    elements: str
    default: []
  client_from:
    description: Who may come to the server for C(ray://) addresses on the head. Nobody by default.
    type: list
    elements: str
    default: []
  allow:
    description:
      - What else is open on this node. Each has C(ports), a list of ports as V(9100) and ranges of them as V(29500-29600), and
        C(from), a list of who may come to them.
      - Applications that listen on ports of their own, such as those of PyTorch's distributed package and NCCL, need them here,
        from the nodes.
    type: list
    elements: dict
    default: []
  ssh_ports:
    description:
      - Where SSH is open, instead of where it is found.
      - By default the ports of every SSH server of the host, and that of the connection that the module came by.
      - Before SSH moves to another port, name both, and run this.
    type: list
    elements: int
    default: []
  understood:
    description: What of this is open and to which addresses, as the half on the controller has found out. Not given by tasks.
    type: list
    elements: dict
    default: []
  confirm:
    description: What the half on the controller shows when it comes again. Not given by tasks.
    type: str
    default: ""
  state:
    description:
      - V(present) has the rules loaded, now and at every boot.
      - V(absent) takes the table, the service and the files away.
    type: str
    choices: [present, absent]
    default: present
notes:
  - An address proves little to whoever is on the same network and can take it. This keeps out everybody else.
  - Rules are loaded again when C(nftables.service) is started, reloaded or stopped, which takes every table away. After
    C(nft flush ruleset) by hand, run the module again, or C(systemctl reload ray-containers-firewall).
seealso:
  - module: ray.containers.podman
  - module: ray.containers.raylet
author:
  - The ray.containers authors (@ray-containers)
"""

EXAMPLES = r"""
- name: Let the cluster's ports be reached by its own nodes alone
  ray.containers.firewall:
    role: "{{ (inventory_hostname in groups['ray_head']) | ternary('head', 'worker') }}"
    nodes: [ray_cluster]
    serve_from: [192.0.2.0/24, load_balancers]
    metrics_from: [prometheus.example.com]
    allow:
      - ports: [9100]
        from: [prometheus.example.com]
  become: true

- name: Take the firewall off
  ray.containers.firewall:
    state: absent
  become: true
"""

RETURN = r"""
firewall:
  description: The rules; in check mode those that there would be.
  returned: success
  type: dict
  contains:
    active:
      description: Whether rules of this module hold.
      type: bool
      sample: true
    ssh_ports:
      description: Where SSH is open to everybody.
      type: list
      elements: int
      sample: [22]
    open:
      description: The ports, by whom they are open for.
      type: dict
      sample: {"the cluster's nodes": "6379-6381, 6383-6384, 8000, 10002-19999", "clients of Serve": "8000"}
    closes:
      description: What listens on this host and is closed by rules that are loaded or replaced now.
      type: list
      elements: str
      sample: ["9100 (node_exporter)"]
steps:
  description: What was done, or in check mode would be, one sentence each.
  returned: success
  type: list
  elements: str
  sample:
    - "Load the firewall's rules: SSH (22), the cluster's nodes (6380-6381, 6383-6384, 8000), clients of Serve (8000)"
actions:
  description: Every command as run.
  returned: always
  type: list
  elements: str
"""

from ansible_collections.ray.containers.plugins.module_utils._ansible import run_resource
from ansible_collections.ray.containers.plugins.module_utils._resource.firewall import ARGUMENT_SPEC, build


def main() -> None:
    run_resource(build, ARGUMENT_SPEC)


if __name__ == "__main__":
    main()
