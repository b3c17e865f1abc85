# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of this scenario."""

from __future__ import annotations

from tests.cluster.fixtures import applications, converged_report

__all__ = ["applications", "converged_report"]
