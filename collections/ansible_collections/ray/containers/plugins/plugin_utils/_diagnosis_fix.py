# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `-e fix=RC-nnn` of the playbook diagnose can do: for which faults, and by which module.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.faults.table import BY_CODE, FAULTS

__all__ = ["NOT_FIXABLE", "fixed_by", "holds"]

NOT_FIXABLE = Entry(
    "RC-275",
    "A fault is to be fixed that no module mends safely",
    "error",
    "What is safe to mend is mended by the module of the collection that owns it, as the site does; the rest is for an operator.",
    "Do what the finding says; or name a fault that can be fixed",
    "this collection, playbook diagnose",
)

#: Modules that bring what only the head knows to be missing: every node is asked.
ON_ALL_NODES = ("app_images",)


def fixed_by(code: str) -> str:
    """The module that fixes *code*.

    :raises OperatorError: there is none, or no such code.
    """
    fault = BY_CODE.get(code)
    if fault and fault.fixed_by:
        return fault.fixed_by
    what = (
        f"{code} ({fault.entry.title}) has no remedy that is safe to run" if fault else f"{code} is no code of a fault"
    )
    listed = ", ".join(sorted(each.code for each in FAULTS if each.fixed_by))
    remedy = f"{fault.entry.remedy.rstrip('.')}. " if fault else ""
    raise OperatorError(what, remedy=f"{remedy}What can be fixed: {listed}", code=NOT_FIXABLE.code)


def holds(code: str, findings: t.Iterable[t.Mapping[str, t.Any]]) -> bool:
    """Whether this node is to be fixed: it has the finding, or every node is asked."""
    return fixed_by(code) in ON_ALL_NODES or any(finding.get("code") == code for finding in findings)
