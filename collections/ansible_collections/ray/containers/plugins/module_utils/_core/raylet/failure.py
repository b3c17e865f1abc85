# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a raylet does not come up: what the faults know of Ray's own words, said of this raylet.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.faults import of_raylets, of_workers
from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import Fault
from ansible_collections.ray.containers.plugins.module_utils._core.faults.recognition import fault_of, recognised
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.terminal import without_colours

__all__ = ["Cause", "cause_of", "failure", "unreachable"]


HEAD_REMEDY = (
    "Look whether the head runs (`systemctl status raylet` there) and lets this node reach port {port}; with ray_firewall, run "
    "the site without --limit, so that the head's rules know this node"
)


@dataclass(frozen=True)
class Cause:
    """Why, and what to do.

    :param restarts: how often the service must have been started again in vain before waiting longer is of no use;
        None when only time tells.
    """

    why: str
    remedy: str
    restarts: int | None = 1
    code: str = ""


def cause_of(spec: RayletSpec, log: str) -> Cause | None:
    """The cause that *log* (what the service said since it was started) shows, or None."""
    fault = fault_of(log, of_raylets.NOT_RUNNING.code)
    if fault is None or (fault is of_raylets.NO_HEAD and spec.is_head):
        return _exception(log)
    why = _of_this_raylet(fault, spec, log) or _said(fault, log)
    remedy = HEAD_REMEDY.format(port=spec.port) if fault is of_raylets.NO_HEAD else fault.entry.remedy
    return Cause(why, remedy, _patience(fault), fault.code)


def unreachable(spec: RayletSpec, problem: str) -> Cause:
    """The cause when the head's port cannot be connected to from this node."""
    why = f"the head's port {spec.address} cannot be reached from here: {problem}"
    return Cause(why, HEAD_REMEDY.format(port=spec.port), code=of_raylets.NO_HEAD.code)


def failure(host: str, spec: RayletSpec, cause: Cause | None, *, symptom: str, lines: t.Sequence[str]) -> OperatorError:
    """The error that tells an operator that the raylet did not come up.

    :param symptom: what was seen instead, for instance that the agent does not answer.
    :param lines: the last lines that the service said, for a cause that nobody knows.
    """
    what = f"Ray's {spec.role} on {host} does not come up"
    if cause:
        return OperatorError(what, why=cause.why, remedy=cause.remedy, code=cause.code)
    said = f"; it said last: {' / '.join(map(without_colours, lines))}" if lines else ""
    return OperatorError(
        what,
        why=f"{symptom}{said}",
        remedy="Run `journalctl -u raylet` on the host, and look into /tmp/ray/session_latest/logs/raylet.err there",
    )


def _exception(log: str) -> Cause | None:
    """What Ray ended with, where it is nothing that is known: in a raylet's own journal the last exception says why."""
    wrong = re.findall(r"^(ValueError|OSError|PermissionError|RuntimeError): (.+)$", log, flags=re.MULTILINE)
    if not wrong:
        return None
    kind, said = wrong[-1]
    # Values and permissions stay as they are; the others may pass.
    restarts = 3 if kind in ("ValueError", "PermissionError") else None
    return Cause(said.strip(), of_raylets.REFUSED.entry.remedy, restarts, of_raylets.REFUSED.code)


def _patience(fault: Fault) -> int | None:
    if not fault.certain:
        return None
    if fault is of_workers.ANOTHER_TOKEN:
        # A head that is being given its new token right now takes it in a moment.
        return 2
    return 3 if fault.generic else 1


def _of_this_raylet(fault: Fault, spec: RayletSpec, log: str) -> str:
    """The fault as a sentence about this raylet, where it says more than the line that tells it; else empty."""
    if fault is of_workers.ANOTHER_VERSION:
        found = re.search(
            r"Version mismatch: .*?Ray: (\S+)\s+Python: (\S+)\s.*?Ray: (\S+)\s+Python: (\S+)", log, flags=re.DOTALL
        )
        return (
            f"the head runs Ray {found[1]} on Python {found[2]}, and this node Ray {found[3]} on Python {found[4]}"
            if found
            else ""
        )
    sentences = {
        of_workers.ANOTHER_TOKEN: f"the head at {spec.address} does not take this node's token",
        of_raylets.ANOTHER_RAY: "another Ray runs on this host",
        of_raylets.NO_ADDRESS: f"{spec.node_ip_address or 'its address'} is not an address of this host",
        of_raylets.NO_HEAD: f"nobody answers as the head at {spec.address}",
        of_raylets.SLOW_START: "the host is too busy: Ray gives its agents 15 s to start (Ray 2.60.0 raylet/node_manager.cc),"
        " and they took longer",
    }
    return sentences.get(fault, "")


def _said(fault: Fault, log: str) -> str:
    """What told the fault, last said first: Ray's own words for what only Ray knows."""
    lines = [line.strip() for line in without_colours(log).splitlines()]
    told = next(line for line in reversed(lines) if recognised(line) is fault)
    return re.sub(r"^(?:\w+Error|Error): ", "", told)
