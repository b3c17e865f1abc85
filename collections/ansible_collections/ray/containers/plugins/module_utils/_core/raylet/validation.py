# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every check of a raylet's options, and the refusal of a raylet that breaks one.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet import ports, start_arguments
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.check import (
    Check,
    ValueCheck,
    Values,
    Violation,
    check,
    whole_number,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.option import options_of
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import OPTIONS, RayletSpec

__all__ = ["CHECKS", "reject"]

#: Serve's default graceful_shutdown_timeout_s, and what a container needs to start beside it, in seconds.
SHORTEST_DRAIN = 20 + 20


@check(
    "RC-233",
    "Replicas are stopped before their replacements can be up",
    severity="warning",
    cause=(
        "Serve stops a replica of a draining node graceful_shutdown_timeout_s (20 by default) before the deadline, whether "
        "its replacement runs or not; and a container takes its time to start."
    ),
    remedy="Give 60 seconds or more, or 0 for not draining at all",
    source="Ray 2.60.0 serve/_private/deployment_state.py `_partition_groups_to_stop`",
)
def drain_too_short(values: Values, is_head: bool) -> t.Iterator[Violation]:
    """A time in which no replica can move."""
    seconds = whole_number(values.get("drain_timeout"))
    if seconds and seconds < SHORTEST_DRAIN and not is_head:
        yield Violation(f"{seconds} seconds are too few for a replica to move", option="drain_timeout")


def _of_single_values() -> t.Iterator[Check]:
    """One check for each entry, of all options that have it in their rows."""
    checks: dict[Entry, list[tuple[str, ValueCheck]]] = {}
    for row in OPTIONS:
        for each in (*row.checks, *(start_arguments.CHECKS if row.name == "start_arguments" else ())):
            checks.setdefault(each.entry, []).append((row.name, each))
    return (Check(entry, _finder(looks)) for entry, looks in checks.items())


def _finder(looks: t.Sequence[tuple[str, ValueCheck]]) -> t.Callable[[Values, bool], t.Iterator[Violation]]:
    def find(values: Values, is_head: bool) -> t.Iterator[Violation]:
        for option, each in looks:
            yield from (violation._replace(option=option) for violation in each.find(values.get(option)))

    return find


CHECKS = (*_of_single_values(), *ports.CHECKS, drain_too_short)


def reject(spec: RayletSpec) -> None:
    """Refuse invalid options, before anything is touched.

    :raises OperatorError: with the option that is wrong, and how it is right.
    """
    if spec.state in ("stopped", "absent"):
        return
    _reject_what_is_missing(spec)
    values = {row.name: getattr(spec, row.field) for row in options_of(RayletSpec)}
    for each in CHECKS:
        if each.entry.severity == "error":
            for found in each.find(values, spec.is_head):
                raise error(each.entry, f"{found.option}{found.part}: {found.evidence}", remedy=found.remedy)
    for name, value in spec.environment.items():
        if name.startswith("RAY_") and "'" in value:
            raise OperatorError(
                f"environment: the value of {name} has a single quote in it",
                why="Ray puts RAY_ variables unescaped between single quotes on the shell command line that starts an "
                "application container (Ray 2.60.0 _private/runtime_env/image_uri.py)",
            )


def _reject_what_is_missing(spec: RayletSpec) -> None:
    if not spec.image and not spec.runtime_path.startswith("/"):
        raise OperatorError(
            f"runtime_path: {spec.runtime_path!r} is not an absolute path",
            remedy="Give the path that ray.containers.ray_runtime returns, or a raylet_image",
        )
    if not spec.auth_token or any(character.isspace() for character in spec.auth_token):
        raise OperatorError(
            "auth_token: the cluster's token is missing, or has white space in it",
            why="whoever reaches the ports of a cluster without a token can run programs on it",
            remedy="Give every node the same token, for instance one made by `openssl rand -hex 32`",
        )
    for option, value in (("head_address", spec.head_address), ("dashboard_host", spec.dashboard_host)):
        if not value:
            raise OperatorError(f"{option}: it is empty", remedy="Give an IP address or a host name, without a port")
