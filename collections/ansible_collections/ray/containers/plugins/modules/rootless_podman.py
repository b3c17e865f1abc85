#!/usr/bin/python
# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let the Ray user run Ray's own podman commands."""

from __future__ import annotations

DOCUMENTATION = r"""
module: rootless_podman
short_description: Let an unprivileged user run the podman commands that Ray runs, and prove it
description:
  - Sets up everything that Ray's hard-wired C(podman run) needs of the account that the raylet runs as; the account itself,
    a home that a container's root can pass, subordinate ids, linger and the runtime directory, a shared root mount,
    C(storage.conf), C(containers.conf), insecure registries, and registry credentials.
  - All configuration of Podman lies below the user's C(~/.config/containers). Podman of root and of other users stays as
    it is. C(storage.conf) there is overwritten; the others are drop-in files of their own.
  - Decides from the kernel, the cgroup layout, the host's limits and files, and asks Podman for no more than its version, so
    that check mode on a bare host tells exactly what a run does.
  - Containers of this user run on the host's network unless told otherwise. Ray starts every worker so in any case, and its
    first probe then needs neither C(/dev/net/tun) nor a network helper.
  - At the end, and again whenever something that matters has changed, runs the two forms of C(podman run) that Ray 2.60
    runs, as the user, in a transient service like the raylet's, with an image made of the host's own shell. A failure is
    told with its cause, a remedy and a code.
  - With O(raylet_image) the user's Podman is that of the raylet's container. The image is pulled into root's store, the
    configuration lies in C(/etc/ray.containers/podman), and the two forms are proven in such a container. Linger, the runtime
    directory and the mounts of the host are left as they are. C(/var/lib/containers) is made root's where it is missing or the
    user's, and opened for others to pass through (mode 0711) where root's Podman has closed it.
  - What the Podman of an image takes is known once that is pulled. Until then it is taken for one like the image before, and
    the first for one of Ray's own. Where it is another, which check mode cannot know, C(storage.conf) is written once more
    with the step that pulls it.
version_added: 0.1.0
author:
  - The ray.containers authors (@ray-containers)
extends_documentation_fragment:
  - ray.containers.attributes
  - ray.containers.attributes.changes
  - ray.containers.raylet_image
options:
  state:
    description: V(present) makes sure that everything is set up.
    type: str
    choices: [present]
    default: present
  user:
    description: The account that raylets run as. Made when it does not exist.
    type: str
    default: ray
  uid:
    description:
      - The account's user id. Images for another one run as well, where Podman is 4.3 or newer; with an older one it must be
        the one that the application images run as. Ray's own images use 1000.
      - An existing account is never changed. When it has another id, or the id belongs to another account, the task fails
        and says so.
      - Without it, an existing account stays as it is. A new one gets the id that the account has on the first of O(accounts)
        which has one, if it is free here, else the lowest from 1000 on that is free here and, as O(accounts) tell, on the other
        nodes. With a Podman older than 4.3 it is 1000, or the task fails and says what to do.
    type: int
  accounts:
    description:
      - What the nodes tell that are set up together, so that all choose the same user id; of each the value C(podman.account)
        that M(ray.containers.podman) returns.
    type: list
    elements: dict
    default: []
  home:
    description:
      - The account's home. Others get permission to pass through it (mode 0711), which C(--userns=keep-id) needs.
      - The home of an account that this module did not make is never changed. One that cannot be used as it is (not the
        account's own, a link, a part of the system, closed to others) is refused.
      - By default that of the existing account, or C(/home/USER).
    type: path
  graph_root:
    description:
      - Where the user's images are stored. It must lie on a filesystem that overlay works on, such as ext4 or xfs.
      - By default C(.local/share/containers/storage) below the home, and with O(raylet_image) C(/var/lib/containers/ray-user),
        on the volume that the container shares with the host.
    type: path
  registries:
    description: Registries that the user pulls from.
    type: list
    elements: dict
    default: []
    suboptions:
      location:
        description: The registry as it stands in image references, for instance V(registry.example.com:5000).
        type: str
        required: true
      insecure:
        description: Whether it speaks plain http, or has a certificate that the node does not know.
        type: bool
        default: false
      auth_file:
        description:
          - A file on the controller with credentials, as C(podman login --authfile) writes it, or with C(credHelpers) for
            programs that the node has. Ansible's vault may encrypt it.
          - A relative path is sought beside the inventory. Its content is added to O(auth).
        type: path
  auth:
    description:
      - The registry credentials, as C(podman login --authfile) writes them, or a list of these; as text or as a dictionary.
      - Written to C(~/.config/containers/auth.json) with mode 0600, which unlike Podman's default lasts over a reboot.
      - Without it, that file is left alone.
    type: raw
  raylet_privileged:
    description:
      - Whether the container of O(raylet_image) is privileged.
      - With V(false) the system calls that it may use are written to C(/etc/containers/raylet-seccomp.json), and the proof runs
        with no more than them.
    type: bool
    default: true
  user_privileged:
    description:
      - What becomes of a host on which O(user) can become root, or of an O(raylet_image) in which it can. Every application
        runs as that account, and can with Ray's token start programs on the host as that account.
      - With V(refuse) the task fails before anything is changed, with every way that was found and what to do about it;
        with V(allow) it goes on and warns.
      - On the host that is what sudo, doas or polkit let it do; groups that are as good as root, such as docker, lxd,
        libvirt, disk, shadow, sudo and wheel; files and directories of root's PATH, systemd, cron, sudo, PAM and the like
        that it may change; sockets and disks that it may open; and programs that root's services and tables run. Sudo is
        asked again only when something has changed there.
      - In the image that is every program with the set-user-ID or set-group-ID bit, or with capabilities that only root
        should have, but for C(newuidmap) and C(newgidmap) with one capability each; the groups that the image has the
        account in; and files that those programs believe. An image is looked through once.
    type: str
    choices: [refuse, allow]
    default: refuse
  prove:
    description: Whether to run the proof. What was proven is remembered, so that an unchanged host does not prove again.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Let the Ray user run Ray's own podman commands
  ray.containers.rootless_podman:
    user: ray
    uid: 1000
    registries:
      - location: registry.example.com:5000
        insecure: true
    auth: "{{ lookup('ansible.builtin.file', '.secrets/auth.json') }}"
  become: true
"""

RETURN = r"""
rootless_podman:
  description: What the node has; in check mode what it would have.
  returned: success
  type: dict
  contains:
    user:
      description: The account.
      type: str
      sample: ray
    uid:
      description: Its user id.
      type: int
      sample: 1000
    home:
      description: Its home.
      type: str
      sample: /home/ray
    graph_root:
      description: Where its images are stored.
      type: str
      sample: /home/ray/.local/share/containers/storage
    proven:
      description:
        - Whether both of Ray's podman commands were seen to work on the node as it is now.
        - Not yet where the raylet still runs in a container of another image than O(raylet_image).
        - In check mode, whether they were before.
      type: bool
      sample: true
steps:
  description: What was done, or would be done, one sentence a step.
  returned: success
  type: list
  elements: str
  sample: ["Keep /run/user/1000 without a login of ray (linger): Podman's state lies there"]
actions:
  description: Every command as run.
  returned: always
  type: list
  elements: str
"""

from ansible_collections.ray.containers.plugins.module_utils._ansible import run_resource
from ansible_collections.ray.containers.plugins.module_utils._resource.rootless_podman import ARGUMENT_SPEC, build


def main() -> None:
    run_resource(build, ARGUMENT_SPEC)


if __name__ == "__main__":
    main()
