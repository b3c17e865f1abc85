# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of the kubic repository (RC-316 to RC-319, RC-366 to RC-368, RC-394, RC-395), and of apt under it (RC-396).

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = [
    "KEY_EXPIRED",
    "KEY_UNREADABLE",
    "KEY_WRONG",
    "NO_PODMAN",
    "NOT_KUBIC",
    "PACKAGE_STUCK",
    "RELEASE_MISSING",
    "SIGNATURE_WRONG",
    "UNREACHABLE",
    "UNSIGNED",
]

WAYS_OUT = (
    "Name a mirror that has it in kubic_url (ray_kubic_url in the inventory), upgrade the host to Ubuntu 22.04 or newer, which"
    " has Podman in its own archive, or run the raylet in a container whose image has a newer Podman (ray_raylet_mode: container)"
)
GUIDE = 'Ray\'s guide, "Run multiple applications in different containers", section Installing Podman'

KEY_UNREADABLE = Entry(
    "RC-316",
    "The key of the kubic repository cannot be read",
    "error",
    "what was given or fetched is no OpenPGP public key",
    "Give the key in kubic_key (ray_kubic_key): a URL, a file on the host, or the armored key itself",
    "apt-secure(8)",
)
KEY_WRONG = Entry(
    "RC-317",
    "The key of the kubic repository has changed",
    "error",
    "its fingerprint differs, so somebody else could sign what this host would install as root",
    "Give the right key in kubic_key; for a mirror that signs with a key of its own, its whole fingerprint in kubic_fingerprint",
    GUIDE,
)
KEY_EXPIRED = Entry(
    "RC-318",
    "The key of the kubic repository is not valid any more",
    "error",
    "it has run out, as it did in 2022 and 2025, or was withdrawn; apt takes nothing that it signed",
    f"Give a renewed copy of the key in kubic_key (ray_kubic_key) when there is one. {WAYS_OUT}",
    "openSUSE/kubic issue 46 and containers/podman.io_old issue 576",
)
UNREACHABLE = Entry(
    "RC-319",
    "The kubic repository does not answer",
    "error",
    "the repository is gone, or this host does not reach it",
    f"Check the host's network and apt's proxy settings. {WAYS_OUT}",
    "apt-get(8)",
)
RELEASE_MISSING = Entry(
    "RC-366",
    "The kubic repository has no directory for this release",
    "error",
    "the server answers, and does not have it",
    WAYS_OUT,
    "containers/podman issue 14336",
)
UNSIGNED = Entry(
    "RC-367",
    "The kubic repository is not signed",
    "error",
    "it has neither InRelease nor Release.gpg, so nobody vouches for its packages",
    WAYS_OUT,
    "apt-secure(8)",
)
SIGNATURE_WRONG = Entry(
    "RC-368",
    "The signature of the kubic repository does not match its key",
    "error",
    "the repository was signed with another key, or was changed after it was signed",
    f"Find out which key the repository is signed with before you trust it. {WAYS_OUT}",
    "apt-secure(8)",
)
NO_PODMAN = Entry(
    "RC-394",
    "The kubic repository offers no Podman",
    "error",
    "its maintainers have deleted Podman for some releases since May 2022",
    WAYS_OUT,
    "containers/podman issue 14336",
)
NOT_KUBIC = Entry(
    "RC-395",
    "The repository is not the kubic repository",
    "error",
    "its signed Release has another label, and by that label only Podman is let in from it",
    "Name in kubic_url a mirror of devel:kubic:libcontainers:stable that keeps the label in its Release",
    "apt_preferences(5)",
)
PACKAGE_STUCK = Entry(
    "RC-396",
    "A package is half configured and cannot be finished",
    "error",
    "dpkg finishes what it has begun before it takes anything new, and a script of that package fails",
    "Run `dpkg --configure --pending` on the host to see why, mend or remove that package, and run again",
    "dpkg(1)",
)
