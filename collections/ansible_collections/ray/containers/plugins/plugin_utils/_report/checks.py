# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes against checks: what a run did on each node, or what a diagnosis asked of each.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.plugin_utils._report.outcome import Outcome

__all__ = ["checks"]

#: The worst that is told of one check of one node is what its cell shows.
STATES = ("nothing_to_look_at", "ok", "changed", "not_looked_at", "failed")

#: What a diagnosis says of a question, and how a cell calls it.
ANSWERS = {"well": "ok", "wrong": "failed", "unknown": "not_looked_at", "moot": "nothing_to_look_at"}

Cell = dict[str, t.Any]


def checks(outcomes: t.Sequence[Outcome], hosts: t.Sequence[str]) -> dict[str, t.Any]:
    """The matrix of a run.

    :param outcomes: in the order of the run.
    :param hosts: its rows.
    """
    ours = [outcome for outcome in outcomes if outcome.host in hosts and (outcome.ours or outcome.state != "ok")]
    if any("past" in outcome.result for outcome in ours):
        return _matrix("questions", hosts, _answers(ours))
    return _matrix("tasks", hosts, _done(ours, hosts))


def _matrix(kind: str, hosts: t.Sequence[str], cells: t.Mapping[tuple[str, str], Cell]) -> dict[str, t.Any]:
    """:param cells: by check and host; of checks that a host has no cell of there is nothing to look at on it."""
    names = list(dict.fromkeys(check for check, _host in cells))
    rows = [{"host": host, "cells": [cells.get((name, host), _cell(STATES[0])) for name in names]} for host in hosts]
    return {"kind": kind, "names": names, "rows": rows if names else []}


def _cell(state: str, steps: int = 0) -> Cell:
    return {"state": state, "steps": steps}


def _answers(outcomes: t.Iterable[Outcome]) -> dict[tuple[str, str], Cell]:
    """The questions of a diagnosis; of a node that did not answer nothing is known, and on one without Ray there is nothing."""
    told = {outcome.host: outcome.result.get("looks", {} if "past" in outcome.result else None) for outcome in outcomes}
    questions = list(dict.fromkeys(name for looks in told.values() if isinstance(looks, dict) for name in looks))
    return {
        (str(name), host): _cell(
            ANSWERS.get(looks.get(name, "moot"), "not_looked_at") if isinstance(looks, dict) else "not_looked_at"
        )
        for name in questions
        for host, looks in told.items()
    }


def _done(outcomes: t.Sequence[Outcome], hosts: t.Sequence[str]) -> dict[tuple[str, str], Cell]:
    """The tasks of a run; one that a node never came to was not looked at there."""
    cells: dict[tuple[str, str], Cell] = {}
    for outcome in outcomes:
        cell = _of_task(outcome)
        before = cells.get((outcome.task, outcome.host), cell)
        worst = max(before["state"], cell["state"], key=STATES.index)
        steps = cell["steps"] if before is cell else before["steps"] + cell["steps"]
        cells[outcome.task, outcome.host] = _cell(worst, steps)
    lost = {outcome.host for outcome in outcomes if outcome.state != "ok"}
    for name in dict.fromkeys(task for task, _host in cells):
        for host in hosts:
            if host in lost:
                cells.setdefault((name, host), _cell("not_looked_at"))
    return cells


def _of_task(outcome: Outcome) -> Cell:
    if outcome.state != "ok":
        return _cell("not_looked_at" if outcome.state == "unreachable" else "failed")
    if not outcome.result.get("changed"):
        return _cell("ok")
    return _cell("changed", len(outcome.result.get("steps") or [outcome.task]))
