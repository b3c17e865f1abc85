# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all nodes of a cluster told, taken together: a finding that follows from another node's is told there.

Every node judges itself (`verdict`), and knows neither what is wrong elsewhere nor, but for the head, the Serve config.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import CurrentFault, Subject
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_ray import missing_image
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.verdict import Finding, NodeReport, roots
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import SERVE
from ansible_collections.ray.containers.plugins.module_utils._core.faults.table import BY_CODE
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference

__all__ = ["Rows", "taken_together"]

#: The findings of one host, as `diagnosis_info` returns them.
Rows = t.List[t.Dict[str, t.Any]]


def taken_together(
    told: t.Mapping[str, t.Mapping[str, t.Any]],
) -> tuple[dict[str, Rows], dict[str, Rows]]:
    """The findings and what is over, by host.

    :param told: what `diagnosis_info` returned, by the host's name in the inventory.
    """
    well = any((result.get("looks") or {}).get(SERVE) == "well" for result in told.values())
    heads = [host for host, result in told.items() if result.get("head")]
    findings: list[Finding] = []
    past: dict[str, Rows] = {}
    for host, result in told.items():
        past[host] = [dict(row) for row in result.get("past") or ()]
        for row in result.get("findings") or ():
            if well and row.get("time") and _is_over(row):
                past[host].append(dict(row))
            else:
                findings.append(_finding(host, row, host in heads))
    findings += _missing(told, heads)
    nodes = [NodeReport(host, is_head=host in heads) for host in told]
    judged: dict[str, Rows] = {host: [] for host in told}
    for finding in roots(findings, nodes):
        judged[finding.host].append({**finding.as_result(), "host": finding.host})
    return judged, past


def _is_over(row: t.Mapping[str, t.Any]) -> bool:
    """Whether a line that a node found in its logs is about what the head's Serve shows to be well."""
    fault = BY_CODE.get(str(row.get("code")))
    return fault is not None and SERVE in (fault.question, fault.cleared_by)


def _finding(host: str, row: t.Mapping[str, t.Any], of_head: bool) -> Finding:
    code = str(row.get("code") or "")
    fault = BY_CODE.get(code)
    words = {name: str(row.get(name) or "") for name in ("title", "severity", "cause", "remedy")}
    entry = (
        fault.entry if fault else Entry(code, words["title"], words["severity"], words["cause"], words["remedy"], "")
    )
    return Finding(
        entry,
        host,
        str(row.get("sentence") or ""),
        str(row.get("evidence") or ""),
        words["remedy"],
        str(row.get("brief") or row.get("sentence") or words["title"]),
        where=str(row.get("where") or ""),
        time=str(row.get("time") or ""),
        causes=fault.causes if fault else (),
        of_head=of_head,
        of_serve=fault is not None and fault.question == SERVE,
        generic=fault is not None and fault.generic,
        because=tuple(map(str, row.get("because") or ())),
        severity=words["severity"],
    )


def _missing(told: t.Mapping[str, t.Mapping[str, t.Any]], heads: t.Sequence[str]) -> t.Iterator[Finding]:
    """The images of the Serve config in force, which only the head knows, that other nodes do not have."""
    wanted = [str(image) for head in heads for image in told[head].get("images") or ()]
    for host, result in told.items():
        stored = result.get("stored")
        if host in heads or not result.get("ray") or not isinstance(stored, list):
            continue
        for image in dict.fromkeys(wanted):
            if ImageReference.parse(image).stored_name not in stored:
                yield _as_finding(host, missing_image(Subject(str(result.get("user") or "the Ray user")), image))


def _as_finding(host: str, held: CurrentFault) -> Finding:
    return Finding(
        held.fault.entry,
        host,
        held.sentence,
        held.evidence,
        held.remedy,
        brief=held.brief or held.sentence,
        subject=held.subject,
        causes=held.fault.causes,
    )
