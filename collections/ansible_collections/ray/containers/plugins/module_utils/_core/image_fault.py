# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Podman says when an image cannot be pulled, built or pushed, and what that means.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import images, node
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

__all__ = ["evidence", "image_error", "recognise"]

#: Asked in this order: a message may hold the words of a later, more general row.
_SYMPTOMS: tuple[tuple[str, Entry], ...] = (
    (r"^podman: command not found", node.ENGINE_MISSING),
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
    (r"no space left on device|disk quota exceeded", node.DISK_FULL),
    (r"insufficient UIDs or GIDs|lchown .*: invalid argument", node.SUBORDINATE_IDS),
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


def evidence(output: str) -> str:
    """The line that holds the reason: Podman's own error rather than the warnings of its retries."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line[len("Error: ") :] for line in lines if line.startswith("Error: ")]
    # Podman repeats the reference and the address that the sentence names already.
    line = (errors or lines or [""])[-1].rstrip(".")
    return re.sub(r'^(?:initializing source \S+: )?(?:pinging container registry \S+: )?(?:Get "\S+": )?', "", line)
