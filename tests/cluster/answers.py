# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking the applications, as a client on the nodes' network does."""

from __future__ import annotations

import json
import typing as t
import urllib.error
import urllib.request

__all__ = ["answer", "answers"]


def answer(url: str) -> dict[str, t.Any] | None:
    """The JSON that an application answers, or None while it does not answer."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return t.cast("dict[str, t.Any]", json.loads(response.read()))
    except (OSError, urllib.error.HTTPError, ValueError):
        return None


def answers(applications: t.Mapping[str, t.Mapping[str, t.Any]]) -> dict[str, dict[str, t.Any]] | None:
    """Every application's answer by name, or None as long as one of them does not answer."""
    found = {name: answer(application["url"]) for name, application in applications.items()}
    return {name: given for name, given in found.items() if given} if all(found.values()) else None
