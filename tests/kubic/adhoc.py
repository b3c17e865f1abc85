# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module podman as an operator runs it ad hoc: ansible all -m ray.containers.podman -b."""

from __future__ import annotations

import typing as t
from pathlib import Path

from tests.cluster.adhoc import Outcome, run_module

__all__ = ["Outcome", "podman"]


def podman(inventory: Path, *options: str, **parameters: t.Any) -> Outcome:
    """Run the module on the inventory's only node."""
    return run_module(inventory, "ray_cluster", "podman", *options, **parameters)
