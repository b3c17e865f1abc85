# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a run has the token of the cluster that is there already.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import hmac
import socket

from ansible_collections.ray.containers.plugins.module_utils._host.ray.cluster_token import token_of

__all__ = ["require_same"]


def require_same(user: str, token: str, upcoming: str = "") -> str:
    """Refuse a head whose cluster has another token than the run, before anything is changed there.

    A head without one has no cluster yet, or none any more. Neither token leaves the node, nor anything that is made of it.

    :param token: the run's; empty when it has none yet. :param upcoming: the one that a rotation is about to give the cluster.
    :returns: which the head has: ``none``, ``current`` or ``next``.
    :raises OperatorError: it is another one.
    """
    found = token_of(user)
    if not found:
        return "none"
    for which, known in (("next", upcoming), ("current", token)):
        if known and hmac.compare_digest(_bytes(found), _bytes(known)):
            return which
    # Only a head that is refused compiles it.
    from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import cluster_token
    from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error

    host = socket.gethostname()
    if token:
        raise error(cluster_token.OTHER, f"This run has another token than the cluster of {host}")
    raise error(cluster_token.ABSENT, f"The cluster of {host} has a token, and this run has none")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", errors="surrogateescape")
