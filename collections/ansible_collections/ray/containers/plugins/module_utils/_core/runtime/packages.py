# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Python packages beside Ray in its environment on the nodes: which are wanted, and which are lacking.

The proxies import gRPC functions there, the controller policies and routers, and an ingress without an image runs there.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

__all__ = ["complaint", "lacking", "package_name", "together"]

#: A name, extras, and one exact version (PEP 508, PEP 440); a wildcard or a range would be another package on another day.
_PINNED = re.compile(
    r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?:\[[A-Za-z0-9._,-]+\])?==[A-Za-z0-9][A-Za-z0-9.!+_-]*"
)


def package_name(requirement: str) -> str:
    """The name as package indexes compare it (PEP 503); empty for what is not pinned."""
    pinned = _PINNED.fullmatch(requirement)
    return re.sub(r"[-_.]+", "-", pinned.group(1)).lower() if pinned else ""


def complaint(requirements: t.Sequence[object]) -> str:
    """What is wrong with the first package that cannot be installed as it is written; empty where all can."""
    seen: dict[str, str] = {}
    for requirement in requirements:
        if not isinstance(requirement, str) or not package_name(requirement):
            return f"{requirement!r} is not a name with one exact version"
        name = package_name(requirement)
        if name == "ray":
            return f"{requirement!r} is Ray itself, whose version is ray_version"
        if name in seen:
            return f"{requirement!r} and {seen[name]!r} are the same package"
        seen[name] = requirement
    return ""


def lacking(wanted: t.Iterable[str], installed: t.Iterable[str]) -> tuple[str, ...]:
    """Those of *wanted* that are not *installed* in the same version."""
    return tuple(sorted(set(wanted) - set(installed)))


def together(wanted: t.Iterable[str], installed: t.Iterable[str]) -> tuple[str, ...]:
    """What an environment holds afterwards: the *wanted*, and of those *installed* what is no other version of them."""
    names = {package_name(requirement) for requirement in wanted}
    return tuple(sorted({*wanted, *(each for each in installed if package_name(each) not in names)}))
