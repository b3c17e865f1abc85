# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the diagnoses of all nodes say when they are taken together.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.cluster import Rows, taken_together
from ansible_collections.ray.containers.plugins.plugin_utils._report.outcome import Outcome

__all__ = ["diagnosed", "latest", "of_all_nodes"]


def latest(outcomes: t.Sequence[Outcome]) -> list[Outcome]:
    """The outcomes without the diagnoses that a later one of the same host has replaced."""
    last = {outcome.host: number for number, outcome in enumerate(outcomes) if _is_diagnosis(outcome)}
    return [
        outcome
        for number, outcome in enumerate(outcomes)
        if outcome.state != "ok" or not _is_diagnosis(outcome) or last[outcome.host] == number
    ]


def of_all_nodes(outcomes: t.Sequence[Outcome]) -> list[Outcome]:
    """The outcomes with the findings of all diagnosed nodes judged as those of one cluster."""
    told = {outcome.host: outcome.result for outcome in outcomes if _is_diagnosis(outcome)}
    if not told:
        return list(outcomes)
    findings, past = taken_together(told)
    return [
        replace(
            outcome,
            result={
                **outcome.result,
                "findings": findings[outcome.host],
                "past": past[outcome.host],
                "sound": _is_sound(outcome, findings[outcome.host], past[outcome.host]),
            },
        )
        if _is_diagnosis(outcome)
        else outcome
        for outcome in outcomes
    ]


def _is_sound(outcome: Outcome, findings: Rows, past: Rows) -> bool:
    """Whether nothing is wrong on a node: what follows from another node's finding is told there, and is wrong all the same."""
    told, over = outcome.result.get("findings") or (), len(past) - len(outcome.result["past"])
    return not findings and len(told) == over


def diagnosed(outcomes: t.Sequence[Outcome], *, ray: bool) -> list[str]:
    """The hosts that were diagnosed and have nothing wrong now.

    :param ray: those with Ray on them, or those without, on which there is nothing that could be wrong.
    """
    return [
        outcome.host
        for outcome in outcomes
        if _is_diagnosis(outcome)
        and outcome.state == "ok"
        and outcome.result.get("sound")
        and outcome.result.get("ray", True) == ray
    ]


def _is_diagnosis(outcome: Outcome) -> bool:
    """Only a diagnosis tells of faults that are over."""
    return outcome.ours and outcome.state != "unreachable" and "past" in outcome.result
