# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The system calls of a raylet's container that is not privileged.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json

__all__ = ["DEFAULT_PROFILE", "NEEDED", "PROFILE", "profile"]

#: Podman's own (containers-common), and ours, which is root's: the Ray user must not be able to widen it.
DEFAULT_PROFILE = "/usr/share/containers/seccomp.json"
PROFILE = "/etc/containers/raylet-seccomp.json"

#: What the OCI runtime in the container calls for each of its containers, in a namespace of their own.
NEEDED = "sethostname"


def profile(default: str) -> str:
    """Podman's default profile with `NEEDED` allowed; by itself it allows that only with SYS_ADMIN.

    :param default: the text of the default profile.
    :raises ValueError: it is no profile.
    """
    try:
        document = json.loads(default)
        kept = [{**rule, "names": [name for name in rule["names"] if name != NEEDED]} for rule in document["syscalls"]]
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a seccomp profile: {error!r}") from error
    allowed = {"names": [NEEDED], "action": "SCMP_ACT_ALLOW", "args": [], "comment": "", "includes": {}, "excludes": {}}
    return json.dumps({**document, "syscalls": [*kept, allowed]}, indent=1) + "\n"
