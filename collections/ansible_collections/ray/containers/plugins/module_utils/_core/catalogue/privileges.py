# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-253 to RC-258: what makes the Ray user, and with it every application, root of a host.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = [
    *("IMAGE_GIVES_ROOT", "MAY_BECOME_ROOT", "READS_LOGS", "ROOTS_GROUP", "TEMP_DIR", "WRITES_ROOTS_FILES"),
]

_ALLOW = "or, where applications may be root of the host, set ray_user_privileged to allow"

MAY_BECOME_ROOT = Entry(
    "RC-253",
    "The Ray user may become root by a program that is made for it",
    "error",
    "every application runs as the Ray user, and with Ray's token may start programs on the host as that user",
    f"Let ray_user be an account of its own, without such a rule; {_ALLOW}",
    "sudoers(5), doas.conf(5), polkit(8), su(1)",
)
ROOTS_GROUP = Entry(
    "RC-254",
    "The Ray user is in a group that is as good as root",
    "error",
    "every application runs with the groups that the Ray user has on the host, where it may start programs",
    f"Take the account out of the group (gpasswd --delete), or let ray_user be an account of its own; {_ALLOW}",
    "Docker documentation, Docker daemon attack surface; Debian Wiki, SystemGroups; LXD documentation, Security",
)
WRITES_ROOTS_FILES = Entry(
    "RC-255",
    "The Ray user may change what root runs or reads",
    "error",
    "every application may start programs on the host as the Ray user, and change the file, which root then trusts",
    f"Give the file to root and take the permission from others (chown root, chmod go-w); {_ALLOW}",
    "systemd.unit(5), crontab(5), sudoers(5), hier(7)",
)
READS_LOGS = Entry(
    "RC-256",
    "The Ray user may read the logs of all services",
    "warning",
    "logs hold what others keep to themselves, and every application may start programs on the host as the Ray user",
    "Take the account out of the group (gpasswd --delete), or let ray_user be an account of its own",
    "Debian Wiki, SystemGroups; systemd-journald.service(8), Access Control",
)
TEMP_DIR = Entry(
    "RC-257",
    "Ray's directory cannot be closed to other accounts of the host",
    "error",
    "Ray opens to everybody what it makes in /tmp/ray: session, sockets, and logs that tell environments",
    "Have /tmp on a filesystem with access lists, such as tmpfs, ext4 or xfs, and nothing mounted on /tmp/ray",
    "Ray 2.60.0 _common/utils.py, try_make_directory_shared; acl(5)",
)
IMAGE_GIVES_ROOT = Entry(
    "RC-258",
    "In the raylet's image the Ray user can become root",
    "error",
    "root in the raylet's container is root of the host, with --privileged as without",
    "Build it again with the playbook raylet_image, whose Containerfile takes these things away",
    "Ray's guide, image_uri; docker.io/rayproject/ray has `ray ALL=NOPASSWD: ALL`",
)
