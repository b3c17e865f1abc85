# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How tasks ended.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

__all__ = ["Outcome"]


@dataclass(frozen=True)
class Outcome:
    """How one task ended on one host.

    :param state: ``ok``, ``failed`` or ``unreachable``.
    :param ours: whether the task is one of this collection's modules.
    """

    host: str
    task: str
    state: str
    ours: bool
    result: t.Mapping[str, t.Any] = field(default_factory=dict)
