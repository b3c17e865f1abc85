# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run on nodes that say something evil wherever they can say anything."""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.plugin_utils._report.outcome import Outcome
from ansible_collections.ray.containers.plugins.plugin_utils._report.site import document
from ansible_collections.ray.containers.tests.unit.fakes.reported_runs import ours

__all__ = ["EVIL", "hostile"]

EVIL = (
    "<script>document.title='x'</script>\"'><img src=http://192.0.2.66/x onerror=alert(1)>"
    "</style></title> {{ 7*7 }} javascript:alert(1) \u202e"
)


def hostile() -> dict[str, t.Any]:
    """Whatever a node may say, it says something evil."""
    finding = dict.fromkeys(("code", "severity", "title", "sentence", "where", "evidence", "cause", "remedy"), EVIL)
    rows = [{"name": EVIL, "status": EVIL, "target": 1, "replicas": {EVIL: 1}, "nodes": {EVIL: 1}}]
    variable = {
        "name": EVIL,
        "value": EVIL,
        "source": EVIL,
        "hosts": [EVIL],
        "overrides": [{"value": EVIL, "source": EVIL}],
    }
    diff = [{"before_header": EVIL, "before": EVIL, "after": f"+{EVIL}"}]
    facts: dict[str, t.Any] = {
        "podman": {"version": EVIL},
        "ray_runtime": {"ray_version": EVIL, "python_version": EVIL},
        "raylet": {"address": EVIL},
    }
    unknown = [{"question": EVIL, "why": EVIL}]
    application = {"name": EVIL, "status": EVIL, "url": f"javascript:{EVIL}", "answer": EVIL, "images": [EVIL]}
    told = {
        "applications": [{"name": EVIL, "status": EVIL, "images": [EVIL], "deployments": rows}],
        "proxies": [{"node": EVIL, "status": EVIL}],
    }
    outcomes = [
        ours(EVIL, EVIL, changed=True, steps=[EVIL], diff=diff, **facts),
        ours(
            "worker1",
            EVIL,
            changed=True,
            steps=[EVIL],
            diff=diff,
            looks={EVIL: EVIL},
            findings=[{**finding, "because": [EVIL]}],
            past=[{**finding, "time": EVIL}],
            unknown=unknown,
        ),
        ours(
            "head",
            EVIL,
            applications=[application, {**application, "name": "a", "url": f"http://x/{EVIL}"}],
            serve=told,
            plan=[EVIL],
        ),
        ours(
            "localhost",
            EVIL,
            environments=[{"application": EVIL, "variables": [variable], "table": [EVIL]}],
            changed=True,
            steps=[EVIL],
        ),
        Outcome("worker2", EVIL, "failed", True, {"msg": EVIL, "code": EVIL, "remedy": EVIL}),
    ]
    return document(
        outcomes,
        finished=EVIL,
        seconds=1.0,
        check_mode=True,
        playbook=EVIL,
        addresses={EVIL: EVIL, "head": EVIL},
        times=[{"host": EVIL, "task": EVIL, "start": 0.0, "seconds": 3.0}],
    )
