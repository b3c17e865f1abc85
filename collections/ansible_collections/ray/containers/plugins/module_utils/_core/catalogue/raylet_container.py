# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-234 to RC-242: how raylets run, and what their containers are given. The rules: `_core.raylet.container_rules`.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

WAY = Entry(
    code="RC-234",
    title="There is no such way to run a raylet",
    severity="error",
    cause="A raylet runs as a service of the host, or in a container on it.",
    remedy="Set ray_raylet to host or container",
    source="this collection, role cluster",
)
NO_IMAGE = Entry(
    code="RC-235",
    title="Raylets are to run in containers of no image",
    severity="error",
    cause="A raylet's container is made of an image that has Ray and Podman in it.",
    remedy="Name it in ray_raylet_image; the playbook raylet_image builds it FROM an image of Ray and pushes it",
    source="Ray's guide, section on raylets in containers",
)
IMAGE_NAME = Entry(
    code="RC-236",
    title="The name of the raylet's image cannot be meant",
    severity="error",
    cause="Nodes pull it by its whole name, and one without its registry would be looked for in many.",
    remedy="Write registry/repository:tag, for instance registry.example.com/raylet:2.60.0",
    source="containers-registries.conf(5), short names",
)
OPTION_FORM = Entry(
    code="RC-237",
    title="An option of the raylet's container is not one word",
    severity="error",
    cause="Options are words of `podman run`, each for itself.",
    remedy="Write --name or --name=value, one option in each entry",
    source="podman-run(1)",
)
OPTION_OWNED = Entry(
    code="RC-238",
    title="An option of the raylet's container is not to be given",
    severity="error",
    cause="The collection gives it itself, or does not know what it would do to the raylet.",
    remedy="Take it out",
    source="this collection, _core/raylet/options.py",
)
NOT_PRIVILEGED = Entry(
    code="RC-239",
    title="The raylet's container would have too few privileges",
    severity="error",
    cause="Podman in it could make no user namespace (cannot clone: Operation not permitted), and no application starts.",
    remedy="Take the option out: --privileged is what Ray's guide asks for, and the collection gives it",
    source="Ray's guide, section Troubleshooting: cannot clone: Operation not permitted",
)
NO_VOLUME = Entry(
    code="RC-240",
    title="The raylet's container would not share its directories with the host",
    severity="error",
    cause=(
        "It needs the host's /var/lib/containers, since overlay is not supported over overlayfs, and the host's /tmp/ray, "
        "through which applications reach their raylet."
    ),
    remedy="Take the option out, or mount to another place in the container",
    source="Ray's guide, section Troubleshooting: 'overlay' is not supported over overlayfs",
)
WRONG_USER = Entry(
    code="RC-241",
    title="The raylet's container would run as another user",
    severity="error",
    cause="Raylets and images must run as the same user id: another one may not write to /tmp/ray (permission denied).",
    remedy="Take the option out, and set ray_user and ray_uid, which hold for all nodes",
    source="Ray's guide, section Troubleshooting: permission denied: /tmp/ray/session_.../logs",
)

NOT_BOOLEAN = Entry(
    code="RC-242",
    title="Whether the raylets' containers are privileged is not said",
    severity="error",
    cause="There are two ways, with all privileges and with the least that Ray needs.",
    remedy="Set ray_raylet_privileged to true or false",
    source="this collection, module raylet, option raylet_privileged",
)

#: Every entry of this family, by code.
ENTRIES: tuple[Entry, ...] = tuple(
    sorted((value for value in list(globals().values()) if isinstance(value, Entry)), key=lambda entry: entry.code)
)
