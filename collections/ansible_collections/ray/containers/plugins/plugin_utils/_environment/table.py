# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An application's environment as a result and as a table that a person reads; secrets are masked in both.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.log_text import masked
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.judgement import is_secret
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.mask import MASK
from ansible_collections.ray.containers.plugins.plugin_utils._environment.effective import (
    Image,
    Process,
    SourcedValue,
    Variable,
)

__all__ = ["as_result", "shown", "table"]

_MANY_HOSTS = 4
_WIDEST_VALUE = 60
_HEAD = ("variable", "value", "source", "overrides")


def shown(name: str, value: str) -> str:
    """The value; a mask where it looks like a secret, or in it where a part does."""
    inside = masked(value)
    return MASK if is_secret(name, inside) else inside


def as_result(process: Process, image: Image, variables: t.Sequence[Variable]) -> dict[str, t.Any]:
    """The environment of one kind of process, as the module returns it."""
    return {
        "application": process.application,
        "deployment": process.deployment,
        "image": image.reference,
        "image_known": image.variables is not None,
        "variables": [
            {
                "name": each.name,
                "value": shown(each.name, each.value),
                "source": each.source,
                "overrides": [
                    {"value": shown(each.name, given.value), "source": given.source} for given in each.overrides
                ],
                "hosts": list(each.hosts),
            }
            for each in variables
        ],
        "table": table(process, image, variables),
    }


def table(process: Process, image: Image, variables: t.Sequence[Variable]) -> list[str]:
    """The environment in aligned lines below a title."""
    title = f"{process.title} in {image.reference or 'no image'}"
    note = [] if image.variables is not None else ["(its ENV is not known: what it sets is missing below)"]
    rows = [_HEAD, *(_row(variable) for variable in variables)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD) - 1)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in rows
    ]
    return [title, *note, *(f"  {line}" for line in lines)]


def _row(variable: Variable) -> tuple[str, ...]:
    where = f", on {_listed(variable.hosts)}" if variable.hosts else ""
    lost = "; ".join(f"{_cell(variable.name, given)} ({given.source})" for given in variable.overrides)
    return (variable.name, _cell(variable.name, variable), f"{variable.source}{where}", lost)


def _cell(name: str, given: Variable | SourcedValue) -> str:
    """The value on one line, with what it is made of visible, and not too long."""
    value = shown(name, given.value).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    value = value if len(value) <= _WIDEST_VALUE else f"{value[: _WIDEST_VALUE - 1]}…"
    return value or '""'


def _listed(hosts: t.Sequence[str]) -> str:
    if len(hosts) <= _MANY_HOSTS:
        return ", ".join(hosts)
    return f"{', '.join(hosts[: _MANY_HOSTS - 1])} and {len(hosts) - _MANY_HOSTS + 1} more"
