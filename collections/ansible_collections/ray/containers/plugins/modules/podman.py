#!/usr/bin/python
# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install Podman for Ray's rootless use."""

from __future__ import annotations

DOCUMENTATION = r"""
module: podman
short_description: Install Podman with what Ray's application containers need
description:
  - Brings Podman to a node in one task, together with what Ray's rootless use of it needs and nothing more;
    an OCI runtime that works on the node's cgroup layout (C(runc) on a hybrid or v1 layout, C(crun) on v2),
    C(newuidmap), a rootless network helper, a lasting runtime directory, and C(fuse-overlayfs) where the kernel has no native
    rootless overlay (before Linux 5.13).
  - It comes from the distribution's own packages, in one transaction without recommended ones, by C(apt), C(dnf), C(zypper),
    C(pacman) or C(apk); C(docs/distributions.md) is the table. Any other distribution is refused in a sentence that names it and
    says what to do. It never asks a question, and starts, restarts and reloads no service.
  - Ubuntu 20.04 and older get it from C(devel:kubic:libcontainers:stable), as Ray's guide says. Its key lies in a keyring of
    its own that no other source trusts, and is known by its whole fingerprint and its expiry date; preferences let nothing
    but Podman and what belongs to it come from there. apt tries the repository in a directory of its own before anything is
    touched, also in check mode; a fault is told with the ways out. A failed installation takes all of it away again.
  - A Podman that is installed already is taken as it is, on any distribution, unless it is older than O(minimum_version).
  - Where packages would have to change, a host that boots its C(/usr) as an image (C(rpm-ostree), C(transactional-update)) or
    has it mounted read-only is refused before anything is done.
  - The package lists are fetched only when something is to be installed and they are missing, older than an hour (on Arch Linux,
    only missing), or do not name it. A run that has nothing to do makes no network access. It starts no process, but for one
    C(rpm) where that keeps the packages, and one C(podman --version) where Podman is no package.
version_added: 0.1.0
author:
  - The ray.containers authors (@ray-containers)
extends_documentation_fragment:
  - ray.containers.attributes
  - ray.containers.attributes.changes
options:
  state:
    description:
      - V(present) makes sure that Podman is installed.
      - V(absent) removes Podman, what this module has brought with it or for its sake and nothing else needs, and the kubic
        repository with its key and preferences. Images, containers and configuration files stay.
    type: str
    choices: [present, absent]
    default: present
  source:
    description:
      - Where Podman comes from.
      - V(auto) takes an installed Podman as it is; otherwise the distribution's own packages, and the kubic repository on
        Ubuntu 20.04 and older.
      - V(distribution) and V(kubic), which serves Debian and Ubuntu, insist.
    type: str
    choices: [auto, distribution, kubic]
    default: auto
  minimum_version:
    description:
      - The lowest version that will do, for instance V(4.5). Empty for any.
      - What the sources offer is known before anything is done. Where the package lists are missing or older than an hour, it
        is asked with lists in a directory of their own, also in check mode (not with C(pacman)).
    type: str
    default: ""
  below_minimum:
    description:
      - What becomes of an installed Podman that is older than O(minimum_version).
      - V(upgrade) upgrades it where the source offers one that will do, and fails otherwise with the ways out; V(refuse) fails
        and leaves it as it is.
    type: str
    choices: [upgrade, refuse]
    default: upgrade
  bridge_networks:
    description:
      - Whether containers of root are to use bridge networks of their own on this host. They need C(iptables) or
        C(nftables) beside.
      - Ray does not; a host that carries a sandbox does.
    type: bool
    default: false
  firewall:
    description: Whether to have C(nftables) as well, which M(ray.containers.firewall) needs.
    type: bool
    default: false
  kubic_url:
    description:
      - What the kubic repository's directories, such as C(xUbuntu_20.04), lie below; for instance a mirror of them.
      - A mirror must keep the label C(devel:kubic:libcontainers:stable) in its Release.
    type: str
    default: https://download.opensuse.org/repositories/devel:/kubic:/libcontainers:/stable
  kubic_key:
    description:
      - The kubic repository's key; a URL, the absolute path of a file on the node, or the armored key itself.
      - Empty for C(Release.key) in the repository's directory.
    type: str
    default: ""
  kubic_fingerprint:
    description: The whole fingerprint of that key. Another one is for a mirror that signs with a key of its own.
    type: str
    default: 2472D6D0D2F66AF87ABA8DA34D64390375060AA4
  lock_timeout:
    description: How long to wait for another program that holds the package manager's lock, in seconds.
    type: int
    default: 300
  user:
    description:
      - The account that Podman is meant for, which need not be there yet. A host on which it can become root is refused before
        anything is changed; see O(user_privileged).
      - Empty for nobody in particular.
    type: str
    default: ""
  user_privileged:
    description:
      - What becomes of a host on which O(user) can become root, and with it every application that Ray runs.
      - V(allow) goes on. M(ray.containers.rootless_podman) has an option of the same name, which says what is looked for.
    type: str
    choices: [refuse, allow]
    default: refuse
  cluster_token:
    description:
      - For the head of a cluster; the token that the run is about to give it, empty when it has none yet. A head on which O(user)
        has another one in C(~/.ray/auth_token) is refused before anything is changed, and neither token is told.
      - Without it nothing is compared.
    type: str
  cluster_token_next:
    description: The token that a rotation is about to give the cluster. A head that has it already is not refused, either.
    type: str
    default: ""
  hold:
    description:
      - Whether to leave a host alone on which there is something to do, and to tell so in RV(held). The other nodes of a cluster
        wait in this way until the head has said that O(cluster_token) is its own.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Install Podman
  ray.containers.podman:
  become: true

- name: Install a Podman that lets a root raylet use keep-id
  ray.containers.podman:
    minimum_version: "4.5"
  become: true

- name: Refuse an older Podman and leave it as it is
  ray.containers.podman:
    minimum_version: "4.5"
    below_minimum: refuse
  become: true

- name: Install Podman on Ubuntu 20.04 from a mirror, with a renewed copy of the key
  ray.containers.podman:
    kubic_url: https://mirror.example.com/devel:/kubic:/libcontainers:/stable
    kubic_key: "{{ lookup('ansible.builtin.file', 'kubic.asc') }}"
  become: true

- name: Remove Podman and what was brought for it
  ray.containers.podman:
    state: absent
  become: true
"""

