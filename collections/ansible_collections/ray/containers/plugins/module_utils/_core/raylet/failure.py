# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a raylet does not come up: Ray's own words, recognised and said in an operator's.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.terminal import without_colours

__all__ = ["Cause", "failure", "recognise", "unreachable"]


HEAD_REMEDY = "Look whether the head runs (`systemctl status raylet` there) and lets this node reach port {port}"


@dataclass(frozen=True)
class Cause:
    """Why, and what to do.

    :param restarts: how often the service must have been started again in vain before waiting longer is of no use;
        None when only time tells.
    """

    why: str
    remedy: str
    restarts: int | None = 1


def recognise(spec: RayletSpec, log: str) -> Cause | None:
    """The cause that *log* (what the service said since it was started) shows, or None.

    The texts are those of Ray 2.60.0: _private/utils.py `check_version_info`, rpc/authentication, gcs_client.cc,
    _private/parameter.py.
    """
    mismatch = re.search(
        r"Version mismatch: .*?Ray: (\S+)\s+Python: (\S+)\s.*?Ray: (\S+)\s+Python: (\S+)", log, flags=re.DOTALL
    )
    if mismatch:
        return Cause(
            f"the head runs Ray {mismatch[1]} on Python {mismatch[2]}, and this node Ray {mismatch[3]} on Python {mismatch[4]}",
            "Give all nodes the same ray_version and ray_python_version, and run the site again on the head too",
        )
    if re.search(r"InvalidAuthToken|Authentication token is missing or incorrect|Unauthenticated", log):
        return Cause(
            f"the head at {spec.address} does not take this node's token",
            "Run the site on all nodes together, so that they have the same token",
            # A head that is being given its new token right now takes it in a moment.
            restarts=2,
        )
    if "is already running at" in log:
        return Cause("another Ray runs on this host", "Stop it with `ray stop`, as the user who started it")
    address = re.search(r"Cannot assign requested address|Could not find any valid IP", log)
    if address:
        return Cause(
            f"{spec.node_ip_address or 'its address'} is not an address of this host",
            "Set ray_node_ip_address to the address by which the other nodes reach this one",
        )
    if not spec.is_head and re.search(
        r"Failed to connect to GCS|Timed out while waiting for GCS|Failed to get cluster ID", log
    ):
        return Cause(
            f"nobody answers as the head at {spec.address}",
            HEAD_REMEDY.format(port=spec.port),
            restarts=None,
        )
    wrong = re.findall(r"^(ValueError|Error|OSError|PermissionError|RuntimeError): (.+)$", log, flags=re.MULTILINE)
    if wrong:
        kind, said = wrong[-1]
        # Values, permissions and a command line that click refuses stay as they are; the others may pass.
        refused = kind in ("ValueError", "PermissionError") or "Usage: ray start" in log
        restarts = 3 if refused else None
        return Cause(said.strip(), "Run `journalctl -u raylet` on the host for all that it said", restarts)
    if "timed out during startup" in log:
        return Cause(
            "the host is too busy: Ray gives its agents 15 s to start (Ray 2.60.0 raylet/node_manager.cc), and they took longer",
            "Look what else runs there, or run the site again: the service goes on trying",
            restarts=None,
        )
    return None


def unreachable(spec: RayletSpec, problem: str) -> Cause:
    """The cause when the head's port cannot be connected to from this node."""
    return Cause(
        f"the head's port {spec.address} cannot be reached from here: {problem}", HEAD_REMEDY.format(port=spec.port)
    )


def failure(host: str, spec: RayletSpec, cause: Cause | None, *, symptom: str, lines: t.Sequence[str]) -> OperatorError:
    """The error that tells an operator that the raylet did not come up.

    :param symptom: what was seen instead, for instance that the agent does not answer.
    :param lines: the last lines that the service said, for a cause that nobody knows.
    """
    what = f"Ray's {spec.role} on {host} does not come up"
    if cause:
        return OperatorError(what, why=cause.why, remedy=cause.remedy)
    said = f"; it said last: {' / '.join(map(without_colours, lines))}" if lines else ""
    return OperatorError(
        what,
        why=f"{symptom}{said}",
        remedy="Run `journalctl -u raylet` on the host, and look into /tmp/ray/session_latest/logs/raylet.err there",
    )
