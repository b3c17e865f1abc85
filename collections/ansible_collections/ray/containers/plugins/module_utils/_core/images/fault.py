# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Podman says when an image cannot be pulled, built or pushed, and what that means.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import host, images
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.podman_words import evidence

__all__ = ["image_error", "recognise"]

#: Asked in this order: a message may hold the words of a later, more general row.
_SYMPTOMS: tuple[tuple[str, Entry], ...] = (
    (r"^podman: command not found", host.ENGINE_MISSING),
    (r"no end after \d+ seconds", images.SLOW),
    (r"short-name .* did not resolve|short-name resolution", images.SHORT_NAME),
    (r"policy\.json", images.POLICY),
    (r"toomanyrequests|rate limit|429 Too Many", images.RATE_LIMIT),
    (r"manifest unknown|name unknown|repository name not known|does not exist in|: not found: ", images.UNKNOWN),
    (r"no image found in (?:manifest list|image index) for architecture", images.ARCHITECTURE),
    (r"unauthorized|authentication required|denied: |access .*denied|403 Forbidden|no basic auth", images.UNAUTHORIZED),
    (r"HTTP response to HTTPS client|first record does not look like a TLS handshake", images.PLAIN_HTTP),
    (r"x509: |certificate", images.CERTIFICATE),
    (r"no such host|server misbehaving|Temporary failure in name resolution", images.UNRESOLVED),
    (r"no space left on device|disk quota exceeded", host.DISK_FULL),
    (r"insufficient UIDs or GIDs|lchown .*: invalid argument", host.SUBORDINATE_IDS),
    (
        r"connection refused|no route to host|network is unreachable|i/o timeout|connection reset|EOF$",
        images.UNREACHABLE,
    ),
    (r"deadline exceeded|Client\.Timeout|TLS handshake timeout", images.UNREACHABLE),
)


def recognise(output: str, otherwise: Entry) -> Entry:
    """The catalogue's entry for what Podman wrote to its standard error; *otherwise* when no row fits."""
    for pattern, entry in _SYMPTOMS:
        if re.search(pattern, output, flags=re.IGNORECASE | re.MULTILINE):
            return entry
    return otherwise


def image_error(output: str, what: str, otherwise: Entry) -> OperatorError:
    """The error for a failed command about an image.

    :param output: what Podman wrote to its standard error.
    :param what: what failed: which image, for which application, on which host.
    :param otherwise: the entry when the output fits none.
    """
    entry = recognise(output, otherwise)
    said = evidence(output)
    why = f"{entry.cause} (Podman says: {said})" if said else entry.cause
    return OperatorError(what, why=why, remedy=entry.remedy, code=entry.code)
