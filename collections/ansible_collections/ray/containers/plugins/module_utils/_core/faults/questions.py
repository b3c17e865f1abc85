# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The looks at a node by which a fault is proven or cleared, and what follows from what.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

__all__ = [
    "ACCOUNT",
    "CGROUPS",
    "CLOCK",
    "CONFIGURATION",
    "CONTAINERS",
    "DISKS",
    "HEAD",
    "IMAGES",
    "KEYRING",
    "KNOWN",
    "LOCKS",
    "MEMORY",
    "NAMESPACES",
    "NAMES",
    "NODES",
    "NO_CONTAINERS",
    "NO_IMAGE",
    "NO_RAYLET",
    "PORTS",
    "PROGRAMS",
    "RAYLET",
    "REGISTRIES",
    "RUNTIME",
    "RUNTIME_DIRECTORY",
    "SERVE",
    "SESSION",
    "STORE",
    "SUBORDINATE_IDS",
    "TOKEN",
    "UNIT",
    "WATCHES",
]

#: The Ray user's account and home: owner, mode, mount options.
ACCOUNT = "account"
#: Its ranges in /etc/subuid and /etc/subgid, and the map that its Podman runs under.
SUBORDINATE_IDS = "subordinate ids"
#: Linger, and /run/user/UID.
RUNTIME_DIRECTORY = "runtime directory"
#: podman, conmon, the OCI runtime, newuidmap, the network helper: there, and allowed what they need.
PROGRAMS = "programs"
#: The files that configure Podman for the Ray user.
CONFIGURATION = "configuration"
#: The image store: driver, what it lies on, who owns it.
STORE = "store"
#: Podman's locks.
LOCKS = "locks"
#: The kernel's keys of the Ray user.
KEYRING = "keyring"
#: inotify's instances and watches of the Ray user.
WATCHES = "watches"
#: The kernel's settings for user namespaces, and AppArmor's.
NAMESPACES = "namespaces"
#: The cgroup of the raylet's service.
CGROUPS = "cgroups"
#: Ray's two podman commands, with an image that is there.
CONTAINERS = "containers"
#: Space and inodes of every path that matters.
DISKS = "disks"
#: What the kernel and Ray's monitor have killed for want of memory.
MEMORY = "memory"
#: raylet.service: state, drop-ins, enablement, what it runs.
UNIT = "unit"
#: Whether the raylet answers as a member of its cluster.
RAYLET = "raylet"
#: The session's directory and its sockets.
SESSION = "session"
#: The token against the head's.
TOKEN = "token"
#: Ray and Python as they run, lie on the disk, and are on the head.
RUNTIME = "runtime"
#: The images of the Serve config in force, in the Ray user's store.
IMAGES = "images"
#: The registries of those images, asked as the Ray user would.
REGISTRIES = "registries"
#: Who listens on each port of Ray's.
PORTS = "ports"
#: The head's ports, as this node reaches them.
HEAD = "head"
#: The ports of all nodes, as the head reaches them.
NODES = "nodes"
#: The node's clock against the controller's.
CLOCK = "clock"
#: Names that the node needs: the head's, the registries'.
NAMES = "names"
#: Applications, deployments, proxies and the controller of Serve.
SERVE = "serve"

#: Every look there is.
KNOWN = (
    *(ACCOUNT, SUBORDINATE_IDS, RUNTIME_DIRECTORY, PROGRAMS, CONFIGURATION, STORE, LOCKS, KEYRING, WATCHES, NAMESPACES),
    *(CGROUPS, CONTAINERS, DISKS, MEMORY, UNIT, RAYLET, SESSION, TOKEN, RUNTIME, IMAGES, REGISTRIES, PORTS, HEAD),
    *(NODES, CLOCK, NAMES, SERVE),
)

#: How an application shows that its replicas do not start.
_APPLICATIONS = ("RC-483", "RC-484")
#: What follows when an image is not to be had.
NO_IMAGE = ("RC-432", "RC-407", "RC-408", *_APPLICATIONS)
#: What follows when Podman runs no container for the Ray user.
NO_CONTAINERS = ("RC-405", "RC-406", "RC-412", "RC-458", "RC-459", "RC-535", *NO_IMAGE)
#: What follows when a raylet does not run.
NO_RAYLET = ("RC-413", "RC-414", "RC-480", *_APPLICATIONS)
