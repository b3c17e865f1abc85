# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interpreters and virtual environments of a host, as values.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

__all__ = ["Environment", "Interpreter"]


@dataclass(frozen=True)
class Interpreter:
    """A Python of the host: its program, links resolved, and its exact version."""

    program: str
    version: str


@dataclass(frozen=True)
class Environment:
    """A virtual environment as found.

    :param python_version: of the interpreter that it runs today; empty when that is gone.
    :param ray_version: as its package metadata says; empty when Ray is not in it.
    :param ray_commit: the commit that this Ray was built from.
    :param marker: what the marker, which is written last, says; empty when there is none.
    """

    python_version: str
    ray_version: str
    ray_commit: str
    marker: t.Mapping[str, t.Any]
