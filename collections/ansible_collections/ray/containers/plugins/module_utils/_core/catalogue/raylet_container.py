# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-237 to RC-241: what can be wrong with an option of the raylets' containers, told on the controller and on the node.

The checks: `_core.raylet.container_options`.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["NOT_PRIVILEGED", "NO_VOLUME", "OPTIONS", "OPTION_FORM", "OPTION_OWNED", "WRONG_USER"]

OPTION_FORM = Entry(
    code="RC-237",
    title="An option of the raylet's container is not valid",
    severity="error",
    cause="Options are words of `podman run`, each for itself.",
    remedy="Write --name or --name=value, one option in each entry",
    source="podman-run(1)",
)
OPTION_OWNED = Entry(
    code="RC-238",
    title="An option of the raylet's container is not allowed",
    severity="error",
    cause="The collection gives it itself, or does not know what it would do to the raylet.",
    remedy="Take it out",
    source="this collection, _core/raylet/container_options.py",
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

#: What can be wrong with one of the options.
OPTIONS = (OPTION_FORM, OPTION_OWNED, NOT_PRIVILEGED, NO_VOLUME, WRONG_USER)
