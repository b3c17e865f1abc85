# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether Serve has taken a config: an answer 200 alone does not show it.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import deploys as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, mapping
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ApplicationStatus, ServeStatus

__all__ = ["NotTaken", "not_taken"]

#: What makes an application that one and no other. Ray keeps these as they are sent; other fields it may convert.
IDENTITY = ("import_path", "route_prefix", "args", "runtime_env")

Fields = t.Mapping[str, t.Any]


class NotTaken(OperatorError):
    """Serve has something else than it was sent: what it had before, or what somebody else has sent it since."""


def not_taken(sent: Fields, before: ServeStatus, now: ServeStatus) -> NotTaken | None:
    """The error for a Serve that was sent *sent* and has something else; None when it has that.

    Serve gives each config that it takes a time, which all applications of it get, those that it cannot build among them.
    """
    for application in ServeConfig.read(sent).applications:
        found, earlier = now.application(application.name), before.application(application.name)
        problem = _problem(application.fields, found, earlier)
        if problem:
            return NotTaken(
                "Serve has accepted the Serve config, and does not have it",
                why=f"application {application.name} {problem}; what runs now was not touched, and nothing was recorded",
                remedy=catalogue.NOT_TAKEN.remedy,
                code=catalogue.NOT_TAKEN.code,
            )
    return None


def _problem(sent: Fields, found: ApplicationStatus | None, earlier: ApplicationStatus | None) -> str:
    if found is None:
        return "is not there"
    if earlier is not None and found.deployed_at <= earlier.deployed_at:
        return "is still the one that was deployed before"
    # Serve keeps nothing of a config that broke while it was applied; what broke, the application's message tells.
    if not found.config or found.failed:
        return ""
    differing = [key for key in IDENTITY if key in sent and not _same(sent[key], found.config.get(key))]
    return f"has another {' and another '.join(differing)}" if differing else ""


def _same(sent: t.Any, kept: t.Any) -> bool:
    """Equal; an empty mapping is none."""
    return bool(sent == kept) or not (mapping(sent) or mapping(kept) or sent or kept)