RETURN = r"""
held:
  description: Whether there is something to do, and was left for O(hold).
  returned: success
  type: bool
cluster_token:
  description: Which token the head has; V(none), V(current) for O(cluster_token), V(next) for O(cluster_token_next).
  returned: success
  type: str
  sample: current
podman:
  description: What the node has; in check mode what it would have.
  returned: success
  type: dict
  contains:
    version:
      description: Podman's version. Empty in check mode when the package lists are missing and no minimum makes them known.
      type: str
      sample: 4.3.1
    source:
      description: V(distribution), V(kubic), or V(local) for a Podman that was there and that no known source has brought.
      type: str
      sample: distribution
    runtime:
      description: The OCI runtime that works on the node's cgroup layout.
      type: str
      sample: runc
    network_helper:
      description: What connects rootless containers that have a network of their own.
      type: str
      sample: slirp4netns
    cgroup_version:
      description: The node's cgroup layout; V(v2), V(v1), or V(hybrid).
      type: str
      sample: v2
    account:
      description: What there is to know for the choice of O(user)'s id; with O(user) alone.
      type: dict
      sample: {uid: null, taken: [1000]}
      contains:
        uid:
          description: The account's user id; none where there is no such account yet.
          type: int
        taken:
          description: Where there is none, the ids from 1000 to 1063 that other accounts have.
          type: list
          elements: int
    meets:
      description: Which of Ray's needs this version of Podman meets.
      type: dict
      sample: {root_keep_id: false, cdi_option: true, cdi_in_containers_conf: false}
      contains:
        root_keep_id:
          description: Whether a raylet that runs as root can start workers, which it does with C(--userns=keep-id);
            from 4.5 on, and before 4.1.
          type: bool
        cdi_option:
          description: Whether C(--device) takes the names of CDI devices as current tools write them, from 4.1 on.
          type: bool
        cdi_in_containers_conf:
          description: Whether containers.conf takes CDI devices, from 4.4 on.
          type: bool
steps:
  description: What was done, or would be done, one sentence a step.
  returned: success
  type: list
  elements: str
  sample: ["Install podman, uidmap from the packages of Debian GNU/Linux 12 (bookworm), without recommended packages"]
actions:
  description: Every command as run.
  returned: always
  type: list
  elements: str
"""

from ansible_collections.ray.containers.plugins.module_utils._ansible import run_resource
from ansible_collections.ray.containers.plugins.module_utils._resource.podman import ARGUMENT_SPEC, build


def main() -> None:
    run_resource(build, ARGUMENT_SPEC)


if __name__ == "__main__":
    main()
