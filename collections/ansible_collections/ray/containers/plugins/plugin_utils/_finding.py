# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A finding that the controller makes of what a node tells.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["finding"]


def finding(entry: Entry, sentence: str, evidence: str, *, brief: str = "") -> dict[str, t.Any]:
    """The finding as the module diagnosis_info returns its own: what holds now, in an operator's words."""
    return {
        "code": entry.code,
        "title": entry.title,
        "severity": entry.severity,
        "sentence": sentence,
        "brief": brief,
        "where": "",
        "evidence": evidence,
        "cause": entry.cause,
        "remedy": entry.remedy,
        "because": [],
        "time": "",
    }
