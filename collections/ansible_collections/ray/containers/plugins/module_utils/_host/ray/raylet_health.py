# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a raylet answers as a member of its cluster, asked over HTTP on its own node.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.log_text import shortened
from ansible_collections.ray.containers.plugins.module_utils._host.http_request import NoAnswer, Send, send

__all__ = ["illness", "member_problem"]

#: Seconds that a healthy agent takes at most; it asks the GCS itself, with a limit of 0.1 s.
PATIENCE = 5.0


class Answering(t.Protocol):
    """What `RayletSpec` says about where a raylet answers; a diagnosis, which has no such value, need not carry it."""

    @property
    def is_head(self) -> bool: ...

    @property
    def agent_url(self) -> str: ...

    @property
    def dashboard_url(self) -> str: ...

    @property
    def auth_token(self) -> str: ...


def illness(spec: Answering, *, thorough: bool = False, send: Send = send) -> str:
    """Why the node does not answer as a member of its cluster; empty when it does.

    The agent says 200 when the GCS knows its raylet as alive (Ray 2.60.0 dashboard/modules/reporter/healthz_agent.py).
    On the head the dashboard must answer too.

    :param thorough: have the head's Serve API answer as well, with the token: it connects to the cluster on its first
        request, so that a deploy right after this one finds it ready.
    """
    told = _complaint(send, "Ray's agent on this node", f"{spec.agent_url}/api/local_raylet_healthz")
    if told or not spec.is_head:
        return told
    told = _complaint(send, "the head's dashboard", f"{spec.dashboard_url}/api/gcs_healthz")
    if told or not thorough:
        return told
    token = {"Authorization": f"Bearer {spec.auth_token}"}
    return _complaint(
        send, "Serve's API on the head", f"{spec.dashboard_url}/api/serve/applications/", token, patience=30.0
    )


def member_problem(agent_port: int, patience: float, *, send: Send = send) -> str:
    """Why the node's agent does not say that its raylet is a member of the cluster; empty when it does."""
    url = f"http://127.0.0.1:{agent_port}/api/local_raylet_healthz"
    return _complaint(send, "Ray's agent on this node", url, patience=patience)


def _complaint(
    send: Send, who: str, url: str, headers: dict[str, str] | None = None, patience: float = PATIENCE
) -> str:
    try:
        answer = send("GET", url, headers=headers, timeout=patience)
    except NoAnswer as none:
        return f"{who} does not answer at {url}: {none}"
    if answer.status == 200:
        return ""
    return f"{who} answers {answer.status} at {url}: {shortened(answer.text, 200) or answer.reason}"
